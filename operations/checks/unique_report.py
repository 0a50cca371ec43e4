"""Uniek verslag: which years are due, under the number that each year was lived with (R62, R63)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context, Props
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Check, Verdict
from providers import paths
from schemas.systems import System
from stacks.planned import Centre


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.centres:
        rule = "R62" if centre.role == "disappearing" else "R63"
        yield Check(
            centre, System.UNIQUE_REPORT, "Uniek verslag", partial(_check_reports, context, centre), rule
        )


def _check_reports(context: Context, centre: Centre) -> Iterator[Verdict]:
    found = context.portal(centre).get_items(paths.unique_reports(centre.kbo))
    for report in found:
        yield _judge(report)
    years = {report["year"] for report in found}
    last_before = context.fusion.takes_effect.year - 1
    if context.today < context.fusion.takes_effect:
        return
    if centre.role == "disappearing":
        wrong, missing = {year for year in years if year > last_before}, {last_before} - years
    else:
        kept = {last_before} if centre.role == "keeping" else set()
        wrong, missing = {year for year in years - kept if year <= last_before}, kept - years
    for year in sorted(wrong):
        yield Verdict(
            FAILED, f"{year} stands under this number and belongs under another: ask (R67)", str(year)
        )
    for year in sorted(missing):
        yield Verdict(FAILED, f"{year} belongs under this number and is not there: ask (R67)", str(year))
    if not found and not missing:
        yield Verdict(OK, "nothing to report yet under this number")


def _judge(report: Props) -> Verdict:
    status, year = report["status"], str(report["year"])
    if status == "submitted":
        late = ", late" if report.get("submittedLate") else ""
        return Verdict(OK, f"submitted on {report['submittedOn']}{late}", year)
    if status == "notOpen":
        return Verdict(WAITING, f"opens on {report['opensOn']}", year)
    if status == "late":
        return Verdict(FAILED, f"not submitted, due by {report['dueBy']}: submit it now", year)
    if status in {"due", "saved"}:
        saved = "saved, to be submitted" if status == "saved" else "to be filled in and submitted"
        return Verdict(TODO, f"{saved} by {report['dueBy']}", year)
    return Verdict(UNKNOWN, "in a state that this version does not know", year)
