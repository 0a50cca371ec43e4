"""Uniek verslag: the report of each February on the subsidies of the year before (R62, R63).

A centre reports on each year at whose end it existed as itself: a disappearing centre on the year before its merger, a new
number from the year of the merger on, a centre that keeps its number on both.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from emulator.core import common_operations, problems, resources, waves
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.core.organizations import Organization

KIND = "uniqueReport"
_YEAR = re.compile(r"2\d{3}", re.ASCII)


def opens_on(year: int) -> date:
    return date(year + 1, 2, 1)


def due_by(year: int) -> date:
    """The end of February. Later a report can still be filed; it is marked."""
    return date(year + 1, 3, 1) - timedelta(days=1)


def reports_on(organization: Organization, year: int) -> bool:
    """Whether a centre existed as itself at the end of a year, as far as is known today."""
    end = date(year, 12, 31).isoformat()
    started = organization.active_from is None or organization.active_from <= end
    return started and (organization.merged_on is None or organization.merged_on > end)


def require_open(call: Call) -> None:
    """:raises Problem: 404 for a year that another number reports on, 409 before its February."""
    year = _year(call)
    if not reports_on(call.organization, year):
        raise _under_another_number(call, year)
    if call.now.date() < opens_on(year):
        raise problems.not_yet(
            "reportNotOpen",
            f"The subsidies of {year} are reported on in February {year + 1}",
            opens_on(year).isoformat(),
            "R62",
        )


def _first_year(call: Call) -> int:
    """The year before the portal's wave: of earlier ones it knows nothing."""
    return waves.of(call.connection).day.year - 1


def _year(call: Call) -> int:
    text, first = call.path["year"], _first_year(call)
    if not _YEAR.fullmatch(text) or int(text) < first:
        raise problems.not_found(f"report on such a year (the first is {first})")
    return int(text)


def _under_another_number(call: Call, year: int) -> problems.Problem:
    organization = call.organization
    if organization.merged_into is not None:
        numbers, rule = [organization.merged_into], "R63"
        detail = (
            f"{organization.name} has merged: the subsidies of {year} are reported on by the merged centre"
        )
    else:
        rows = call.connection.execute(
            "SELECT enterprise_number FROM organizations WHERE merged_into = ? ORDER BY enterprise_number",
            (organization.enterprise_number,),
        )
        numbers, rule = [number for (number,) in rows], "R62"
        detail = (
            f"{organization.name} is of after {year}: the centres that merged report on it, each for itself"
        )
    members = {"rule": rule, "reportUnder": numbers}
    return problems.Problem(problems.BELGIF + "resourceNotFound", "Resource Not Found", 404, detail, members)


def _facts(year: int, body: dict[str, Any] | None, today: date) -> dict[str, Any]:
    """The fields that the portal adds to a report."""
    if body is not None and body["submitted"]:
        status = "submitted"
    elif today < opens_on(year):
        status = "notOpen"
    elif today > due_by(year):
        status = "late"
    else:
        status = "due" if body is None else "saved"
    return {
        "year": year,
        "status": status,
        "opensOn": opens_on(year).isoformat(),
        "dueBy": due_by(year).isoformat(),
    }


def list_reports(call: Call) -> Answer:
    """The years that this centre reports on, up to the present one, oldest first."""
    today = call.now.date()
    items = []
    for year in range(_first_year(call), today.year + 1):
        if not reports_on(call.organization, year):
            continue
        found = resources.find(call.connection, call.number, KIND, str(year))
        body = None if found is None else found.body
        item = _facts(year, body, today)
        if body is not None and body["submitted"]:
            item |= {name: body[name] for name in ("submittedOn", "submittedLate")}
        items.append(item)
    number, size = common_operations.paging(call.query)
    shown = items[(number - 1) * size : number * size]
    return Answer(200, {"items": shown, **common_operations.page_members(call, number, size, len(items))})


def get_report(call: Call) -> Answer:
    year = _year(call)
    found = common_operations.require(call, KIND, f"saved report on {year}", str(year))
    return common_operations.answer_with(found, **_facts(year, found.body, call.now.date()))


def put_report(call: Call) -> Answer:
    """Saved as often as one likes until it is submitted."""
    year, today = _year(call), call.now.date()
    existing = resources.find(call.connection, call.number, KIND, str(year))
    resources.check_put(call.headers, existing)
    if existing is not None and existing.body["submitted"]:
        raise problems.conflict(
            "alreadySubmitted", "Already Submitted", "A report that was submitted is not changed", rule="R62"
        )
    body = dict(call.body)
    if body["submitted"]:
        body |= {"submittedOn": today.isoformat(), "submittedLate": today > due_by(year)}
    return common_operations.save(call, KIND, body, str(year), **_facts(year, body, today))


REPORTS = "/organizations/{enterpriseNumber}/reports"

API = Api(
    "/REST/uniqueReport/v1",
    "uniqueReport",
    "Uniek verslag",
    "The yearly report, under the number that the year was lived with.",
    (
        common_operations.HEALTH,
        *common_operations.list_operations(("subsidies",)),
        Operation(
            "GET",
            REPORTS,
            "listReports",
            "The years that an organisation reports on",
            list_reports,
            answer="systems.unique_report:ReportList",
            needs=(Need.ACTIVE,),
            query=common_operations.PAGING,
            rules=("R62", "R63"),
        ),
        Operation(
            "GET",
            REPORTS + "/{year}",
            "getReport",
            "The report on a year",
            get_report,
            answer="systems.unique_report:Report",
            needs=(Need.ACTIVE, Need.REPORT),
            rules=("R62", "R63"),
        ),
        Operation(
            "PUT",
            REPORTS + "/{year}",
            "putReport",
            "Save the report on a year, or submit it",
            put_report,
            body="systems.unique_report:ReportBody",
            answer="systems.unique_report:Report",
            needs=(Need.ACTIVE, Need.REPORT),
            statuses=(200, 201, 412, 428),
            rules=("R62", "R63"),
        ),
    ),
    permission="uniqueReport",
)
