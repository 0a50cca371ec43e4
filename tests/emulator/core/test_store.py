"""The portal's file, as a thread has it open."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emulator.core import store


def test_what_ended_a_transaction_is_told(tmp_path: Path) -> None:
    """SQLite rolls some failures back itself; that there is nothing left to roll back then is not what is wrong."""
    with closing(store.connect(tmp_path / "portal.db")) as connection:
        connection.execute("CREATE TABLE things (name TEXT PRIMARY KEY)")
        twice = "INSERT OR ROLLBACK INTO things VALUES ('one'), ('one')"
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), store.transaction(connection):
            connection.execute(twice)
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (0,)


def test_a_file_that_cannot_be_opened_is_told_at_once(tmp_path: Path) -> None:
    """Waiting is for one that is busy."""
    (tmp_path / "portal.db").mkdir()
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        store.connect(tmp_path / "portal.db")
    assert time.monotonic() - began < store.BUSY_SECONDS / 2


def test_a_file_that_is_no_database_does_not_stay_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "portal.db").write_text("notes, but long enough to be taken for a database " * 50)
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def keep(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", keep)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        store.connect(tmp_path / "portal.db")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


@pytest.mark.parametrize("closed", ["", "portal.db"])
def test_rights_are_the_cause_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    """As root nothing is closed, so what the system says is played."""
    store.connect(tmp_path / "portal.db").close()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path / closed)
    with pytest.raises(PermissionError, match="cannot be written") as told:
        store.connect(tmp_path / "portal.db")
    assert told.value.filename == str(tmp_path / closed)
