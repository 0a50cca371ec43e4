"""`fusion certificate list`: what the portal has at every centre, by the days that are left. R37, R38."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from operations.certificates.holdings import Holding
from operations.exit_codes import of_certificates
from schemas.errors import FusionError, PortalUnreachable
from schemas.validity import EXPIRED, FAR, SOON, Validity
from tests.operations.checks.conftest import PAJOTTEGEM, Setting, until
from tests.operations.conftest import Fusion
from tests.support import portal_tables

FTP = "pajottegem-ftp.cer"


def test_r37_r38_each_certificate_with_who_uses_and_who_renews_it(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    ran = fusion("certificate", "list", "pajottegem", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = {(one["centre"], one["usage"]): one for one in ran.json["certificates"]}
    assert found["Pajottegem", "ftp"]["fileName"] == FTP
    assert found["Pajottegem", "ftp"]["renewedBy"] == "centre"
    assert found["Pajottegem", "rest"]["renewedBy"] == "socius"
    assert found["Pajottegem", "rest"]["accounts"] == ["OCMW Online"]
    assert {centre for centre, _ in found} == {"Pajottegem", "Galmaarden", "Gooik", "Herne"}
    days = [one["daysLeft"] for one in ran.json["certificates"]]
    assert days == sorted(days)
    assert ran.json["notRead"] == []


def test_r36_what_a_renewal_came_beside_is_told_with_its_account(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    """The account signs in with either; nobody has to renew the earlier one, and its end is no alarm."""
    (before,) = [
        one["fileName"]
        for one in fusion("certificate", "list", "--format", "json").json["certificates"]
        if "OCMW Online" in one["accounts"] and one["centre"] == "Pajottegem"
    ]
    portal_tables.change_resources(
        applied.database,
        "restAccount",
        PAJOTTEGEM,
        "OCMW Online",
        certificate=FTP,
        previousCertificate=before,
    )
    until(applied, PAJOTTEGEM, before, "2025-02-01")
    ran = fusion("certificate", "list", "--format", "json")
    assert ran.code == 0
    (found,) = [one for one in ran.json["certificates"] if one["fileName"] == before]
    assert (found["accounts"], found["accountsBefore"], found["renewedBy"]) == ([], ["OCMW Online"], "")
    assert "OCMW Online (before)" in fusion("certificate", "list").out


def test_it_needs_no_secrets_and_no_file_but_the_declaration(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    """It looks at the portal: what is wrong at home hides nothing of that."""
    applied.secrets_file.write_text("people: [")
    (applied.root / "fusions" / "certificates" / FTP).write_text("mended later")
    ran = fusion("certificate", "list", "pajottegem", "--format", "json")
    assert (ran.code, ran.json["notRead"]) == (0, [])


def test_the_file_with_findings_is_named(fusion: Fusion, applied: Setting, stacks: dict[str, str]) -> None:
    applied.declaration.write_text("kind: nothing")
    told = fusion("certificate", "list", "--format", "json").json["notRead"]
    assert [one["why"] for one in told] == [
        "fusions/pajottegem.yaml has findings: `fusion validate` shows them"
    ]


def test_r37_what_ends_first_is_the_first_and_the_code_says_so(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    until(applied, PAJOTTEGEM, FTP, "2025-02-20")
    soon = fusion("certificate", "list", "--all", "--format", "json")
    assert soon.code == 2
    assert [soon.json["certificates"][0][name] for name in ("fileName", "end", "daysLeft")] == [FTP, SOON, 8]
    until(applied, PAJOTTEGEM, FTP, "2025-02-01")
    expired = fusion("certificate", "list")
    assert expired.code == 5
    assert "1 expired" in expired.out


def test_a_portal_that_cannot_be_read_is_no_empty_list(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    stacks |= {"portalUrl": "http://127.0.0.1:9", "deadlineSeconds": "1"}
    ran = fusion("certificate", "list")
    assert ran.code == 3
    assert "pajottegem, Herne: not read: " in ran.out
    assert "4 stacks or centres not read" in ran.out
    told = fusion("certificate", "list", "--format", "json").json
    assert told["certificates"] == []
    assert {one["centre"] for one in told["notRead"]} == {"Pajottegem", "Galmaarden", "Gooik", "Herne"}
    calendar = fusion("certificate", "list", "--format", "ics")
    assert calendar.code == 3
    assert "not read" in calendar.err


def test_a_portal_without_certificates_let_us_in(
    fusion: Fusion, applied: Setting, stacks: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then one that is down beside it is a part, and not all."""

    def read_centre(_stack: str, _fusion: object, centre: str, _kbo: str) -> list[Holding]:
        if centre == "Herne":
            raise PortalUnreachable
        return []

    monkeypatch.setattr("operations.certificates.holdings._read_centre", read_centre)
    assert fusion("certificate", "list").code == 5


def test_the_calendar_rings_when_the_end_is_near(
    fusion: Fusion, applied: Setting, stacks: dict[str, str]
) -> None:
    until(applied, PAJOTTEGEM, FTP, "2026-02-20")
    calendar: Any = Calendar.from_ical(fusion("certificate", "list", "--format", "ics").out)
    events = calendar.walk("VEVENT")
    (event,) = [one for one in events if FTP in one["summary"]]
    assert event.decoded("dtstart") == date(2026, 2, 20)
    (alarm,) = event.walk("VALARM")
    rings: date = date(2026, 2, 20) + alarm.decoded("trigger")
    (held,) = [
        one
        for one in fusion("certificate", "list", "--format", "json").json["certificates"]
        if one["fileName"] == FTP
    ]
    validity = Validity(date.fromisoformat(held["validFrom"]), date.fromisoformat(held["validUntil"]))
    assert validity.find_end(rings) == SOON
    assert validity.find_end(rings - timedelta(days=1)) == FAR
    identifiers = [str(one["uid"]) for one in events]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_it_fits_the_terminal(
    fusion: Fusion, applied: Setting, stacks: dict[str, str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = fusion("certificate", "list").out
    assert max(map(len, out.splitlines())) <= int(columns)
    assert out.count("the centre") == 4


@pytest.mark.parametrize("first", [date(2025, 1, 1), date(2027, 12, 1), date(2028, 1, 1)])
def test_the_first_near_day_is_within_its_life(first: date) -> None:
    validity = Validity(first, date(2028, 1, 1))
    near = validity.first_near_day
    assert validity.first <= near <= validity.last
    assert validity.find_end(near) == SOON
    assert near == validity.first or validity.find_end(near - timedelta(days=1)) == FAR


@pytest.mark.parametrize(
    ("ends", "failures", "looked", "code"),
    [
        ([FAR, FAR], [], True, 0),
        ([], [], False, 0),
        ([FAR, SOON], [], True, 2),
        ([SOON, EXPIRED], [], True, 5),
        (["gone"], [], True, 5),
        (["not yet valid"], [], True, 5),
        ([FAR], [PortalUnreachable()], True, 5),
        ([], [PortalUnreachable()], False, 3),
        ([], [PortalUnreachable(), FusionError("no declaration")], False, 5),
    ],
)
def test_with_which_code_it_ends(
    ends: list[str], failures: list[FusionError], looked: bool, code: int
) -> None:
    assert of_certificates(ends, failures, looked=looked) == code
