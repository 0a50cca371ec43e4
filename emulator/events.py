"""What the calendar brings by itself: new numbers become active (R12), the RSZ copies access (R15).

An event is a row of the store; it is done inside the transaction that moves the clock past it: in order, exactly once,
whichever process moves it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from emulator import organizations, rsz

Effect = Callable[[sqlite3.Connection, Mapping[str, Any], datetime], str]

EFFECTS: Mapping[str, Effect] = {
    "activation": organizations.activate,
    "accessCopy": rsz.copy_access,
}


def schedule(connection: sqlite3.Connection, due: datetime, kind: str, data: Mapping[str, Any]) -> None:
    """Have the effect `kind` happen with `data` when the clock passes `due`."""
    # One offset for all (`clock.BELGIAN_WINTER`): the column's order is the order in time.
    due_at = due.isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO events (due_at, kind, data) VALUES (?, ?, ?)", (due_at, kind, json.dumps(data))
    )


def do_due(connection: sqlite3.Connection, now: datetime) -> list[str]:
    """Do everything due up to `now`; a line for each thing done."""
    due = connection.execute(
        "SELECT seq, due_at, kind, data FROM events WHERE NOT done AND due_at <= ? ORDER BY due_at, seq",
        (now.isoformat(timespec="seconds"),),
    ).fetchall()
    done = []
    for seq, due_at, kind, data in due:
        done.append(EFFECTS[kind](connection, json.loads(data), datetime.fromisoformat(due_at)))
        connection.execute("UPDATE events SET done = 1 WHERE seq = ?", (seq,))
    return done
