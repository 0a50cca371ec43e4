"""What every day of the portal brings, at 07:00 of portal time, job by job (effects, not only records).

A job does what the day brings to every centre, inside the transaction that moves the clock.
What a day brings follows from its date and the centres' numbers alone: a rehearsal can be repeated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from emulator.calendar import mutations, nova_prima
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.ocmw_online import reminders

HOUR = time(7, 0)
# A portal that starts later has had these days: its folders are not empty.
FROM = date(2025, 1, 1)

Job = Callable[[sqlite3.Connection, datetime], None]
# A request comes in before the day's reminders, which do not list it yet: the shortest delay is a day (R57).
JOBS: tuple[Job, ...] = (mutations.send, nova_prima.send, ocmw_online.receive, reminders.send)


def run(connection: sqlite3.Connection, _: Mapping[str, Any], at: datetime) -> None:
    for job in JOBS:
        job(connection, at)


def first(start: datetime) -> datetime:
    """The first day that a portal starting at `start` has."""
    return datetime.combine(min(start.date(), FROM), HOUR, start.tzinfo)


def next_after(moment: datetime) -> datetime:
    """The next day's work that `moment` has not passed."""
    today = datetime.combine(moment.date(), HOUR, moment.tzinfo)
    return today if moment < today else following(today)


def following(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
