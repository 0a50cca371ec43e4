"""The calendar's events: numbers become active (R12), centres merge, the RSZ copies access (R15), each day's post arrives.

An event is a row of the store. It is done inside the transaction that moves the clock to it: in order, and exactly once,
whichever process moves the clock. It may schedule further events, which may fall due in the same move.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from emulator.calendar import daily
from emulator.core import organizations, problems
from emulator.systems.access_management import rsz_copy
from emulator.systems.ocmw_online import api as ocmw_online

LONGEST_POSTPONEMENT = 366


class Happening(NamedTuple):
    """Something that the calendar brought: its kind, of `EFFECTS`, and a line about it that begins with the date."""

    kind: str
    line: str


Effect = Callable[[sqlite3.Connection, Mapping[str, Any], datetime], str | None]
"""What happens, and a line about it; None where it goes without saying."""

EFFECTS: Mapping[str, Effect] = {
    "activation": organizations.activate,
    "merger": organizations.merge,
    "relinking": ocmw_online.relink,
    "accessCopy": rsz_copy.copy_access,
    "day": daily.run,
}


def schedule(connection: sqlite3.Connection, due: datetime, kind: str, data: Mapping[str, Any]) -> None:
    """Have the effect `kind` happen with `data` when the clock passes `due`."""
    # One offset for all (`clock.BELGIAN_WINTER`): the column's order is the order in time.
    due_at = due.isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO events (due_at, kind, data) VALUES (?, ?, ?)", (due_at, kind, json.dumps(data))
    )


def postpone(connection: sqlite3.Connection, kind: str, number: str, days: int) -> datetime | None:
    """Postpone an organisation's next event of this kind by `days`; the new moment, or None where
    there is none to come.

    :raises Problem: 400 for days that are not 1 to `LONGEST_POSTPONEMENT`.
    """
    if not 1 <= days <= LONGEST_POSTPONEMENT:
        raise problems.bad_request(
            [problems.Issue("outOfRange", f"1 to {LONGEST_POSTPONEMENT} days", "days")]
        )
    for seq, due_at, data in connection.execute(
        "SELECT seq, due_at, data FROM events WHERE NOT done AND kind = ? ORDER BY due_at, seq", (kind,)
    ).fetchall():
        if json.loads(data).get("to") == number:
            later = datetime.fromisoformat(due_at) + timedelta(days=days)
            connection.execute(
                "UPDATE events SET due_at = ? WHERE seq = ?", (later.isoformat(timespec="seconds"), seq)
            )
            return later
    return None


def next_due(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """The first moment up to `now` of which something waits to be done."""
    event = _next(connection, now)
    return None if event is None else datetime.fromisoformat(event[1])


def do_due(connection: sqlite3.Connection, now: datetime) -> list[Happening]:
    """Do everything due up to `now`; what of it is worth telling."""
    happened = []
    while (event := _next(connection, now)) is not None:
        seq, due_at, kind, data = event
        moment = datetime.fromisoformat(due_at)
        line = EFFECTS[kind](connection, json.loads(data), moment)
        connection.execute("UPDATE events SET done = 1 WHERE seq = ?", (seq,))
        if kind == "day":
            schedule(connection, daily.following(moment), kind, {})
        if line is not None:
            happened.append(Happening(kind, line))
    return happened


def _next(connection: sqlite3.Connection, now: datetime) -> tuple[int, str, str, str] | None:
    row: tuple[int, str, str, str] | None = connection.execute(
        "SELECT seq, due_at, kind, data FROM events WHERE NOT done AND due_at <= ? ORDER BY due_at, seq LIMIT 1",
        (now.isoformat(timespec="seconds"),),
    ).fetchone()
    return row
