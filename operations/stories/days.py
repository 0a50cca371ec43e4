"""The days of a story: dates, or days before and after the merger, so that one story fits a fusion of any year.

`0` is the day of the merger, `-61d` and `+12d` are days before and after it, each with a time behind `T` where it matters.
A step may be lived at the end of each month until a day.
A text names such a day as `{-61d}`, and what else follows from the fusion by one of `NAMES`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from schemas.reference import reference

FIRST = "-61d"
"""Where a story begins that does not say it."""
NAMES = ("day", "eve", "yearBefore", "reportedBy")
"""The day of the merger, the day before, the year before; until when Flanders gets the list (R13), where it is known."""
UNTIL = "monthEndsUntil"
"""The key of a step that is lived at each month's end."""
_DAY = re.compile(r"(?P<days>[-+]\d{1,4}d|0)(?P<time>T\d{2}:\d{2}(:\d{2})?)?")
_NAMED = re.compile(r"\{(" + "|".join([r"[-+]\d{1,4}d", *NAMES]) + r")\}")
_ON = ("on", "starts", "since", "until", UNTIL)


def is_relative(text: str) -> bool:
    """Whether a text is a day before or after the merger."""
    return _DAY.fullmatch(text) is not None


def absolute(text: str, day: date) -> str:
    """The moment that a text means for a merger on `day`: a relative day as ISO date, anything else as it is."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    return (day + timedelta(days=int(found["days"].rstrip("d")))).isoformat() + (found["time"] or "")


def names(day: date) -> dict[str, str]:
    """What texts may name of a merger on `day`; without what is not known."""
    reported_by = reference().chief_access_managers_reported_by(day)
    return {
        "day": day.isoformat(),
        "eve": (day - timedelta(days=1)).isoformat(),
        "yearBefore": str(day.year - 1),
        **({"reportedBy": reported_by.isoformat()} if reported_by else {}),
    }


def resolve(data: Mapping[str, Any], day: date) -> dict[str, Any]:
    """A story's data for a merger on `day`: with dates, and without the texts of lists that name what is not known."""
    resolved: dict[str, Any] = _resolved(data, day, names(day))
    return resolved


def month_ends(first: str, last: str) -> list[str]:
    """The last day of each month that ends between two days, both included."""
    day, until = date.fromisoformat(first[:10]), date.fromisoformat(last)
    found = []
    while (end := _end_of_month(day)) <= until:
        found.append(end.isoformat())
        day = end + timedelta(days=1)
    return found


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def at_month_ends(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A step's data, with dates, for each day on which it is lived."""
    until = step.get(UNTIL)
    if not until:
        return [step]
    once = {key: value for key, value in step.items() if key != UNTIL}
    return [{**once, "on": day} for day in month_ends(step["on"], until)]


def _resolved(value: Any, day: date, known: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: absolute(str(inner), day) if key in _ON else _resolved(inner, day, known)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_resolved(item, day, known) for item in value if not _names_the_unknown(item, known)]
    return _text(value, day, known) if isinstance(value, str) else value


def _text(text: str, day: date, known: Mapping[str, str]) -> str:
    def named(found: re.Match[str]) -> str:
        return known.get(found[1]) or (
            absolute(found[1], day) if is_relative(found[1]) else "a day not known yet"
        )

    return _NAMED.sub(named, text)


def _names_the_unknown(item: Any, known: Mapping[str, str]) -> bool:
    return isinstance(item, str) and any(name in NAMES and name not in known for name in _NAMED.findall(item))
