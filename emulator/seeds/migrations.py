"""How a portal's file of an earlier layout becomes one of today's (`layout.VERSION`), without losing what it holds."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping

from emulator.calendar import clock, daily, events
from emulator.core import layout, waves
from emulator.seeds import forms as forms_seed
from emulator.systems.ebox import api as ebox
from emulator.systems.ocmw_online import api as ocmw_online


class OtherLayoutError(RuntimeError):
    """A portal's file in a layout that this version does not know."""


def version(connection: sqlite3.Connection) -> int:
    """The layout of a file; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a seeded file to today's layout, step by step, inside a transaction.

    :raises OtherLayoutError: for a file of a later version of the emulator.
    """
    while (found := version(connection)) != layout.VERSION:
        if found not in _STEPS:
            raise OtherLayoutError(
                f"the portal's file was made by a later version of the emulator (layout {found}; this one reads up to"
                f" {layout.VERSION}): use that version, or start anew with `fusion emulator reset`"
            )
        _STEPS[found](connection)
        connection.execute(f"PRAGMA user_version = {found + 1}")


def _from_1(connection: sqlite3.Connection) -> None:
    """The whole portal: forms, boxes, mutations, requests, people who sign in, a day's post."""
    for statement in (
        "ALTER TABLE organizations ADD COLUMN merged_into TEXT",
        "ALTER TABLE organizations ADD COLUMN merged_on TEXT",
        "ALTER TABLE organizations ADD COLUMN nis_since TEXT",
        "ALTER TABLE clients ADD COLUMN scopes TEXT",
        "ALTER TABLE journal ADD COLUMN person TEXT",
        "ALTER TABLE journal ADD COLUMN outcome INTEGER",
        "UPDATE journal SET outcome = status WHERE fault IS NULL",  # of the others nobody knows
        "DROP TABLE tokens",  # everyone signs in again
    ):
        connection.execute(statement)
    _make_missing(connection)
    now = clock.now(connection)
    copies = connection.execute("SELECT due_at, data FROM events WHERE kind = 'accessCopy'").fetchall()
    for due_at, data in copies:
        day = clock.parse(due_at).replace(hour=0, minute=0, second=0)
        for kind in ("merger", "relinking"):
            events.schedule(connection, day, kind, json.loads(data))
    ebox.take_over_counts(connection)
    ocmw_online.take_over(connection)
    forms_seed.take_over(connection)
    _remember_changed_codes(connection)
    events.schedule(connection, daily.next_after(now), "day", {})
    events.do_due(connection, now)


def _make_missing(connection: sqlite3.Connection) -> None:
    """The tables, indexes and triggers of today's layout that are not there."""
    for statement in layout.SCHEMA.split(";\n"):
        named = re.search(r"^CREATE (?:TABLE|TRIGGER|(?:UNIQUE )?INDEX) (\w+)", statement, re.MULTILINE)
        if (
            named
            and not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (named[1],)).fetchone()
        ):
            connection.execute(statement)


def _remember_changed_codes(connection: sqlite3.Connection) -> None:
    """Layout 1 forgot the NIS code that a number had before; all its centres are those of the first wave."""
    first = waves.every()[0]
    connection.executemany(
        "UPDATE organizations SET nis_since = ? WHERE enterprise_number = ? AND nis_code <> ?",
        [(first.day.isoformat(), one["enterpriseNumber"], one["nisCode"]) for one in first.data["centres"]],
    )


def _from_2(connection: sqlite3.Connection) -> None:
    """What a merger cuts short of a form: until when it was to run, and for which day it was stopped."""
    known = {column for _, column, *_ in connection.execute("PRAGMA table_info(forms)")}
    for column in ("planned_end", "stopped_for"):
        if column not in known:
            connection.execute(f"ALTER TABLE forms ADD COLUMN {column} TEXT")


def _from_3(connection: sqlite3.Connection) -> None:
    """Changes are counted from now on."""
    _make_missing(connection)


def _from_4(connection: sqlite3.Connection) -> None:
    """Clients of suppliers; there were none."""
    if "supplier" not in {column for _, column, *_ in connection.execute("PRAGMA table_info(clients)")}:
        connection.execute("ALTER TABLE clients ADD COLUMN supplier TEXT")


_STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4}
