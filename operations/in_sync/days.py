"""The next day on which something could change by itself: a wait that ends, a review, a release, an expiry.

What the providers compare with the portal's day stands in the stack's state, what it waits for included, or in its
declaration. So each date there is taken for such a day, the day after it too, for what holds through a day, and the day on
which the end of a certificate comes near. What waits without a date, and is brought by nobody's write, may come any day. So
may a form that is being handled: only the last day of several is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from schemas.validity import SOON_DAYS

_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_AROUND = (timedelta(0), timedelta(days=1), timedelta(days=-SOON_DAYS))
_FAR = timedelta(days=SOON_DAYS)
_HANDLED = "integrations:"
_SUPPLIER = "R35"
_WRITERS = frozenset({"the centre", "RSZ", "Smals"})
"""Whose doing a change tag tells."""


def find_next(today: date, resources: Iterable[Mapping[str, Any]], declaration: str) -> date | None:
    """The first such day after `today`; None where nothing is dated.

    :param resources: of the stack's state, secrets as they lie there. :param declaration: its text.
    """
    found = set(_dates_in(declaration))
    for resource in resources:
        found.update(_dates_in(resource.get("inputs")))
        outputs = resource.get("outputs") or {}
        found.update(_dates_in(outputs))
        if _may_end_any_day(resource, outputs.get("waiting") or {}):
            found.add(today)
    days = {day + around for day in found if date.min + _FAR < day < date.max - _FAR for around in _AROUND}
    return min((day for day in days if day > today), default=None)


def _may_end_any_day(resource: Mapping[str, Any], waiting: Mapping[str, Any]) -> bool:
    if not waiting:
        return False
    somebody_writes = waiting.get("rule") == _SUPPLIER or waiting.get("whom") in _WRITERS
    return _HANDLED in str(resource.get("type")) or not (waiting.get("until") or somebody_writes)


def _dates_in(value: Any) -> Iterator[date]:
    if isinstance(value, str):
        for text in _DATE.findall(value):
            try:
                yield date.fromisoformat(text)
            except ValueError:  # such as a number that looks like one
                continue
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _dates_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _dates_in(one)
