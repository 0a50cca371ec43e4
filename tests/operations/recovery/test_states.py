"""Half a state, an empty note, a lost state, and what is pending: told with the place and the way out, or put right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.recovery import states
from operations.recovery.pending import find_pending
from operations.recovery.states import HalfWritten, LostState
from stacks.state_folder import StateFolder
from tests.operations.engine_files import RETAINED, STACK, STACK_URN, save

HALVES = ("", '{"version": 3, "checkpoint": {"latest"', "[]", '{"version": 3}}')


def back_up(folder: StateFolder, moment: int, content: str | None = None) -> Path:
    """As the engine does at the end of a run."""
    path = folder.path / ".pulumi" / "backups" / "fusion" / STACK / f"{STACK}.{moment}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(folder.state(STACK).read_text() if content is None else content)
    return path


def run(folder: StateFolder, day: int, *retained: str) -> Path:
    """The engine's files after a run of that day; its backup."""
    state = folder.state(STACK)
    if state.exists():
        state.replace(folder.copy(STACK))
    save(folder, retained=retained, written=datetime(2025, 2, day, tzinfo=UTC))
    return back_up(folder, day)


# -- half written ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", HALVES)
def test_the_copy_takes_the_place_of_half_a_state_which_stays_beside_it(
    folder: StateFolder, half: str
) -> None:
    state = save(folder)
    whole = state.read_bytes()
    folder.copy(STACK).write_bytes(whole)
    state.write_text(half)
    assert states.find_half_written(folder) == [STACK]

    done = states.put_copy_in_place(folder, STACK)
    assert done
    assert str(state) in done
    assert state.read_bytes() == whole
    assert state.stat().st_mode & 0o077 == 0
    (aside,) = state.parent.glob("*.half-*")
    assert (aside.read_text(), aside.name in done) == (half, True)
    assert states.find_half_written(folder) == []


def test_a_whole_state_stays_as_it_is(folder: StateFolder) -> None:
    state = save(folder)
    folder.copy(STACK).write_text('{"version": 3}')
    before = state.read_bytes()
    assert states.put_copy_in_place(folder, STACK) is None
    states.refuse_half_written(folder, STACK, "`fusion up`")
    assert state.read_bytes() == before


def test_what_is_not_there_is_not_half_there(folder: StateFolder) -> None:
    assert states.put_copy_in_place(folder, STACK) is None


def test_who_only_looks_is_told_who_puts_it_right(folder: StateFolder) -> None:
    state = save(folder)
    folder.copy(STACK).write_bytes(state.read_bytes())
    state.write_text("")
    with pytest.raises(HalfWritten) as told:
        states.refuse_half_written(folder, STACK, "`fusion up tielt`")
    assert str(told.value).startswith(f"{state}: half written")
    assert "`fusion up tielt` puts the newest copy that the engine keeps in its place" in str(told.value)
    assert state.read_text() == ""


def test_r05_after_a_first_up_its_backup_has_the_baselines_and_the_copy_beside_the_state_has_none(
    folder: StateFolder,
) -> None:
    run(folder, 1)
    backup = run(folder, 2, RETAINED)
    assert RETAINED not in folder.copy(STACK).read_text()
    folder.state(STACK).write_text("")
    done = states.put_copy_in_place(folder, STACK)
    assert done
    assert f"{backup.name} of 2025-02-0" in done
    assert folder.state(STACK).read_bytes() == backup.read_bytes()


def test_the_copy_beside_the_state_is_taken_where_it_is_newer(folder: StateFolder) -> None:
    """The run after the backup wrote more than once before it was killed."""
    run(folder, 1, RETAINED)
    newer = save(
        folder, retained=[RETAINED, "gooik-retained-users"], written=datetime(2025, 2, 3, tzinfo=UTC)
    )
    content = newer.read_bytes()
    newer.replace(folder.copy(STACK))
    folder.state(STACK).write_text("")
    assert states.put_copy_in_place(folder, STACK)
    assert folder.state(STACK).read_bytes() == content


def test_that_files_were_copied_since_makes_none_newer(folder: StateFolder) -> None:
    run(folder, 1, RETAINED)
    run(folder, 2, RETAINED)
    backup = run(folder, 3, RETAINED)
    folder.copy(STACK).touch()
    folder.state(STACK).write_text("")
    done = states.put_copy_in_place(folder, STACK)
    assert done
    assert backup.name in done


def test_a_backup_that_is_half_written_too_is_none(folder: StateFolder) -> None:
    run(folder, 1)
    whole = run(folder, 2, RETAINED)
    back_up(folder, 3, "half a ba")
    folder.copy(STACK).unlink()
    folder.state(STACK).write_text("")
    assert states.put_copy_in_place(folder, STACK)
    assert folder.state(STACK).read_bytes() == whole.read_bytes()


def refuse(folder: StateFolder) -> str:
    """Nothing is put right; what people are told."""
    before = folder.state(STACK).read_bytes()
    with pytest.raises(HalfWritten) as told:
        states.put_copy_in_place(folder, STACK)
    with pytest.raises(HalfWritten) as looked:
        states.refuse_half_written(folder, STACK, "`fusion up tielt`")
    assert str(told.value) == str(looked.value)
    assert folder.state(STACK).read_bytes() == before
    return str(told.value)


def test_r05_where_the_newest_copy_has_nothing_that_is_retained_people_decide(folder: StateFolder) -> None:
    """Such as after a destroy, or where another life of the stack is all that is kept."""
    run(folder, 1, RETAINED)
    run(folder, 2)
    run(folder, 3)
    older = folder.backups(STACK)[-1]
    folder.state(STACK).write_text("")
    told = refuse(folder)
    assert f"`cp {older} {folder.state(STACK)}` keeps the baselines" in told
    assert "delete it and make the stack anew" in told


def test_r05_where_it_lacks_what_the_half_state_still_names_people_decide(folder: StateFolder) -> None:
    run(folder, 1, RETAINED)
    last = run(folder, 2, RETAINED)
    state = save(folder, retained=[RETAINED, "gooik-retained-users"])
    state.write_bytes(state.read_bytes()[:-20])
    told = refuse(folder)
    assert f"`cp {last} {state}`" in told
    assert "but not of gooik-retained-users: these would get that of today" in told


def test_r05_where_no_copy_has_a_baseline_none_is_offered(folder: StateFolder) -> None:
    run(folder, 1)
    run(folder, 2)
    folder.state(STACK).write_text("")
    told = refuse(folder)
    assert "no baseline is left" in told
    assert "cp " not in told


@pytest.mark.parametrize("copy", [None, "", "{"])
def test_without_any_whole_copy_the_stack_is_made_anew(folder: StateFolder, copy: str | None) -> None:
    folder.state(STACK).write_text("")
    if copy is not None:
        folder.copy(STACK).write_text(copy)
        back_up(folder, 1, copy)
    told = refuse(folder)
    assert "No copy that the engine keeps is whole" in told
    assert "`pulumi stack init tielt`" in told
    assert "cp " not in told


# -- notes ----------------------------------------------------------------------------------------------------------------


def test_empty_notes_go_and_others_stay(folder: StateFolder) -> None:
    state = save(folder)
    empty, whole = (folder.states / f"{state.name}{end}.attrs" for end in ("", ".bak"))
    empty.touch()
    whole.write_text("{}")
    done = states.remove_empty_notes(folder, STACK)
    assert done
    assert str(empty) in done
    assert (empty.exists(), whole.exists()) == (False, True)
    assert states.remove_empty_notes(folder, STACK) is None


# -- lost -----------------------------------------------------------------------------------------------------------------


def test_r05_a_lost_state_has_the_newest_copy_with_baselines_as_its_way_back(folder: StateFolder) -> None:
    run(folder, 1)
    last = run(folder, 2, RETAINED)
    state = folder.state(STACK)
    state.unlink()
    assert f"`cp {last} {state}`" in str(LostState(folder, STACK))
    save(folder, written=datetime(2025, 2, 3, tzinfo=UTC)).replace(folder.copy(STACK))
    assert f"`cp {folder.copy(STACK)} {state}`" in str(LostState(folder, STACK))


def test_one_whose_copies_have_no_baseline_begins_anew(folder: StateFolder) -> None:
    run(folder, 1)
    run(folder, 2)
    folder.state(STACK).unlink()
    assert "cp " not in str(LostState(folder, STACK))


@pytest.mark.parametrize("known", [True, False])
def test_one_of_which_nothing_is_left_begins_anew(folder: StateFolder, known: bool) -> None:
    told = str(LostState(folder if known else None, STACK))
    assert "there is no stack tielt" in told
    assert "`pulumi stack init tielt` makes it" in told
    assert "cp " not in told


# -- pending --------------------------------------------------------------------------------------------------------------


def test_creates_whose_end_nobody_knows_are_pending(folder: StateFolder) -> None:
    save(folder, pending=[("creating", "ftp"), ("updating", "sender"), ("creating", "rest")])
    pending = find_pending(folder, STACK)
    assert pending
    assert (pending.names, pending.stack_urn) == (("ftp", "rest"), STACK_URN)
    assert str(pending) == "2 creates (ftp, rest)"


def test_a_state_may_have_nothing_but_what_is_pending(folder: StateFolder) -> None:
    save(folder, stack_urn="", pending=[("creating", "fusion-tielt")])
    pending = find_pending(folder, STACK)
    assert pending
    assert pending.stack_urn == ""


@pytest.mark.parametrize("pending", [[], [("deleting", "ftp")]])
def test_nothing_else_is(folder: StateFolder, pending: list[tuple[str, str]]) -> None:
    save(folder, pending=pending)
    assert find_pending(folder, STACK) is None


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"checkpoint": null}', '{"checkpoint": {"latest": null}}']
)
def test_of_what_cannot_be_read_the_engine_says_why(folder: StateFolder, content: str | None) -> None:
    if content is not None:
        folder.state(STACK).write_text(content)
    assert find_pending(folder, STACK) is None
