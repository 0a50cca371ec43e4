"""The E-Box: those of disappearing centres stay open (R61)."""

from __future__ import annotations

from collections.abc import Callable

from tests.emulator.conftest import GALMAARDEN, Acting, Portal


def test_r61_the_box_of_a_disappearing_centre_stays_open(portal_at: Callable[[str], Portal]) -> None:
    before, after = (
        portal_at(moment).acting_for(GALMAARDEN).get("eBox", "/box")
        for moment in ("2024-11-01", "2025-02-03")
    )
    assert before.json() == after.json()
    assert after.json()["status"] == "open"


def test_a_new_number_has_an_empty_box_from_its_first_day(pajottegem: Acting) -> None:
    assert pajottegem.get("eBox", "/box").json() == {"status": "open", "documents": 0, "unread": 0}
