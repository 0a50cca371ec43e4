"""Portal time: it stands still until the rehearsal moves it forward, or runs n times as fast as the wall clock.

Signing in is the exception (`oauth`): assertions and tokens live by the wall clock, since clients sign by theirs.
"""

from __future__ import annotations

import math
import sqlite3
import time as time_module
from datetime import date, datetime, time, timedelta

from emulator.calendar import events
from emulator.core import store, waves
from emulator.core.waves import BELGIAN_WINTER

# A date without a time means the opening of the offices: the night's work of that date has been done by then.
OPENING = waves.OPENING
FASTEST = 86400
# Years after the last wave: every day has its work, so that a year mistyped as 9025 would take hours.
YEARS = 15
# A clock that was left running stands still after a year: a night's sleep does not cost the next call a century's work.
LONGEST_RUN = timedelta(days=366)
# A clock that is moved far rests for this share of the time that each moment took.
_PAUSE = 0.25
FIXED = "clock"
_RUNNING = "clockRunning"  # "<wall clock, s since the epoch> <speed>"; absent while it stands still
# Both at once: every call asks.
_NOW = "SELECT (SELECT value FROM meta WHERE name = ?), (SELECT value FROM meta WHERE name = ?)"


class ClockError(ValueError):
    """A moment that cannot be read, or that lies before the portal's present."""


def parse(text: str, daytime: time = OPENING) -> datetime:
    """A moment from RFC 3339 (`2025-01-01T00:30:00+01:00`, without an offset Belgian) or from a date, at `daytime`.

    :raises ClockError: when it is neither, or beyond the calendar.
    """
    try:
        moment = (
            datetime.combine(date.fromisoformat(text), daytime)
            if len(text) == 10
            else datetime.fromisoformat(text)
        )
        found = moment.astimezone(BELGIAN_WINTER) if moment.tzinfo else moment.replace(tzinfo=BELGIAN_WINTER)
    except (ValueError, OverflowError):
        raise ClockError("not a date (2025-01-01) nor a moment (2025-01-01T09:00:00+01:00)") from None
    return _within(found)


def _within(moment: datetime) -> datetime:
    if moment >= _end():
        raise ClockError(f"that is beyond the calendar of a rehearsal, which ends in {_end().year}")
    return moment


def _end() -> datetime:
    return datetime(waves.every()[-1].day.year + YEARS, 1, 1, tzinfo=BELGIAN_WINTER)


def now(connection: sqlite3.Connection) -> datetime:
    """The portal's present, with the Belgian offset, to the second.

    Of a running clock: never past a thing that is still to be done, so that no call happens after what it does not find.
    """
    reached = _reached(connection)
    due = events.next_due(connection, reached) if _runs(connection) else None
    return reached if due is None else due - timedelta(seconds=1)


def _runs(connection: sqlite3.Connection) -> bool:
    return store.get_meta(connection, _RUNNING) is not None


def _reached(connection: sqlite3.Connection) -> datetime:
    """How far the clock has run, whether or not what it passed was done."""
    text, running = connection.execute(_NOW, (FIXED, _RUNNING)).fetchone()
    assert text is not None, "a seeded portal has a clock"
    fixed = datetime.fromisoformat(text)
    if running is None:
        return fixed
    since, speed = (float(part) for part in running.split())
    run_for = min(max(0.0, time_module.time() - since) * speed, LONGEST_RUN.total_seconds())
    return fixed + timedelta(seconds=math.floor(run_for))


def speed(connection: sqlite3.Connection) -> float:
    """Portal seconds a second of the wall clock; 0: it stands still."""
    running = store.get_meta(connection, _RUNNING)
    return 0.0 if running is None else float(running.split()[1])


def run(connection: sqlite3.Connection, times: float) -> list[events.Happening]:
    """Let it run from its present on, `times` as fast as the wall clock; 0 stops it. Inside a transaction.

    :returns: the things that a clock that ran until now had passed and that nobody had done yet.
    :raises ClockError: for a speed that is negative, or faster than a day a second.
    """
    if not 0 <= times <= FASTEST:
        raise ClockError(f"a clock runs 0 (it stands still) to {FASTEST} times as fast as ours")
    present = _reached(connection)
    _set(connection, present, times)
    return events.do_due(connection, present)


def catch_up(connection: sqlite3.Connection) -> None:
    """Do what a running clock has passed; every call begins with this. Nothing is due while it stands still.

    Each moment is a transaction of its own.
    """
    if not _runs(connection):
        return
    until = _reached(connection)
    while (due := events.next_due(connection, until)) is not None:
        with store.transaction(connection):
            # Asked again: a checkpoint may have been restored meanwhile, and the clock put back.
            events.do_due(connection, min(due, _reached(connection)))


def put_back(connection: sqlite3.Connection, moment: datetime) -> None:
    """Put the clock where a checkpoint has it; one that runs, runs on from there. Inside the restoring transaction."""
    _set(connection, moment, speed(connection))


def _set(connection: sqlite3.Connection, moment: datetime, times: float) -> None:
    """Stand at `moment`, or run on from there."""
    store.set_meta(connection, FIXED, moment.isoformat(timespec="seconds"))
    if times:
        store.set_meta(connection, _RUNNING, f"{time_module.time()!r} {float(times)!r}")
    else:
        connection.execute("DELETE FROM meta WHERE name = ?", (_RUNNING,))


def start(connection: sqlite3.Connection, moment: datetime) -> None:
    """Set a portal's first moment and do what was due before it; inside the seed's transaction."""
    store.set_meta(connection, FIXED, moment.isoformat(timespec="seconds"))
    events.do_due(connection, moment)


def move(connection: sqlite3.Connection, moment: datetime) -> list[events.Happening]:
    """Move to `moment`, doing on the way what falls due, in order; outside a transaction. The things done.

    Each moment on the way is a transaction of its own: others call in between, and who dies on the way leaves the portal at
    an earlier moment. A running clock runs on from there.

    :raises ClockError: when it lies in the past: what happened is not undone (`controls.reset` starts anew).
    """
    return _move(connection, _reached(connection), moment)


def advance(connection: sqlite3.Connection, days: int) -> list[events.Happening]:
    """Move forward by whole days; see `move`."""
    # Looked at once: a running clock, asked twice, would find the same moment past.
    present = _reached(connection)
    try:
        moment = present + timedelta(days=days)
    except OverflowError:
        moment = _end()
    return _move(connection, present, moment)


def _move(connection: sqlite3.Connection, present: datetime, moment: datetime) -> list[events.Happening]:
    if moment < present:
        raise ClockError(
            f"the portal's clock stands at {present.isoformat()} and cannot go back; reset the portal to start earlier"
        )
    _within(moment)
    happened: list[events.Happening] = []
    while True:
        began = time_module.perf_counter()
        with store.transaction(connection):
            due = events.next_due(connection, moment)
            stop = moment if due is None else due
            # Somebody else may have moved it further meanwhile.
            if stop > _reached(connection):
                _set(connection, stop, speed(connection))
            if due is None:
                return happened
            happened += events.do_due(connection, due)
        # SQLite's writers do not queue: who waits looks now and then, and must find it free.
        time_module.sleep((time_module.perf_counter() - began) * _PAUSE)
