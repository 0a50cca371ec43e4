"""The Uniek verslag that a disappearing centre owes: read, and waited for where all else waits (R62)."""

from __future__ import annotations

import pytest

from emulator import controls
from providers.unique_report import API, UniqueReportProvider
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.galmaarden import GALMAARDEN
from tests.providers.resource_harness import Props, ResourceHarness

DECLARED: Props = {"organization": GALMAARDEN, "year": "2024"}
REPORT = f"{API}/{GALMAARDEN}/reports/2024"


def submit(portal: Portal, *, submitted: bool = True) -> None:
    codes = portal.get(GALMAARDEN, "/REST/uniqueReport/v1/refData/subsidies")
    assert codes is not None
    subsidies = [{"code": codes["items"][0]["code"], "amount": 1000}]
    portal.save(GALMAARDEN, REPORT, {"subsidies": subsidies, "submitted": submitted})


def test_before_february_it_waits_for_the_calendar(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(UniqueReportProvider())
    assert life.create(DECLARED)["waiting"] == {
        "reason": "waits for the Uniek verslag on 2024 to open",
        "rule": "R62",
        "whom": "the calendar",
        "until": "2025-02-01",
    }


def test_in_february_it_waits_for_people_until_it_is_submitted(portal: Portal) -> None:
    life = ResourceHarness(UniqueReportProvider())
    life.create(DECLARED)
    for _ in range(2):
        assert life.preview(DECLARED) == "same"
        waiting = life.outs["waiting"]
        assert waiting["reason"].endswith("to be submitted, under this number")
        assert (waiting["whom"], waiting["until"]) == ("the centre", "2025-02-28")
        submit(portal, submitted=False)
    submit(portal)
    assert life.preview(DECLARED) == "same"
    assert life.outs["waiting"] == {}


def test_what_is_late_is_said_without_a_day(portal: Portal) -> None:
    controls.set_clock(portal.database, "2025-03-01")
    waiting = ResourceHarness(UniqueReportProvider()).create(DECLARED)["waiting"]
    assert waiting["reason"].endswith("due by 2025-02-28 and not submitted")
    assert "until" not in waiting


def test_a_year_that_this_number_does_not_report_on_waits_for_nobody(portal: Portal) -> None:
    assert ResourceHarness(UniqueReportProvider()).create(DECLARED | {"year": "2023"})["waiting"] == {}


def test_nothing_is_written_and_nothing_taken_away(portal: Portal) -> None:
    life = ResourceHarness(UniqueReportProvider())
    life.create(DECLARED)
    assert life.up(DECLARED | {"year": "2025"}) == "replace"
    life.delete()
    assert controls.journal(portal.database, writes=True, kbo=GALMAARDEN) == []


def test_a_failed_read_is_no_nothing(portal: Portal) -> None:
    controls.add_fault(portal.database, controls.Rule(status=500, path_pattern="*/reports*"))
    with pytest.raises(PortalUnreachable, match=f"Uniek verslag 2024 of {GALMAARDEN}"):
        ResourceHarness(UniqueReportProvider()).create(DECLARED)
