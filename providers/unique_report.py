"""The Uniek verslag on the year before the merger: a disappearing centre still owes it under its number (R62), and who keeps
its number files it as usual (R63).

It is filled in by people, once the portal opens it in February: it waits for the calendar until it is open, for the centre
until it is submitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from providers import paths
from providers.base import Props
from providers.pending_work import PendingWork, PendingWorkProvider
from providers.waiting import Waiting

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class UniqueReportProvider(PendingWorkProvider):
    """How far the report is."""

    title = "Uniek verslag"
    name = "uniqueReport"
    keys = ("organization", "year")

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        reports = portal.get_items(paths.unique_reports(props["organization"]))
        report = next((one for one in reports if str(one["year"]) == props["year"]), None)
        return _waiting(report, props.get("rule", "R62")) if report else None


def _waiting(report: Props, rule: str) -> Waiting | None:
    status, year = report["status"], report["year"]
    if status == "submitted":
        return None
    if status == "notOpen":
        reason = f"waits for the Uniek verslag on {year} to open"
        return Waiting(reason, rule, "the calendar", report["opensOn"])
    if status == "late":
        reason = f"waits for the Uniek verslag on {year}, due by {report['dueBy']} and not submitted"
        return Waiting(reason, rule, "the centre")
    reason = f"waits for the Uniek verslag on {year} to be submitted, under this number"
    return Waiting(reason, rule, "the centre", report["dueBy"])


class UniqueReportInputs(TypedDict):
    organization: str
    year: str
    rule: NotRequired[str]
    """Where it is not that of a disappearing centre (R62)."""


class UniqueReport(PendingWork, module="retained", name="UniqueReport"):
    """The report of one centre."""

    provider_class = UniqueReportProvider
    inputs = UniqueReportInputs
