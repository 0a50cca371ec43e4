"""What a merger leaves to do: to stop, and to enter again (R06-R11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import controls
from tests.emulator.conftest import GALMAARDEN, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal
from tests.emulator.forms import API, FIRST_DAY, every, running, send, stop

HERNE = "0212218182"
DAY = {"mergerOn": FIRST_DAY}
KINDS = (("form", "forms"), ("attestation", "attestations"))


def totals(centre: Acting, kind: str) -> dict[str, int]:
    items: list[dict[str, Any]] = centre.get(API, "/work", params=DAY).json()["items"]
    ours = [item for item in items if item["kind"] == kind]
    return {name: sum(item[name] for item in ours) for name in ("toStop", "locked", "toEnter")}


def left(centre: Acting, step: str, collection: str = "forms", **query: str) -> list[str]:
    return [item["id"] for item in every(centre, f"/work/{collection}", step=step, **DAY, **query)]


@pytest.mark.parametrize(("kind", "collection"), KINDS)
def test_r06_r11_from_all_to_stop_to_all_entered(
    portal_at: Callable[[str], Portal], kind: str, collection: str
) -> None:
    portal = portal_at("2025-02-17")
    old, new = portal.acting_for(GALMAARDEN), portal.acting_for(PAJOTTEGEM)
    ids = running(old, f"/{collection}")
    before = totals(old, kind)
    assert before == {"toStop": len(ids), "locked": 0, "toEnter": before["toEnter"]}
    assert left(old, "stop", collection) == ids
    stop(old, ids, path=f"/{collection}")
    to_enter = left(old, "enter", collection)
    assert totals(old, kind) == {"toStop": 0, "locked": 0, "toEnter": len(to_enter)}
    assert set(ids) <= set(to_enter)
    send(new, GALMAARDEN, to_enter, path=f"/{collection}")
    assert totals(old, kind) == {"toStop": 0, "locked": 0, "toEnter": 0}
    assert left(old, "stop", collection) == left(old, "enter", collection) == []


def test_what_is_being_handled_is_apart_until_its_day(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2025-02-03")
    centre = portal.acting_for(HERNE)
    locked = totals(centre, "form")["locked"]
    assert locked
    (until,) = {
        item["lockedUntil"] for item in centre.get(API, "/work", params=DAY).json()["items"] if item["locked"]
    }
    assert len(left(centre, "stop")) == len(running(centre)) - locked
    controls.set_clock(portal.database, until)
    assert totals(centre, "form")["locked"] == 0
    assert left(centre, "stop") == running(centre)


def test_r08_at_a_number_that_is_kept_what_goes_on_is_not_to_be_stopped_again(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2025-02-17")
    keeper = portal.acting_for(HASSELT)
    ids = left(keeper, "stop")
    stop(keeper, ids)
    send(keeper, HASSELT, left(keeper, "enter"))
    assert totals(keeper, "form") == {"toStop": 0, "locked": 0, "toEnter": 0}
    assert len(running(keeper)) >= len(ids)


def test_it_can_be_asked_before_the_portal_knows_of_the_merger(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2024-11-15").acting_for(KORTESSEM)
    assert totals(centre, "form")["toStop"] + totals(centre, "form")["locked"] == len(running(centre))


def test_pages_go_on_where_the_last_one_ended(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-02-17").acting_for(GALMAARDEN)
    assert left(centre, "stop", pageSize="7") == left(centre, "stop")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"step": "stop"}, "mergerOn"),
        ({"mergerOn": "2025-13-01", "step": "stop"}, "mergerOn"),
        ({"mergerOn": "0001-01-01", "step": "stop"}, "mergerOn"),
        ({**DAY}, "step"),
        ({**DAY, "step": "both"}, "step"),
        ({**DAY, "step": "stop", "after": "x"}, "after"),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(
    portal_at: Callable[[str], Portal], query: dict[str, str], field: str
) -> None:
    answer = portal_at("2025-02-17").acting_for(GALMAARDEN).get(API, "/work/forms", params=query)
    assert answer.status_code == 400
    assert [issue["name"] for issue in answer.json()["issues"]] == [field]


def test_there_are_forms_and_attestations_only(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-02-17").acting_for(GALMAARDEN)
    assert centre.get(API, "/work/dossiers", params={**DAY, "step": "stop"}).status_code == 404
