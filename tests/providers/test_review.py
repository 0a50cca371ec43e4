"""The review of what is retained: by the portal's date, reminded of run after run (R05, R61)."""

from __future__ import annotations

import pytest

from emulator import controls
from providers.review import ReviewProvider
from schemas.errors import PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.galmaarden import GALMAARDEN
from tests.providers.resource_harness import Props, ResourceHarness


def declared(on: str) -> Props:
    return {"organization": GALMAARDEN, "on": on}


def test_it_waits_for_nobody_before_its_day(portal: Portal) -> None:
    life = ResourceHarness(ReviewProvider())
    assert life.create(declared("2025-02-10"))["waiting"] == {}


def test_from_its_day_on_it_waits_for_people(portal: Portal) -> None:
    life = ResourceHarness(ReviewProvider())
    life.create(declared("2025-02-10"))
    controls.set_clock(portal.database, "2025-02-10")
    for _ in range(2):
        assert life.preview(declared("2025-02-10")) == "same"
        assert life.outs["waiting"]["whom"] == "the centre"
        assert "until" not in life.outs["waiting"], "the day has passed"


def test_a_later_day_in_the_declaration_ends_the_waiting(portal: Portal) -> None:
    life = ResourceHarness(ReviewProvider())
    life.create(declared("2025-02-03"))
    assert life.outs["waiting"]
    assert life.up(declared("2025-06-01")) == "update"
    assert life.outs["waiting"] == {}


def test_a_failed_read_says_what_was_looked_at(portal: Portal) -> None:
    controls.add_fault(portal.database, controls.Rule(status=500, path_pattern="*/accessManagement/*"))
    with pytest.raises(PortalUnreachable, match=f"^review of what is retained of {GALMAARDEN}: GET "):
        ResourceHarness(ReviewProvider()).create(declared("2025-02-10"))


def test_it_is_found_again_in_the_state_of_earlier_versions(portal: Portal) -> None:
    """Its id, and what `read` and `diff` made of it, are those that it always had."""
    life = ResourceHarness(ReviewProvider())
    outs = life.create(declared("2025-02-10"))
    assert life.id == f"{GALMAARDEN}/review"
    assert outs == {**declared("2025-02-10"), "waiting": {}}
    assert life.preview(declared("2025-02-10")) == "same"
    assert life.inputs == declared("2025-02-10")
    assert life.diff({"organization": "0212214026", "on": "2025-02-10"}).replaces == ["organization"]


def test_nothing_is_written(portal: Portal) -> None:
    life = ResourceHarness(ReviewProvider())
    life.create(declared("2025-02-03"))
    life.provider.delete(life.id, life.outs)
    assert controls.journal(portal.database, writes=True, kbo=GALMAARDEN) == []
