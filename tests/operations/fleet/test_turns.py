"""One run of a stack at a time: who is at work is told or waited for, and what a killed run left is put right first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from socket import gethostname
from threading import Timer

import pytest

from operations.fleet import turns
from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.results import Operation
from operations.fleet.turns import Turns
from operations.recovery.locks import Held, Locked
from operations.recovery.pending import Pending
from operations.recovery.states import HalfWritten
from stacks.state_folder import StateFolder
from tests.operations.engine_files import STACK, lock, save

SECONDS = 60
SAID = (
    "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with "
    "`pulumi cancel`.\n  postgres://****:****@host/state/.pulumi/locks/x.json: created by els@{host} (pid {pid}) "
    "at 2025-02-03T09:00:00Z"
)
SERVICE = "error: [409] Conflict: Another update is currently in progress"


class Noted:
    """What is told, and what the engine is asked for, in its order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.left: list[str] = []
        """Locks of runs that are gone, which only the engine sees."""

    def heal(self, line: str) -> None:
        self.told.append(f"healed: {line}")

    def wait(self, whom: str) -> None:
        self.told.append(f"waits: {whom}")

    def clear(self, stack: str, pending: Pending, interruption: Interruption) -> None:
        assert (stack, interruption.asked) == (STACK, False)
        self.told.append(f"clear {', '.join(pending.names)}")

    def take_away(self, stack: str, locked: Locked, heal: Callable[[str], None]) -> bool:
        assert (stack, locked.said != "") == (STACK, True)
        if not self.left:
            return False
        heal(self.left.pop())
        return True

    def begin(self) -> None:
        self.told.append("begin")

    def ask(self, stack: str, interruption: Interruption) -> None:
        assert (stack, interruption.asked) == (STACK, False)
        self.told.append("ask")


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(turns, "ASK_SECONDS", 0.01)
    monkeypatch.setattr(turns, "MEETING_SECONDS", 0.01)


def take(
    noted: Noted,
    folder: StateFolder | None,
    operation: Operation = Operation.UP,
    *,
    patience: float = 0,
    heals: bool = True,
    begin: Callable[[], None] | None = None,
    ask: Callable[[], None] | None = None,
    interruption: Interruption | None = None,
) -> None:
    asked = (lambda *_: ask()) if ask else noted.ask
    how = Turns(folder, noted.clear, asked, noted.take_away, patience, heals)
    how.take(begin or noted.begin, STACK, operation, noted, interruption or Interruption())


def say_locked(pid: int = 7, host: str = "elsewhere") -> str:
    """The engine's words where somebody has the stack."""
    return SAID.format(pid=pid, host=host)


def locked_by(noted: Noted, *words: str, then: Callable[[], None] | None = None) -> Callable[[], None]:
    """An engine that finds the stack locked, each time with the next of these words; after them it begins."""
    left = list(words)

    def begin() -> None:
        if left:
            raise Locked(STACK, left.pop(0))
        (then or noted.begin)()

    return begin


# -- locks ----------------------------------------------------------------------------------------------------------------


def test_the_lock_of_a_run_that_is_gone_is_taken_away_and_told(
    folder: StateFolder, noted: Noted, gone: int
) -> None:
    path = lock(folder, pid=gone)
    take(noted, folder)
    assert not path.exists()
    assert noted.told[0].startswith("healed: the lock of els@")
    assert f"(process {gone}), since " in noted.told[0]
    assert noted.told[1:] == ["begin"]


@pytest.mark.parametrize("operation", [Operation.PREVIEW, Operation.UP])
def test_who_is_at_work_is_told_at_once_and_never_robbed(
    folder: StateFolder, noted: Noted, gone: int, operation: Operation
) -> None:
    path = lock(folder, pid=1, timestamp="2100-01-01T00:00:00Z")
    left = lock(folder, name="left", pid=gone)
    with pytest.raises(Held, match=r"locked by els@\S+ \(process 1\), since 2100-01-01"):
        take(noted, folder, operation)
    assert (path.exists(), left.exists()) == (True, False)
    assert "begin" not in noted.told


def test_who_waits_begins_when_the_other_has_ended(folder: StateFolder, noted: Noted) -> None:
    path = lock(folder, hostname="elsewhere", pid=7)
    Timer(0.1, path.unlink).start()
    take(noted, folder, patience=SECONDS)
    assert [line.partition(",")[0] for line in noted.told] == ["waits: els@elsewhere (process 7)", "begin"]


def test_patience_ends(folder: StateFolder, noted: Noted) -> None:
    lock(folder, hostname="elsewhere")
    with pytest.raises(Held):
        take(noted, folder, patience=0.1)
    assert len(noted.told) == 1


def test_an_interrupt_ends_the_wait(folder: StateFolder, noted: Noted) -> None:
    lock(folder, hostname="elsewhere")
    interruption = Interruption()
    Timer(0.1, interruption.ask).start()
    with pytest.raises(Interrupted):
        take(noted, folder, patience=SECONDS, interruption=interruption)


def test_two_that_began_at_the_same_moment_and_let_each_other_pass_try_again(
    folder: StateFolder, noted: Noted
) -> None:
    """The engine writes its lock, looks for others, and takes it away again: so both may lose."""
    take(noted, folder, begin=locked_by(noted, say_locked(), say_locked()))
    assert noted.told == ["begin"]


def test_but_not_for_ever(folder: StateFolder, noted: Noted) -> None:
    with pytest.raises(Locked, match="locked by els@elsewhere"):
        take(noted, folder, begin=locked_by(noted, *[say_locked()] * (turns.MEETINGS + 1)))


def test_who_was_quicker_is_named_by_the_folder(folder: StateFolder, noted: Noted) -> None:
    def begin() -> None:
        lock(folder, hostname="elsewhere", pid=8)
        raise Locked(STACK, say_locked())

    with pytest.raises(Held, match="process 8"):
        take(noted, folder, begin=begin)


# -- locks that only the engine sees --------------------------------------------------------------------------------------


def test_who_is_at_work_elsewhere_is_told_in_our_words_once_the_engine_says_it_twice(noted: Noted) -> None:
    with pytest.raises(Locked) as told:
        take(noted, None, begin=locked_by(noted, say_locked()), ask=locked_by(noted, say_locked()))
    assert "locked by els@elsewhere (process 7), since 2025-02-03" in str(told.value)
    assert "Nothing was done. `--wait` waits for that run" in str(told.value)
    assert noted.told == []


def test_who_only_met_somebody_elsewhere_begins(noted: Noted) -> None:
    """Two that began at the same moment, or one that began while another asked."""
    asked = locked_by(noted, say_locked(pid=8), say_locked(pid=9), then=lambda: None)
    take(noted, None, begin=locked_by(noted, say_locked(pid=7)), ask=asked)
    assert noted.told == ["begin"]


def test_but_does_not_ask_for_ever(noted: Noted) -> None:
    others = [say_locked(pid=number) for number in range(10, 30)]
    with pytest.raises(Locked):
        take(noted, None, begin=locked_by(noted, say_locked()), ask=locked_by(noted, *others))


def test_who_waits_asks_again_and_hears_of_each_once(noted: Noted) -> None:
    asked = locked_by(
        noted, say_locked(), say_locked(), say_locked(pid=8), then=lambda: noted.told.append("free")
    )
    take(noted, None, patience=SECONDS, begin=locked_by(noted, say_locked()), ask=asked)
    assert [line.partition(",")[0] for line in noted.told] == [
        "waits: els@elsewhere (process 7)",
        "waits: els@elsewhere (process 8)",
        "free",
        "begin",
    ]


def test_who_waits_and_finds_somebody_quicker_waits_for_that_one(noted: Noted) -> None:
    take(noted, None, patience=SECONDS, begin=locked_by(noted, say_locked(), say_locked(pid=8)))
    asked = [line.partition(",")[0].removeprefix("waits: els@elsewhere ") for line in noted.told]
    assert asked == ["(process 7)", "ask", "(process 8)", "ask", "begin"]


def test_who_has_this_machines_name_and_a_number_that_nobody_has_here_is_waited_for(
    noted: Noted, gone: int
) -> None:
    """Machines that host jobs share their name: only the ledger knows which run was one of this machine."""
    take(noted, None, patience=SECONDS, begin=locked_by(noted, say_locked(gone, gethostname())))
    assert [line.partition(",")[0] for line in noted.told] == [
        f"waits: els@{gethostname()} (process {gone})",
        "ask",
        "begin",
    ]


def test_and_told_as_one_that_may_be_at_work(noted: Noted, gone: int) -> None:
    said = say_locked(gone, gethostname())
    with pytest.raises(Locked, match=f"process {gone}") as told:
        take(noted, None, begin=locked_by(noted, said), ask=locked_by(noted, said))
    assert f"make sure that it is over, then `pulumi cancel -s {STACK}`" in str(told.value)


def test_who_is_killed_while_somebody_waits_leaves_a_lock_that_goes(noted: Noted) -> None:
    def ask() -> None:
        noted.left = ["the lock of els was left"]
        raise Locked(STACK, say_locked())

    take(noted, None, patience=SECONDS, begin=locked_by(noted, say_locked()), ask=ask)
    assert noted.told[1:] == ["healed: the lock of els was left", "begin"]


def test_a_services_words_are_told_as_they_are(noted: Noted) -> None:
    with pytest.raises(Locked, match="Another update is currently in progress"):
        take(noted, None, begin=locked_by(noted, SERVICE))
    assert noted.told == []


def test_a_service_is_asked_by_beginning_again(noted: Noted) -> None:
    take(noted, None, patience=SECONDS, begin=locked_by(noted, SERVICE, SERVICE))
    assert noted.told == [f"waits: {SERVICE}"] * 2 + ["begin"]


def test_where_only_the_engine_sees_locks_one_of_a_run_that_is_gone_goes_too(noted: Noted) -> None:
    noted.left = ["the lock of els was left"]
    take(noted, None, begin=locked_by(noted, say_locked()))
    assert noted.told == ["healed: the lock of els was left", "begin"]


def test_and_one_that_does_not_go_is_told_in_the_end_and_not_waited_for(noted: Noted) -> None:
    noted.left = ["again"] * 100
    with pytest.raises(Locked, match="process 7"):
        take(noted, None, patience=SECONDS, begin=locked_by(noted, *[say_locked()] * 100))
    assert noted.told == ["healed: again"] * (turns.MEETINGS + 1)


# -- what a killed run left -----------------------------------------------------------------------------------------------


def test_half_a_state_is_put_right_before_the_engine_reads_it(folder: StateFolder, noted: Noted) -> None:
    state = save(folder, pending=[("creating", "ftp")])
    whole = state.read_bytes()
    folder.copy(STACK).write_bytes(whole)
    state.write_text("")
    note = Path(f"{state}.attrs")
    note.touch()
    take(noted, folder)
    assert state.read_bytes() == whole
    assert not note.exists()
    healed = [line.split()[0] for line in noted.told]
    assert healed == ["healed:", "healed:", "clear", "healed:", "begin"]
    assert noted.told[2] == "clear ftp"


@pytest.mark.parametrize(
    ("operation", "cleared"),
    [
        (Operation.UP, True),
        (Operation.DESTROY, True),
        (Operation.REFRESH, False),
        (Operation.PREVIEW, False),
        (Operation.PREVIEW_DESTROY, False),
    ],
)
def test_pending_creates_are_cleared_before_what_writes(
    folder: StateFolder, noted: Noted, operation: Operation, cleared: bool
) -> None:
    """A refresh clears them itself."""
    save(folder, pending=[("creating", "ftp")])
    take(noted, folder, operation)
    healed = "healed: a run that was killed left 1 create (ftp) pending: cleared, since creates adopt"
    assert noted.told == [*(["clear ftp", healed] * cleared), "begin"]


def test_a_preview_alone_puts_nothing_right_and_asks_for_no_lock(
    folder: StateFolder, noted: Noted, gone: int
) -> None:
    path, state = lock(folder, pid=gone), save(folder, pending=[("creating", "ftp")])
    take(noted, folder, Operation.PREVIEW, heals=False)
    assert path.exists()
    assert noted.told == ["begin"]
    state.write_text("")
    with pytest.raises(HalfWritten):
        take(noted, folder, Operation.PREVIEW, heals=False)


def test_what_people_must_decide_stops_before_the_engine_begins(folder: StateFolder, noted: Noted) -> None:
    folder.state(STACK).write_text("")
    with pytest.raises(HalfWritten):
        take(noted, folder, patience=SECONDS)
    assert noted.told == []
