"""The clock, and the postponement of the RSZ's copy."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from emulator.calendar import clock, events
from emulator.controls.connections import open_in_transaction, plain
from emulator.core import problems, store


def parse_moment(text: str) -> datetime:
    """A moment from RFC 3339, or the opening of the offices on a date, with the Belgian offset.

    :raises ClockError: when it is neither, or beyond the calendar.
    """
    return clock.parse(text)


def get_clock(database: Path) -> str:
    """The portal's present."""
    with closing(store.connect(database)) as connection:
        clock.catch_up(connection)
        return clock.now(connection).isoformat(timespec="seconds")


def get_speed(database: Path) -> float:
    """How many times as fast as the wall clock the portal's runs; 0: it stands still."""
    with closing(store.connect(database)) as connection:
        return clock.speed(connection)


def set_clock(database: Path, moment: str) -> list[events.Happening]:
    """Move forward to a moment. Returns what happened on the way, event by event.

    :raises ClockError: for what is not a moment, and for one in the past.
    """
    with closing(store.connect(database)) as connection:
        return clock.move(connection, clock.parse(moment))


def advance_clock(database: Path, days: int) -> list[events.Happening]:
    """Move forward by whole days; see `set_clock`."""
    with closing(store.connect(database)) as connection:
        return clock.advance(connection, days)


def run_clock(database: Path, times: float) -> list[events.Happening]:
    """Let the clock run `times` as fast as the wall clock; 0 stops it. Returns what it had passed, event by event.

    :raises ClockError: for a speed that is negative, or faster than a day a second.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        return clock.run(connection, times)


def postpone_copy(database: Path, enterprise_number: str, days: int) -> str:
    """Postpone the RSZ's copy of access to a merged number by `days` (R15, R27). Returns the new moment.

    :raises Problem: 404 for a number that no copy is to come to, 400 for days that are not 1 to 366.
    """
    with open_in_transaction(database) as connection:
        moment = events.postpone(connection, "accessCopy", plain(enterprise_number), days)
    if moment is None:
        raise problems.not_found("copy of access to come")
    return moment.isoformat(timespec="seconds")
