"""The RSZ's copy of access, put off (R15, R27)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import controls
from emulator.core.people import rehearsal_ssin
from emulator.core.problems import Problem
from tests.emulator.conftest import HASSELT, PAJOTTEGEM, Portal


def test_r27_a_copy_that_is_late_keeps_the_other_systems_closed_and_then_comes(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-12-31")
    centre = portal.acting_for(PAJOTTEGEM)
    assert controls.postpone_copy(portal.database, "1010.784.738", 5) == "2025-01-06T06:00:00+01:00"
    controls.set_clock(portal.database, "2025-01-01T00:30")
    assert centre.get("chaman", "/sender").json()["availableFrom"] == "2025-01-06"
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-05")]
    assert len([line for line in done if "the RSZ copied" in line]) == 12
    answer = centre.get("chaman", "/sender").json()
    assert (answer["reason"], answer["rule"]) == ("accessNotCopied", "R27")
    assert answer["availableFrom"] == "2025-01-06"
    access = centre.get("accessManagement", "/chiefAccessManagers").json()
    assert (access["reason"], access["rule"], access["availableFrom"]) == (
        "accessNotCopied",
        "R15",
        "2025-01-06",
    )
    said = centre.get("accessManagement").json()
    assert (said["accessCopied"], said["accessCopyPlannedOn"]) == (False, "2025-01-06")
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-06")]
    (line,) = [line for line in done if "the RSZ copied" in line]
    assert line.startswith(f"2025-01-06: the RSZ copied access to {PAJOTTEGEM}: ")
    assert centre.get("chaman", "/sender").status_code == 404


def test_r15_access_to_a_new_number_is_written_after_the_copy(portal_at: Callable[[str], Portal]) -> None:
    """Who is copied would else meet what somebody set before; a kept number's access is open all along."""
    portal = portal_at("2025-01-01T00:30")
    user = {"ssin": rehearsal_ssin("x.tom"), "applications": [], "roles": [], "blocked": False}
    path = "/domains/maatschappelijkWelzijn/users"
    for number, status in ((PAJOTTEGEM, 409), (HASSELT, 201)):
        assert (
            portal.acting_for(number).call("POST", "accessManagement", path, json=user).status_code == status
        )
    controls.set_clock(portal.database, "2025-01-01T06:00")
    made = portal.acting_for(PAJOTTEGEM).call("POST", "accessManagement", path, json=user)
    assert made.status_code == 201


def test_r27_a_copy_that_is_on_time_is_promised_for_its_night(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-01-01T05:00").acting_for(PAJOTTEGEM)
    assert centre.get("chaman", "/sender").json()["availableFrom"] == "2025-01-01"


@pytest.mark.parametrize("days", [-5, 0, 367, 10**12])
def test_a_copy_is_put_off_by_a_day_to_a_year(portal_at: Callable[[str], Portal], days: int) -> None:
    portal = portal_at("2024-12-31")
    with pytest.raises(Problem) as caught:
        controls.postpone_copy(portal.database, PAJOTTEGEM, days)
    (issue,) = caught.value.as_json()["issues"]
    assert (issue["name"], issue["detail"]) == ("days", "1 to 366 days")
    assert controls.postpone_copy(portal.database, PAJOTTEGEM, 366) == "2026-01-02T06:00:00+01:00"


def test_a_copy_that_was_made_is_not_put_off(portal: Portal) -> None:
    with pytest.raises(Problem, match="No copy of access to come found"):
        controls.postpone_copy(portal.database, PAJOTTEGEM, 5)
