"""`fusion up` and its like after a kill, and beside another operator, with a `pulumi` that plays runs and real locks."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from threading import Thread, Timer
from time import monotonic, sleep
from typing import Any

import pytest

from operations.fleet.automation import Project
from operations.fleet.interruption import Interruption
from operations.fleet.results import Operation
from operations.recovery.pending import Pending
from providers import ledger
from tests.operations.conftest import Fusion
from tests.operations.engine_files import lock, save
from tests.operations.fleet.conftest import SECONDS, PlayedEngine, begun, counted, message_of, started

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize("command", ["up", "refresh", "destroy"])
def test_the_next_run_takes_away_the_lock_of_the_killed_one_and_says_whose_it_was(
    engine: PlayedEngine, fusion: Fusion, gone: int, command: str
) -> None:
    lock(engine.states, "tielt", pid=gone)
    ran = fusion(command, "tielt", "--yes")
    assert ran.code == 0
    assert engine.locked == []
    told = f"(process {gone}), since "
    assert "tielt: the lock of els@" in ran.out
    assert told in ran.out
    assert told in ran.err


def test_a_lock_of_another_machine_is_left_and_told(engine: PlayedEngine, fusion: Fusion, gone: int) -> None:
    lock(engine.states, "tielt", pid=gone, hostname="elsewhere", timestamp="2025-02-03T09:00:00Z")
    ran = fusion("up", "tielt", "lochristi", "--yes", "--skip-preview")
    assert ran.code == 5
    assert engine.runs == [("up", "lochristi")]
    assert engine.locked == ["tielt"]
    last = ran.out.splitlines()[-1]
    assert last.startswith(f"tielt: locked by els@elsewhere (process {gone}), since 2025-02-03 ")
    assert last.endswith("once it is over for certain, `pulumi cancel -s tielt`")


def test_a_preview_needs_no_turn(engine: PlayedEngine, fusion: Fusion, gone: int) -> None:
    lock(engine.states, "tielt", pid=gone)
    assert fusion("preview", "tielt").code == 0
    assert engine.locked == ["tielt"]


def test_of_two_operators_one_waits_and_both_end_well(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", waits="go on")
    with started("up", "tielt", "--yes", "--skip-preview") as first:
        begun(engine, "tielt")
        Timer(1, (engine.folder / "go on").touch).start()
        second = fusion("up", "--wait", "tielt", "--yes", "--skip-preview", "--format", "json")
        out, _ = first.communicate(timeout=SECONDS)
    assert (first.returncode, second.code) == (0, 0), out
    lines = [json.loads(line) for line in second.out.splitlines()]
    assert [line["event"] for line in lines] == ["locked", "begins", "ends", "result"]
    assert "els@" in lines[0]["message"]
    assert engine.runs == [("up", "tielt")] * 2


def test_of_two_operators_the_other_is_told(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", waits="go on")
    with started("up", "tielt", "--yes", "--skip-preview") as first:
        begun(engine, "tielt")
        second = fusion("up", "tielt", "--yes")
        (engine.folder / "go on").touch()
        first.communicate(timeout=SECONDS)
    assert (first.returncode, second.code) == (0, 1)
    assert "tielt: locked by els@" in second.out
    assert "Nothing was done" in second.out
    assert engine.runs == [("up", "tielt")]


def test_seconds_stand_behind_the_option(engine: PlayedEngine, fusion: Fusion) -> None:
    lock(engine.states, "tielt", hostname="elsewhere")
    ran = fusion("up", "tielt", "--wait=1", "--yes")
    assert ran.code == 1
    assert "tielt: waiting for els@elsewhere" in ran.err


@pytest.mark.parametrize("given", ["--wait=-1", "--wait=soon"])
def test_what_are_no_seconds_is_told(engine: PlayedEngine, fusion: Fusion, given: str) -> None:
    assert fusion("up", "tielt", given, "--yes").code == 1
    assert engine.calls == []


def test_an_interrupt_ends_the_wait_and_nothing_is_begun(engine: PlayedEngine) -> None:
    lock(engine.states, "tielt", hostname="elsewhere")
    with started("up", "tielt", "--yes", "--wait") as waiting:
        assert waiting.stderr
        while "waiting for els@elsewhere" not in waiting.stderr.readline():
            pass
        waiting.send_signal(signal.SIGINT)
        out, _ = waiting.communicate(timeout=SECONDS)
    assert waiting.returncode == 130
    assert out.splitlines()[2].endswith("not begun")
    assert engine.runs == []


def test_pending_creates_are_cleared_by_the_engines_own_option(engine: PlayedEngine, fusion: Fusion) -> None:
    save(engine.states, "tielt", pending=[("creating", "ftp")])
    ran = fusion("up", "tielt", "--yes", "--skip-preview")
    assert ran.code == 0
    assert "tielt: a run that was killed left 1 create (ftp) pending: cleared" in ran.out
    cleared, applied = [call for call in engine.calls if "--stack" in call]
    assert (cleared[0], applied[0]) == ("refresh", "up")
    assert "--clear-pending-creates" in cleared
    assert "--target" in cleared


def test_the_engine_that_cleared_them_did_nothing_of_what_was_asked_for(
    engine: PlayedEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its run is not told as that of an `up` which then does not begin."""
    monkeypatch.setattr("operations.fleet.automation.note_result", lambda *_: "20250203T080000Z-1")
    project = Project.find(root)
    project.clear_pending("tielt", Pending(("ftp",), ""), Interruption())
    assert [call[0] for call in engine.calls if "--stack" in call] == ["refresh"]
    assert project.find_done("tielt") == ("", {})


def test_a_refresh_clears_them_on_every_backend(
    engine: PlayedEngine, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    assert fusion("refresh", "tielt", "--yes").code == 0
    assert "--clear-pending-creates" in engine.calls[-1]


def test_a_lost_state_is_told_with_its_way_back(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", events=[], code=6, says="error: no stack named 'tielt' found\n")
    ran = fusion("up", "tielt", "--yes")
    assert ran.code == 1
    assert "tielt: there is no stack tielt: nobody made it yet, or its state is lost" in ran.out
    assert "`pulumi stack init tielt`" in ran.out


def test_nobody_else_can_be_at_work_between_a_preview_and_its_up(
    engine: PlayedEngine, fusion: Fusion
) -> None:
    engine.play("tielt", "preview", waits="go on")
    locked: list[str] = []

    def look() -> None:
        begun(engine, "tielt")
        locked.extend(engine.locked)
        (engine.folder / "go on").touch()

    somebody = Thread(target=look)
    somebody.start()
    ran = fusion("up", "tielt", "--yes")
    somebody.join()
    assert (ran.code, locked) == (0, ["tielt"])


def test_what_a_preview_said_is_not_said_of_its_up(engine: PlayedEngine, fusion: Fusion) -> None:
    """An alarm is an error of a preview that passes."""
    alarm = message_of("error", "retained things changed (R05)")
    engine.play("tielt", "preview", events=[alarm, counted(same=3)])
    engine.play("tielt", "up", events=[], code=1, says="error: the disk is full")
    ran = fusion("up", "tielt", "--yes")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "tielt: the disk is full")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """An approved plan is applied as soon as all is ready; what was put right each time."""
    asked: list[object] = []

    def apply(*given: Any) -> list[bool]:
        *_, make_ready, _agree = given
        asked.append(make_ready())
        return [True]

    monkeypatch.setattr("operations.approvals.applying.apply", apply)
    return asked


APPROVED = ("up", "tielt", "--approved", DIGEST, "--yes")


def test_an_approved_plan_waits_its_turn_too(
    engine: PlayedEngine, fusion: Fusion, asked: list[object], gone: int
) -> None:
    lock(engine.states, "tielt", pid=gone)
    ran = fusion(*APPROVED)
    assert (ran.code, len(asked), engine.locked) == (0, 1, [])
    assert "tielt: the lock of els@" in ran.err
    lock(engine.states, "tielt", hostname="elsewhere")
    ran = fusion(*APPROVED, "--wait=0")
    assert (ran.code, len(asked), engine.locked) == (1, 1, ["tielt"])
    assert "error: locked by els@elsewhere" in ran.err


@pytest.fixture
def on_s3(engine: PlayedEngine, monkeypatch: pytest.MonkeyPatch) -> PlayedEngine:
    """Where only the engine sees locks."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    return engine


def tell_lock(engine: PlayedEngine, pid: int) -> None:
    """The engine finds one of a process that had this number on a machine of this name."""
    by = f"created by els@{gethostname()} (pid {pid}) at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    said = f"error: the stack is currently locked by 1 lock(s). {by}"
    (engine.folder / "told").write_text(said)


def test_before_an_approved_plan_a_lock_goes_that_the_engine_tells_and_the_ledger_knows(
    on_s3: PlayedEngine, fusion: Fusion, asked: list[object], root: Path, gone: int
) -> None:
    tell_lock(on_s3, gone)
    ran = fusion(*APPROVED)
    assert (ran.code, asked) == (1, [])
    assert "make sure that it is over, then `pulumi cancel -s tielt`" in ran.err
    assert "cancel" not in {call[0] for call in on_s3.calls}
    ledger.Ledger(ledger.file_of(root, "tielt"), "earlier").note(
        "begin", stack="tielt", host=gethostname(), process=gone, started="1", backend="s3://states"
    )
    ran = fusion(*APPROVED)
    assert ran.code == 0, ran.err
    (healed,) = asked
    assert "left by a run that is gone, taken away" in str(healed)


def test_an_engine_that_looks_for_locks_goes_to_its_end_whoever_is_impatient(on_s3: PlayedEngine) -> None:
    """It has a lock itself, which nobody else would take away."""
    (on_s3.folder / "slow").touch()
    with started(*APPROVED) as running:
        until = monotonic() + SECONDS
        while not (on_s3.folder / "asked").exists():
            assert monotonic() < until
            sleep(0.02)
        running.send_signal(signal.SIGTERM)
        assert running.stderr
        while "told to stop at once" not in running.stderr.readline():
            pass
        (on_s3.folder / "slow").unlink()
        running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert (on_s3.folder / "answered").exists()


def test_an_interrupt_ends_its_wait(engine: PlayedEngine) -> None:
    lock(engine.states, "tielt", hostname="elsewhere")
    with started(*APPROVED, "--wait") as waiting:
        assert waiting.stderr
        while "waiting for els@elsewhere" not in waiting.stderr.readline():
            pass
        waiting.send_signal(signal.SIGINT)
        waiting.communicate(timeout=SECONDS)
    assert waiting.returncode == 130


@pytest.mark.parametrize("how", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)])
def test_before_an_approved_plan_an_engine_that_clears_is_stopped_and_leaves_no_lock(
    engine: PlayedEngine, how: tuple[signal.Signals, ...]
) -> None:
    """It is in a process group of its own, so that a terminal's Ctrl-C does not reach it."""
    save(engine.states, "tielt", pending=[("creating", "ftp")])
    engine.play("tielt", "refresh", waits="never")
    with started(*APPROVED) as running:
        begun(engine, "tielt")
        assert engine.locked == ["tielt"]
        for one in how:
            running.send_signal(one)
            sleep(0.3)
        _, told = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "broken off" in told
    assert engine.locked == []
    assert "preview" not in {call[0] for call in engine.calls}


def test_before_an_approved_plan_the_first_interrupt_lets_the_engine_finish(engine: PlayedEngine) -> None:
    save(engine.states, "tielt", pending=[("creating", "ftp")])
    engine.play("tielt", "refresh", waits="go on")
    with started(*APPROVED) as running:
        begun(engine, "tielt")
        running.send_signal(signal.SIGINT)
        assert running.stderr
        while "goes on to its end" not in running.stderr.readline():
            pass
        (engine.folder / "go on").touch()
        _, told = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "tielt: a run that was killed left 1 create (ftp) pending: cleared" in told
    assert engine.locked == []
    assert "preview" not in {call[0] for call in engine.calls}


def test_of_all_stacks_one_with_half_a_state_stops_none(engine: PlayedEngine, fusion: Fusion) -> None:
    """The engine lists no stack then."""
    state = save(engine.states, "tielt")
    engine.states.copy("tielt").write_bytes(state.read_bytes())
    state.write_text("")
    ran = fusion("preview", "--all")
    assert ran.code == 1
    assert f"{state}: half written" in ran.err
    assert "`fusion up tielt` puts the newest copy that the engine keeps in its place" in ran.err
    assert fusion("up", "--all", "--yes", "--skip-preview").code == 0
    assert Operation.UP in {command for command, _ in engine.runs}


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_half_a_state_that_nobody_asked_for_stays_and_stops_nobody(
    engine: PlayedEngine, fusion: Fusion, command: str
) -> None:
    state = save(engine.states, "tielt")
    engine.states.copy("tielt").write_bytes(state.read_bytes())
    save(engine.states, "lochristi")
    state.write_text("")
    ran = fusion(command, "--stacks", "l*", "--yes")
    assert ran.code == 0, ran.err
    assert (command, "lochristi") in engine.runs
    assert state.read_text() == ""
    assert fusion("preview", "--stacks", "l*").code == 0


def test_half_a_state_that_somebody_works_on_stays(engine: PlayedEngine, fusion: Fusion) -> None:
    state = save(engine.states, "tielt")
    engine.states.copy("tielt").write_bytes(state.read_bytes())
    state.write_text("")
    lock(engine.states, "tielt", hostname="elsewhere")
    ran = fusion("up", "--all", "--yes", "--skip-preview")
    assert ran.code == 1
    assert "locked by els@elsewhere" in ran.out
    assert state.read_text() == ""
