"""The review of what is retained: by the portal's date, reminded of run after run (R05, R61)."""

from __future__ import annotations

from emulator import controls
from providers.review import ReviewProvider
from tests.providers.conftest import Portal
from tests.providers.galmaarden import GALMAARDEN
from tests.providers.life import Life, Props


def declared(on: str) -> Props:
    return {"organization": GALMAARDEN, "on": on}


def test_it_waits_for_nobody_before_its_day(portal: Portal) -> None:
    life = Life(ReviewProvider())
    assert life.create(declared("2025-02-10"))["waiting"] == {}


def test_from_its_day_on_it_waits_for_people(portal: Portal) -> None:
    life = Life(ReviewProvider())
    life.create(declared("2025-02-10"))
    controls.set_clock(portal.database, "2025-02-10")
    for _ in range(2):
        assert life.preview(declared("2025-02-10")) == "same"
        assert life.outs["waiting"]["whom"] == "the centre"
        assert "until" not in life.outs["waiting"], "the day has passed"


def test_a_later_day_in_the_declaration_ends_the_waiting(portal: Portal) -> None:
    life = Life(ReviewProvider())
    life.create(declared("2025-02-03"))
    assert life.outs["waiting"]
    assert life.up(declared("2025-06-01")) == "update"
    assert life.outs["waiting"] == {}


def test_nothing_is_written(portal: Portal) -> None:
    life = Life(ReviewProvider())
    life.create(declared("2025-02-03"))
    life.provider.delete(life.id, life.outs)
    assert controls.journal(portal.database, writes=True, kbo=GALMAARDEN) == []
