"""The jobs of every day, at 07:00 of portal time: mutations, NovaPRIMA's files, requests for help, reminders.

A job does its work for every centre, inside the transaction that moves the clock. Its result follows from the date and the
centres' numbers alone, so that a rehearsal can be repeated.
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
    """The first day of a portal that starts at `start`. If that is after its wave, the wave's own day, so that its boxes are
    not empty."""
    return datetime.combine(min(start.date(), waves.opened_for(start.date()).day), HOUR, start.tzinfo)


def next_after(moment: datetime) -> datetime:
    """When the next day's work is due after `moment`."""
    today = datetime.combine(moment.date(), HOUR, moment.tzinfo)
    return today if moment < today else following(today)


def following(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
