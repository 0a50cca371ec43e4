"""The days of a fusion that a calendar has: from its wave's data and its declaration, none from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from operations.runbooks.manual.step import Day
from schemas.declaration import Fusion
from schemas.reference import reference

BY, FROM, BETWEEN = "by {last}", "from {first} on", "from {first} to {last}"
TITLES = {
    Day.REPORT: "{merged}: last day to report chief access managers (HTB) to Flanders, and to have access up to date",
    Day.LAST_DAY: "{merged}: last day of the disappearing OCMWs",
    Day.MERGER: "{merged}: day of the merger",
    Day.UNIQUE_REPORT: "{merged}: Uniek verslag on {year}",
    Day.REVIEW: "{merged}: review of what is retained",
    Day.NEXT_REPORT: "{merged}: first Uniek verslag under the merged OCMW",
}
LABELS = {
    Day.REPORT: "reported to Flanders",
    Day.LAST_DAY: "last day before the merger",
    Day.MERGER: "day of the merger",
    Day.UNIQUE_REPORT: "Uniek verslag",
    Day.REVIEW: "review of what is retained",
    Day.NEXT_REPORT: "first Uniek verslag under the merged OCMW",
}


@dataclass(frozen=True)
class Moment:
    """A day, or the days from `first` to `last`.

    :param says: how a step tells it, as a message.
    """

    first: date
    last: date
    says: str


def moments_of(fusion: Fusion) -> Mapping[Day, Moment]:
    """Those that are known, in their order."""
    day = fusion.takes_effect
    last_day = day - timedelta(days=1)
    found = {
        Day.LAST_DAY: Moment(last_day, last_day, BY),
        Day.MERGER: Moment(day, day, FROM),
        Day.UNIQUE_REPORT: _february(day.year),
        Day.REVIEW: Moment(fusion.retain.review_on, fusion.retain.review_on, BY),
        Day.NEXT_REPORT: _february(day.year + 1),
    }
    if report_by := reference().chief_access_managers_reported_by(day):
        found[Day.REPORT] = Moment(report_by, report_by, BY)
    return dict(sorted(found.items(), key=lambda one: one[1].first))


def _february(year: int) -> Moment:
    """R62: the report on a year is filled in in the February after it."""
    return Moment(date(year, 2, 1), date(year, 3, 1) - timedelta(days=1), BETWEEN)
