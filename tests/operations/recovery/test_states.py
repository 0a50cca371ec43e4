"""Half a state, an empty note, a lost state, and what is pending: told with the place and the way out, or put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.recovery import states
from operations.recovery.pending import find_pending
from operations.recovery.states import HalfWritten, LostState
from operations.state_folder import StateFolder
from tests.operations.engine_files import STACK, STACK_URN, save

HALVES = ("", '{"version": 3, "checkpoint": {"latest"', "[]", '{"version": 3}}')


def back_up(folder: StateFolder, moment: int, content: str | None = None) -> Path:
    path = folder.path / ".pulumi" / "backups" / "fusion" / STACK / f"{STACK}.{moment}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(folder.state(STACK).read_text() if content is None else content)
    return path


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
    assert "`fusion up tielt` puts the engine's copy of before that in its place" in str(told.value)
    assert state.read_text() == ""


@pytest.mark.parametrize("copy", [None, "", "{"])
def test_where_the_copy_is_not_whole_either_people_decide(folder: StateFolder, copy: str | None) -> None:
    """R05: the baselines stand in no other place, so the last backup that is whole comes before a new stack."""
    state = save(folder)
    back_up(folder, 1)
    last = back_up(folder, 2)
    back_up(folder, 3, "half a ba")
    state.write_text("")
    if copy is not None:
        folder.copy(STACK).write_text(copy)
    with pytest.raises(HalfWritten) as told:
        states.put_copy_in_place(folder, STACK)
    assert f"`cp {last} {state}`" in str(told.value)
    assert state.read_text() == ""


def test_without_a_backup_the_stack_is_made_anew(folder: StateFolder) -> None:
    folder.state(STACK).write_text("")
    with pytest.raises(HalfWritten, match="`pulumi stack init tielt`") as told:
        states.put_copy_in_place(folder, STACK)
    assert "cp " not in str(told.value)


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


def test_a_lost_state_has_the_last_copy_as_its_way_back(folder: StateFolder) -> None:
    state = save(folder)
    last = back_up(folder, 2)
    state.unlink()
    assert f"`cp {last} {state}`" in str(LostState(folder, STACK))
    folder.copy(STACK).write_bytes(last.read_bytes())
    assert f"`cp {folder.copy(STACK)} {state}`" in str(LostState(folder, STACK))


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
