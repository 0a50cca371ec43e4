"""From when until when a certificate is valid, and when its end is near: one answer for findings, plans and checks (R37).

A certificate is needed from the day of the merger on, and after that day on each. So it is judged on the later of that day
and the portal's today. Its first day is that of Belgium on which it begins, as the portal counts days. Its last is the one
that stands in it (UTC): the hour that Belgium is ahead adds none. Cheap to import: each preview pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

SOON_DAYS = 60
"""How many days before its end a certificate asks for a new one."""
EXPIRED, SOON, FAR = "expired", "soon", ""
"""What is said of the end of a certificate."""

BELGIUM = timezone(timedelta(hours=1))
"""Of which the first day is taken, and how long a day lasts: as the portal's, `providers.contract`."""


@dataclass(frozen=True)
class Validity:
    """The first and the last day on which a certificate is valid."""

    first: date
    last: date

    @classmethod
    def of(cls, certificate: Mapping[str, Any]) -> Validity:
        """By `notBefore` and `notAfter`, moments as the portal and our plans write them."""
        return cls.between(*(datetime.fromisoformat(certificate[name]) for name in ("notBefore", "notAfter")))

    @classmethod
    def between(cls, not_before: datetime, not_after: datetime) -> Validity:
        """The same of the moments themselves, with their time zone."""
        try:
            first = not_before.astimezone(BELGIUM).date()
        except OverflowError:  # in the last hour of all
            first = not_before.date()
        return cls(first, not_after.date())

    @property
    def first_near_day(self) -> date:
        """The first day of its life on which its end is near."""
        return max(self.first, self.last - timedelta(days=SOON_DAYS))

    def days_left(self, today: date) -> int:
        """How many days it is valid after today; less than 0: it has expired."""
        return (self.last - today).days

    def find_end(self, today: date) -> str:
        """`EXPIRED`, `SOON` or `FAR`."""
        left = self.days_left(today)
        return EXPIRED if left < 0 else SOON if left <= SOON_DAYS else FAR

    def has_ended_before(self, takes_effect: date) -> bool:
        """Whether it is wrong for ever: no later day makes it right."""
        return self.last < takes_effect

    def reason_against(self, takes_effect: date, today: date) -> str:
        """Why an account cannot have it; "" when it can."""
        day = max(takes_effect, today)
        return "" if self.first <= day <= self.last else self.describe_not_on(day)

    def describe_not_on(self, day: date) -> str:
        return f"it is valid from {self.first} to {self.last}, not on {day}"
