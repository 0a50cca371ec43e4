"""Portal time: a fixed moment that only the rehearsal moves, forward, and never the wall clock.

Signing in is the exception (`oauth`): assertions and tokens live by the wall clock, as clients sign with theirs.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time, timedelta, timezone

from emulator import events, store

# The rehearsal's window, November to February, is winter time; a fixed offset needs no time zone database.
BELGIAN_WINTER = timezone(timedelta(hours=1))
# A date without a time means the opening of the offices: the night's work of that date has been done by then.
OPENING = time(9, 0)
DEFAULT_NOW = "2025-02-03T09:00:00+01:00"


class ClockError(ValueError):
    """A moment that cannot be read, or that lies before the portal's present."""


def parse(text: str, daytime: time = OPENING) -> datetime:
    """A moment from RFC 3339 (`2025-01-01T00:30:00+01:00`, without an offset Belgian) or from a date, at `daytime`.

    :raises ClockError: when it is neither.
    """
    try:
        moment = (
            datetime.combine(date.fromisoformat(text), daytime)
            if len(text) == 10
            else datetime.fromisoformat(text)
        )
        return moment.astimezone(BELGIAN_WINTER) if moment.tzinfo else moment.replace(tzinfo=BELGIAN_WINTER)
    except (ValueError, OverflowError):
        raise ClockError("not a date (2025-01-01) nor a moment (2025-01-01T09:00:00+01:00)") from None


def now(connection: sqlite3.Connection) -> datetime:
    """The portal's present, with the Belgian offset."""
    text = store.get_meta(connection, "clock")
    assert text is not None, "a seeded portal has a clock"
    return datetime.fromisoformat(text)


def start(connection: sqlite3.Connection, moment: datetime) -> None:
    """Set a portal's first moment and do what was due before it; inside the seed's transaction."""
    store.set_meta(connection, "clock", moment.isoformat(timespec="seconds"))
    events.do_due(connection, moment)


def move(connection: sqlite3.Connection, moment: datetime) -> list[str]:
    """Move to `moment`, doing on the way what falls due, in order; inside a transaction. A line for each thing done.

    :raises ClockError: when it lies in the past: what happened is not undone (`controls.reset` starts anew).
    """
    present = now(connection)
    if moment < present:
        raise ClockError(
            f"the portal's clock stands at {present.isoformat()} and cannot go back; reset the portal to start earlier"
        )
    store.set_meta(connection, "clock", moment.isoformat(timespec="seconds"))
    return events.do_due(connection, moment)


def advance(connection: sqlite3.Connection, days: int) -> list[str]:
    """Move forward by whole days; see `move`."""
    try:
        return move(connection, now(connection) + timedelta(days=days))
    except OverflowError:
        raise ClockError("that is beyond the calendar") from None
