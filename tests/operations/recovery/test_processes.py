"""Is an engine still at work? Whatever cannot be known counts as yes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from operations.recovery.processes import may_be_at_work
from stacks import processes

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@contextmanager
def running(name: str, folder: Path) -> Iterator[int]:
    """A process of this name."""
    program = folder / name
    program.symlink_to(sys.executable)
    with subprocess.Popen([program, "-c", "input()"], stdin=subprocess.PIPE) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def test_who_has_ended_is_not_at_work(gone: int) -> None:
    assert not may_be_at_work(gone, datetime.now(UTC))


def test_who_was_killed_and_nobody_waited_for_is_not_at_work() -> None:
    """As the engine of a `fusion up` that goes on."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not may_be_at_work(process.pid, datetime.now(UTC))


def test_an_engine_that_runs_is_at_work(tmp_path: Path) -> None:
    with running("pulumi", tmp_path) as pid:
        assert may_be_at_work(pid, datetime.now(UTC))


@pytest.mark.parametrize("name", ["pulumi", ".pulumi-wrapped"])
@pytest.mark.parametrize("since", [LONG_AGO, datetime(2100, 1, 1, tzinfo=UTC)])
def test_a_clock_that_was_set_kills_no_engine(tmp_path: Path, name: str, since: datetime) -> None:
    """Nix, for one, wraps it."""
    with running(name, tmp_path) as pid:
        assert may_be_at_work(pid, since)


def test_a_number_that_another_process_has_by_now_is_not_the_engines(tmp_path: Path) -> None:
    with running("something-else", tmp_path) as pid:
        assert not may_be_at_work(pid, LONG_AGO)


def test_another_process_that_was_there_before_the_lock_may_be_it(tmp_path: Path) -> None:
    """An engine that was started under another name."""
    with running("something-else", tmp_path) as pid:
        assert may_be_at_work(pid, datetime.now(UTC) + timedelta(seconds=1))


@pytest.mark.parametrize("pid", [0, -1])
def test_what_is_no_number_of_a_process_may_be_anybody(pid: int) -> None:
    assert may_be_at_work(pid, LONG_AGO)


def test_a_number_too_great_for_any_process_is_nobodys() -> None:
    assert not may_be_at_work(2**80, LONG_AGO)


def test_where_the_system_tells_no_more_than_that_it_is_there_it_may_be_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not Linux, or somebody else's process that /proc hides."""
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    assert may_be_at_work(os.getpid(), LONG_AGO)


def test_somebody_elses_process_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert may_be_at_work(os.getpid(), datetime.now(UTC) + timedelta(days=1))
    assert not may_be_at_work(os.getpid(), LONG_AGO)
