"""The mergers that the portal knows, day by day: a file for each wave in `seeds/waves/`, written by `seeds/generate`.

A portal is opened *for* a wave: the first that is not yet a year past, or the last where all are. Its centres'
first content and the portal's memory of earlier days are dated to fit that wave.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "seeds" / "waves"
# The rehearsal's window, November to February, is winter time; a fixed offset needs no time zone database.
BELGIAN_WINTER = timezone(timedelta(hours=1))
# A portal that opens within a year after a wave is that wave's still.
AFTERWARDS = timedelta(days=365)
# Where nothing else is said, it opens when the numbers are active, the screens open and the Uniek verslag is due.
USUALLY = timedelta(days=33)
OPENING = time(9, 0)


@dataclass(frozen=True)
class Wave:
    """The mergers of a day, with all that the portal holds of their centres at first (`data`, as in the file)."""

    day: date
    data: Mapping[str, Any] = field(repr=False, compare=False)

    def at(self, days: int = 0, hour: int = 0) -> datetime:
        """A moment so many days after the mergers' day, or before it."""
        return datetime.combine(self.day + timedelta(days=days), time(hour), BELGIAN_WINTER)

    def numbers(self) -> frozenset[str]:
        """Everyone who takes part, merged centres included."""
        return frozenset(
            number
            for merger in self.data["mergers"]
            for number in (merger["enterpriseNumber"], *merger["merging"])
        )


@cache
def every() -> tuple[Wave, ...]:
    """All waves, the earliest first."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    return tuple(sorted((Wave(date.fromisoformat(data["takesEffect"]), data) for data in files), key=_by_day))


@cache
def _first_waves() -> Mapping[str, Wave]:
    """The first wave that each centre takes part in, by its number."""
    return {number: wave for wave in reversed(every()) for number in wave.numbers()}


def _by_day(wave: Wave) -> date:
    return wave.day


def opened_for(moment: date) -> Wave:
    """The wave that a portal is for that opens on this day."""
    return next((wave for wave in every() if moment <= wave.day + AFTERWARDS), every()[-1])


def of(connection: sqlite3.Connection) -> Wave:
    """The wave that this portal was opened for; the day of its first post tells."""
    (first,) = connection.execute("SELECT min(due_at) FROM events WHERE kind = 'day'").fetchone()
    return every()[0] if first is None else opened_for(date.fromisoformat(first[:10]))


def usual_moment(day: date | None = None) -> str:
    """When a portal opens for a wave, where nothing else is said; without a day, for the first one."""
    moment = (day or every()[0].day) + USUALLY
    return datetime.combine(moment, OPENING, BELGIAN_WINTER).isoformat()


def screen_opening(connection: sqlite3.Connection, number: str, screen: str) -> str:
    """The date from which a centre can use a screen (R59), as ISO text: that of the first wave that it takes part in; of one
    that takes part in none that is known, that of the portal's wave."""
    wave = _first_waves().get(number) or of(connection)
    return str(wave.data["screenOpenings"].get(screen, wave.day.isoformat()))
