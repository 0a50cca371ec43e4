"""Uniek verslag: who reports on which year, when, and what can be saved (R60, R62, R63)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import GALMAARDEN, HASSELT, NEW, PAJOTTEGEM, Acting, Portal, issues, problem
from tests.emulator.support import people
from tests.emulator.support.deliveries import ask, move

API = "uniqueReport"
HERNE, GOOIK = "0212218182", "0212214026"
SUBSIDIES = [{"code": "staff", "amount": 48210.5}, {"code": "heatingFund", "amount": 0}]


def a_report(submitted: bool = False, **changes: Any) -> dict[str, Any]:
    return {"subsidies": SUBSIDIES, "submitted": submitted, **changes}


def years(centre: Acting) -> dict[int, str]:
    items = centre.get(API, "/reports").json()["items"]
    return {item["year"]: item["status"] for item in items}


def test_r62_a_disappearing_centre_reports_on_2024_and_never_on_2025(portal: Portal) -> None:
    centre = portal.acting_for(GALMAARDEN)
    assert years(centre) == {2024: "due"}
    assert centre.create(API, "/reports/2024", a_report(submitted=True)).status_code == 201
    move(portal, "2026-02-10")
    assert years(centre) == {2024: "submitted"}
    for answer in (
        centre.get(API, "/reports/2025"),
        centre.create(API, "/reports/2025", a_report()),
    ):
        assert problem(answer) == (404, "resourceNotFound")
        assert (answer.json()["rule"], answer.json()["reportUnder"]) == ("R63", [PAJOTTEGEM])


def test_r63_a_new_number_reports_from_2025_on(portal: Portal, pajottegem: Acting) -> None:
    assert years(pajottegem) == {2025: "notOpen"}
    for answer in (
        pajottegem.get(API, "/reports/2024"),
        pajottegem.create(API, "/reports/2024", a_report()),
    ):
        assert problem(answer) == (404, "resourceNotFound")
        assert answer.json()["rule"] == "R62"
        assert answer.json()["reportUnder"] == sorted([GALMAARDEN, GOOIK, HERNE])
    move(portal, "2026-02-01")
    assert years(pajottegem) == {2025: "due", 2026: "notOpen"}
    assert pajottegem.create(API, "/reports/2025", a_report()).status_code == 201


@pytest.mark.parametrize("keeper", [HASSELT, "0212235604"])
def test_r63_who_keeps_the_number_reports_on_both(portal: Portal, keeper: str) -> None:
    centre = portal.acting_for(keeper)
    assert years(centre) == {2024: "due", 2025: "notOpen"}
    assert centre.create(API, "/reports/2024", a_report()).status_code == 201
    move(portal, "2026-02-01")
    assert centre.create(API, "/reports/2025", a_report()).status_code == 201
    assert years(centre) == {2024: "late", 2025: "saved", 2026: "notOpen"}


def test_r62_the_report_opens_in_february(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")
    centre = portal.acting_for(GALMAARDEN)
    assert years(centre) == {2024: "notOpen"}
    move(portal, "2025-01-31T23:59:59")
    for answer in (
        centre.get(API, "/reports/2024"),
        centre.create(API, "/reports/2024", a_report()),
        # Not yet comes before what is wrong with the body.
        centre.create(API, "/reports/2024", {"nonsense": True}),
    ):
        assert problem(answer) == (409, "notYetAvailable")
        body = answer.json()
        assert (body["reason"], body["availableFrom"], body["rule"]) == ("reportNotOpen", "2025-02-01", "R62")
    move(portal, "2025-02-01T00:00")
    assert problem(centre.get(API, "/reports/2024")) == (404, "resourceNotFound")
    assert centre.create(API, "/reports/2024", a_report()).status_code == 201


def test_r12_a_number_that_is_not_active_has_no_reports(portal_at: Callable[[str], Portal]) -> None:
    answer = portal_at("2024-11-01").acting_for(PAJOTTEGEM).get(API, "/reports")
    assert answer.json()["reason"] == "organizationNotActive"


def test_a_report_is_saved_as_often_as_one_likes_and_submitted_once(galmaarden: Acting) -> None:
    path = "/reports/2024"
    assert problem(galmaarden.call("PUT", API, path, json=a_report())) == (428, "preconditionRequired")
    made = galmaarden.create(API, path, a_report())
    assert (made.status_code, made.json()["status"]) == (201, "saved")
    assert problem(galmaarden.create(API, path, a_report())) == (412, "preconditionFailed")
    assert galmaarden.replace(API, path, a_report(subsidies=SUBSIDIES[:1])).status_code == 200
    submitted = galmaarden.replace(API, path, a_report(submitted=True))
    assert submitted.json() == {
        "year": 2024,
        "status": "submitted",
        "opensOn": "2025-02-01",
        "dueBy": "2025-02-28",
        "subsidies": SUBSIDIES,
        "submitted": True,
        "submittedOn": "2025-02-03",
        "submittedLate": False,
        "createdBy": "rehearsal",
        "createdAt": "2025-02-03T09:00:00+01:00",
        "changedAt": "2025-02-03T09:00:00+01:00",
    }
    found = galmaarden.get(API, path)
    assert (found.json(), found.headers["ETag"]) == (submitted.json(), submitted.headers["ETag"])
    stale = galmaarden.replace(API, path, a_report(), etag=made.headers["ETag"])
    assert problem(stale) == (412, "preconditionFailed")
    for body in (a_report(), a_report(submitted=True)):
        assert problem(galmaarden.replace(API, path, body)) == (409, "alreadySubmitted")
    assert galmaarden.get(API, path).json() == submitted.json()


def test_r62_r63_from_the_first_half_hour_of_the_year_the_merged_one_is_who_reports(
    portal_at: Callable[[str], Portal],
) -> None:
    """The merger is midnight's, not the night's."""
    portal = portal_at("2024-12-31")
    move(portal, "2025-01-01T00:30")
    old, merged = portal.acting_for(GALMAARDEN), portal.acting_for(PAJOTTEGEM)
    assert old.get("accessManagement").json()["mergedInto"] == PAJOTTEGEM
    assert (years(old), years(merged)) == ({2024: "notOpen"}, {2025: "notOpen"})
    answer = old.get(API, "/reports/2025")
    assert (problem(answer), answer.json()["reportUnder"]) == ((404, "resourceNotFound"), [PAJOTTEGEM])
    assert ask(portal, GALMAARDEN)["id"] in {
        one["id"] for one in merged.get("ocmwOnline", "/requests").json()["items"]
    }


def test_r62_on_the_last_of_february_a_report_is_not_late(portal: Portal, galmaarden: Acting) -> None:
    move(portal, "2025-02-28T23:59:59")
    filed = galmaarden.create(API, "/reports/2024", a_report(submitted=True)).json()
    assert (filed["submittedOn"], filed["submittedLate"]) == ("2025-02-28", False)


def test_after_february_a_report_is_late_and_can_still_be_filed(portal: Portal, galmaarden: Acting) -> None:
    move(portal, "2025-02-28T23:59:59")
    assert years(galmaarden) == {2024: "due"}
    move(portal, "2025-03-01T00:00")
    assert years(galmaarden) == {2024: "late"}
    filed = galmaarden.create(API, "/reports/2024", a_report(submitted=True)).json()
    assert (filed["status"], filed["submittedOn"], filed["submittedLate"]) == (
        "submitted",
        "2025-03-01",
        True,
    )
    (item,) = galmaarden.get(API, "/reports").json()["items"]
    assert item == {
        name: filed[name] for name in ("year", "status", "opensOn", "dueBy", "submittedOn", "submittedLate")
    }


def test_a_leap_year_has_a_day_more(portal: Portal) -> None:
    move(portal, "2028-01-02")
    items = portal.acting_for(HASSELT).get(API, "/reports").json()["items"]
    assert {item["year"]: item["dueBy"] for item in items}[2027] == "2028-02-29"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subsidies": [{"code": "lottery", "amount": 1}]}, ("referencedResourceNotFound", "subsidies[0].code", "R62")),
        ({"subsidies": [{"code": "staff", "amount": 1.005}]}, ("invalidInput", "subsidies[0].amount", "R62")),
        ({"subsidies": [{"code": "staff", "amount": -1}]}, ("outOfRange", "subsidies[0].amount", None)),
        ({"subsidies": [SUBSIDIES[0], SUBSIDIES[0]]}, ("rejectedInput", "subsidies", None)),
        ({"subsidies": [], "submitted": True}, ("requiredInput", "submitted", "R62")),
        ({"total": 3}, ("unknownInput", "total", None)),
        ({"submitted": "yes"}, ("schemaViolation", "submitted", None)),
    ],
)  # fmt: skip
def test_what_a_report_cannot_be(
    galmaarden: Acting, changes: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert issues(galmaarden.create(API, "/reports/2024", a_report(**changes))) == {expected}


@pytest.mark.parametrize("year", ["2023", "1999", "20240", "x", "2024x"])
def test_what_is_no_year_of_the_portals_is_not_there(galmaarden: Acting, year: str) -> None:
    for answer in (
        galmaarden.get(API, f"/reports/{year}"),
        galmaarden.call("PUT", API, f"/reports/{year}", json=a_report(), headers=NEW),
    ):
        assert problem(answer) == (404, "resourceNotFound")


def test_a_year_far_off_is_not_open(portal: Portal) -> None:
    answer = portal.acting_for(HASSELT).get(API, "/reports/2999")
    assert answer.json()["availableFrom"] == "3000-02-01"


def test_subsidies_are_reference_data(portal: Portal) -> None:
    listed = portal.http.get("/REST/uniqueReport/v1/refData/subsidies").json()["items"]
    assert {one["code"] for one in listed} >= {"staff", "heatingFund"}


@pytest.mark.parametrize("application", people.APPLICATIONS)
def test_r60_reports_are_for_who_has_the_application(portal: Portal, application: str) -> None:
    people.assemble(portal)
    centre = portal.acting_for(GALMAARDEN, people.user_with(application))
    allowed = application == people.REPORT
    assert (centre.get(API, "/reports").status_code == 200) == allowed
    assert centre.create(API, "/reports/2024", a_report()).status_code == (201 if allowed else 403)
