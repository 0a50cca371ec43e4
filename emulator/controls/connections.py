"""How a control reaches the portal: by the database's path, and by enterprise numbers that may have their dots."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from emulator.calendar import clock
from emulator.core import organizations, store


@contextmanager
def open_in_transaction(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection in a transaction; a running clock has done what it passed, as at every call."""
    with closing(store.connect(database)) as connection:
        clock.catch_up(connection)
        with store.transaction(connection):
            yield connection


def plain(kbo: str) -> str:
    """An enterprise number as the portal keeps it, from one as people write it.

    :raises Problem: 400 for what is none: it would find nothing, which looks like an all-clear.
    """
    return organizations.parse_number(kbo, "kbo")


def plain_or_none(kbo: str | None) -> str | None:
    return None if kbo is None else plain(kbo)
