"""The copy of access and the requests of OCMW Online: read, and waited for where all else waits (R13-R15, R64)."""

from __future__ import annotations

import pytest

from emulator import controls
from providers.access_copy import AccessCopyProvider
from providers.online_requests import OnlineRequestsProvider
from providers.unique_report import UniqueReportProvider
from providers.waiting import Waiting
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.galmaarden import GALMAARDEN
from tests.providers.resource_harness import Props, ResourceHarness

PAJOTTEGEM, HASSELT = "1010784738", "0212216402"
COPY: Props = {"reportBy": "2024-11-15"}
REQUESTS: Props = {"organization": GALMAARDEN, "mergedInto": "Pajottegem", "linkedOn": "2025-01-01"}


@pytest.mark.parametrize("number", [PAJOTTEGEM, HASSELT])
def test_r13_r14_r15_first_for_the_centre_then_for_the_rsz(portal: Portal, number: str) -> None:
    """Whichever scenario: also a kept number gets the others' users."""
    portal.restart("2024-11-15")
    declared = {"organization": number, **COPY}
    life = ResourceHarness(AccessCopyProvider())
    waiting = life.create(declared)["waiting"]
    assert "fusion chief-access-managers" in waiting["reason"]
    assert (waiting["whom"], waiting["until"]) == ("the centre", "2024-11-15")
    portal.set_clock("2024-11-16")
    assert life.preview(declared) == "same"
    copy = Waiting("waits for the RSZ's copy of access", "R15", "RSZ", "2025-01-01")
    assert Waiting.from_props(life.outs["waiting"]) == copy
    controls.postpone_copy(portal.database, number, 5)
    portal.set_clock("2025-01-03")
    assert life.preview(declared) == "same"
    assert life.outs["waiting"]["until"] == "2025-01-06"
    portal.set_clock("2025-01-06")
    assert life.preview(declared) == "same"
    assert life.outs["waiting"] == {}


def test_where_no_day_is_set_for_flanders_it_waits_for_the_rsz(portal: Portal) -> None:
    portal.restart("2024-11-01")
    waiting = ResourceHarness(AccessCopyProvider()).create({"organization": PAJOTTEGEM})["waiting"]
    assert waiting["whom"] == "RSZ"


def test_r64_requests_wait_for_the_day_and_no_longer(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(OnlineRequestsProvider())
    linked = Waiting("waits for requests to be linked to Pajottegem", "R64", "Smals", "2025-01-01")
    assert Waiting.from_props(life.create(REQUESTS)["waiting"]) == linked
    portal.set_clock("2025-01-01")
    assert life.preview(REQUESTS) == "same"
    assert life.outs["waiting"] == {}


def test_r64_what_was_not_linked_is_waited_for_without_a_day(portal: Portal) -> None:
    portal.restart("2024-12-02")
    waiting = ResourceHarness(OnlineRequestsProvider()).create(REQUESTS | {"linkedOn": "2024-12-01"})[
        "waiting"
    ]
    assert waiting["whom"] == "Smals"
    assert "until" not in waiting


def test_r63_who_keeps_the_number_files_as_usual(portal: Portal) -> None:
    declared = {"organization": HASSELT, "year": "2024", "rule": "R63"}
    waiting = ResourceHarness(UniqueReportProvider()).create(declared)["waiting"]
    assert waiting["rule"] == "R63"
    assert (waiting["whom"], waiting["until"]) == ("the centre", "2025-02-28")


def test_what_is_declared_otherwise_is_looked_at_again(portal: Portal) -> None:
    life = ResourceHarness(OnlineRequestsProvider())
    life.create(REQUESTS)
    assert life.up(REQUESTS | {"mergedInto": "Another"}) == "update"
    assert life.outs["mergedInto"] == "Another"


def test_a_failed_read_is_no_nothing(portal: Portal) -> None:
    controls.add_fault(portal.database, controls.Rule(status=500, path_pattern="*/requests*"))
    with pytest.raises(PortalUnreachable, match=f"requests of OCMW Online of {GALMAARDEN}"):
        ResourceHarness(OnlineRequestsProvider()).create(REQUESTS)
