"""What every day of the portal brings, at 07:00 of portal time, job by job (effects, not only records).

A job does what the day brings to every centre, inside the transaction that moves the clock.
What a day brings follows from its date and the centres' numbers alone: a rehearsal can be repeated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from emulator.calendar import mutations, nova_prima
from emulator.core import waves
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.ocmw_online import reminders

HOUR = time(7, 0)

Job = Callable[[sqlite3.Connection, datetime], None]
# A request comes in before the day's reminders, which do not list it yet: the shortest delay is a day (R57).
JOBS: tuple[Job, ...] = (mutations.send, nova_prima.send, ocmw_online.receive, reminders.send)


def run(connection: sqlite3.Connection, _: Mapping[str, Any], at: datetime) -> None:
    for job in JOBS:
        job(connection, at)


def first(start: datetime) -> datetime:
    """The first day that a portal starting at `start` has: of one that starts after its wave the day of that, so that its
    boxes are not empty."""
    return datetime.combine(min(start.date(), waves.opened_for(start.date()).day), HOUR, start.tzinfo)


def next_after(moment: datetime) -> datetime:
    """The next day's work that `moment` has not passed."""
    today = datetime.combine(moment.date(), HOUR, moment.tzinfo)
    return today if moment < today else following(today)


def following(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
