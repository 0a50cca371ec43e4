"""The portal's file, as a thread has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

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
