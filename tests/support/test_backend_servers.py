"""No PostgreSQL outlives its tests, and nobody else's process is ended for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import backend_servers
from tests.support.backend_servers import Postgres, serve_postgres


class Noted(Postgres):
    """One that is noted, with what it started."""

    begun: list[Noted]

    def begin(self) -> None:
        self.begun.append(self)
        super().begin()

    @property
    def running(self) -> list[int]:
        """The processes that are still there, by number."""
        started = [one for one in (self._process, self._guard) if one is not None]
        assert started
        return [one.pid for one in started if one.poll() is None]

    def wait(self) -> None:
        """Until it has ended of itself."""
        assert self._process is not None
        self._process.wait()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL's own, played."""
    folder = tmp_path / "bin"
    folder.mkdir()
    play(folder, "initdb", "exit 0")
    monkeypatch.setattr(backend_servers, "_programs", lambda _folder: folder)
    monkeypatch.setattr(backend_servers, "_user", lambda: None)
    monkeypatch.setattr(backend_servers, "_give", lambda *_paths: None)
    monkeypatch.setattr(backend_servers, "Postgres", Noted)
    monkeypatch.setattr(Noted, "begun", [], raising=False)
    return folder


def play(folder: Path, name: str, what: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{what}\n")
    (folder / name).chmod(0o755)


def test_one_that_is_not_ready_in_time_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(programs, "postgres", "exec sleep 600")
    monkeypatch.setattr(backend_servers, "SECONDS", 0.0)
    monkeypatch.setattr(Noted, "make_files", lambda _self: None)
    with pytest.raises(AssertionError, match="PostgreSQL did not begin"), serve_postgres():
        pass
    (postgres,) = Noted.begun
    assert postgres.running == []


def test_one_that_has_ended_is_not_ended_again(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number may be that of a group of somebody else's by then."""
    play(programs, "postgres", 'echo "ready to accept"')
    signalled: list[int] = []
    with serve_postgres() as postgres:
        assert isinstance(postgres, Noted)
        postgres.wait()
        monkeypatch.setattr("os.killpg", lambda group, _signal: signalled.append(group))
    assert signalled == []
    assert postgres.running == []


def test_one_that_serves_is_ended(programs: Path) -> None:
    play(programs, "postgres", 'echo "ready to accept"; exec sleep 600')
    with serve_postgres() as postgres:
        assert isinstance(postgres, Noted)
        assert len(postgres.running) == 2, "the server and its guard"
    assert postgres.running == []


def test_it_waits_for_those_of_a_killed_one(programs: Path) -> None:
    """They notice its end in their own time, and until then another one ends at once."""
    play(
        programs,
        "postgres",
        'test -f gone && echo "ready to accept" && exec sleep 600\n'
        'touch gone; echo "FATAL: pre-existing shared memory block is still in use"; exit 1',
    )
    with serve_postgres() as postgres:
        assert isinstance(postgres, Noted)
        assert len(postgres.running) == 2
    assert postgres.running == []


def test_one_that_cannot_begin_is_told(programs: Path) -> None:
    play(programs, "postgres", 'echo "FATAL: no room"; exit 1')
    with pytest.raises(AssertionError, match="FATAL: no room"), serve_postgres():
        pass
