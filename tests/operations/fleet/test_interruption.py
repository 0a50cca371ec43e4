"""Ctrl-C in a run of many stacks, and what becomes of the locks of engines that had to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from time import sleep
from typing import Any

import pytest

from tests.operations.engine_files import lock
from tests.operations.fleet.conftest import SECONDS, PlayedEngine, begun, counted, started


def test_the_first_interrupt_lets_what_is_under_way_finish(engine: PlayedEngine) -> None:
    engine.play("lochristi", waits="go on")
    with started("up", "lochristi", "tielt", "--yes", "--skip-preview", "--jobs", "1") as running:
        begun(engine, "lochristi")
        running.send_signal(signal.SIGINT)
        assert running.stderr
        while "goes on to its end" not in running.stderr.readline():
            pass
        (engine.folder / "go on").touch()
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert engine.runs == [("up", "lochristi")]
    assert "1 of 2 stacks applied" in out
    assert [line.split()[-1] for line in out.splitlines()[2:4]] == ["passed", "begun"]
    assert engine.locked == []


@pytest.mark.parametrize("how", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,), (signal.SIGHUP,)])
def test_the_second_interrupt_and_every_other_end_stops_the_engines(
    engine: PlayedEngine, how: tuple[signal.Signals, ...]
) -> None:
    engine.play("lochristi", waits="never")
    engine.play("tielt", waits="never")
    with started(
        "up", "lochristi", "tielt", "pajottegem", "--yes", "--skip-preview", "--jobs", "2"
    ) as running:
        begun(engine, "lochristi", "tielt")
        for one in how:
            running.send_signal(one)
            sleep(0.3)
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "lochristi: broken off. What it had done is in its state" in out
    assert sorted(engine.runs) == [("up", "lochristi"), ("up", "tielt")]
    assert engine.locked == []


def kill_engine(engine: PlayedEngine, *command: str) -> str:
    """End a run of tielt, whose engine does not stop, at once; what it printed."""
    code = (
        "import sys; sys.argv[0] = 'fusion'; from operations.fleet import interruption; "
        "interruption.PATIENCE_SECONDS = 0.5; from operations.start import main; main()"
    )
    words = [sys.executable, "-c", code, *command]
    how: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **how) as running:
        begun(engine, "tielt")
        assert engine.locked == ["tielt"]
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    return str(out)


UP = ("up", "tielt", "--yes", "--skip-preview")


@pytest.mark.parametrize("events", [[counted(same=3)], []], ids=["under way", "told nothing yet"])
def test_an_engine_that_does_not_stop_is_killed_and_its_lock_goes(
    engine: PlayedEngine, events: list[Any]
) -> None:
    engine.play("tielt", waits="never", stops=False, events=events)
    assert "tielt: the engine did not stop in time, and was killed" in kill_engine(engine, *UP)
    assert engine.locked == []
    assert "cancel" not in {call[0] for call in engine.calls}, "it takes away everybody's"


def test_where_only_the_engine_sees_locks_its_own_command_takes_away_that_of_a_killed_one(
    engine: PlayedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    engine.play("tielt", waits="never", stops=False)
    assert "tielt: the engine did not stop in time, and was killed" in kill_engine(engine, *UP)
    assert engine.locked == []


def test_a_lock_that_may_be_somebody_elses_stays(
    engine: PlayedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that told nothing yet looks still, or waits for another run."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    engine.play("tielt", waits="never", stops=False, events=[])
    out = kill_engine(engine, *UP)
    assert "tielt: the engine was killed before it told anything; its lock, if it had one, is left" in out
    assert "then `pulumi cancel -s tielt`" in out
    assert engine.locked == ["tielt"]


def test_a_preview_has_no_lock_so_one_that_there_is_stays(engine: PlayedEngine) -> None:
    engine.play("tielt", waits="never", stops=False)
    lock(engine.states, "tielt", pid=os.getpid())
    assert "tielt: the engine did not stop in time, and was killed" in kill_engine(engine, "preview", "tielt")
    assert engine.locked == ["tielt"]


@pytest.mark.parametrize("command", ["preview", "up"])
def test_what_is_only_previewed_when_the_interrupt_comes_is_not_applied(
    engine: PlayedEngine, command: str
) -> None:
    """Where its `up` has begun it goes on to its end."""
    engine.play("tielt", command, waits="go on")
    with started("up", "tielt", "lochristi", "--yes", "--jobs", "1") as running:
        if command == "up":
            wait_for_phase(running, "applying")
        else:
            begun(engine, "tielt")
        running.send_signal(signal.SIGINT)
        if command == "up":
            assert running.stderr
            while "goes on to its end" not in running.stderr.readline():
                pass
            (engine.folder / "go on").touch()
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert engine.runs == [("up", "tielt")]
    ended = "begun" if command == "preview" else "passed"
    assert [line.split()[-1] for line in out.splitlines()[2:4]] == [ended, "begun"]
    assert engine.locked == []


def wait_for_phase(running: subprocess.Popen[str], word: str) -> None:
    assert running.stderr
    while not running.stderr.readline().endswith(f": {word}\n"):
        assert running.poll() is None
