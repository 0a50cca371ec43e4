"""What a merger leaves to do: to stop, and to enter again (R06-R11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import controls
from tests.emulator.conftest import GALMAARDEN, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal
from tests.emulator.support.forms import (
    API,
    FIRST_DAY,
    enter,
    enter_again,
    every,
    results,
    running,
    send,
    stop,
)

HERNE = "0212218182"
DAY = {"mergerOn": FIRST_DAY}
KINDS = (("form", "forms"), ("attestation", "attestations"))


def totals(centre: Acting, kind: str) -> dict[str, int]:
    items: list[dict[str, Any]] = centre.get(API, "/work", params=DAY).json()["items"]
    ours = [item for item in items if item["kind"] == kind]
    return {name: sum(item[name] for item in ours) for name in ("toStop", "locked", "toEnter", "ended")}


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
    assert before == {"toStop": len(ids), "locked": 0, "toEnter": 0, "ended": 0}
    assert left(old, "stop", collection) == ids
    stop(old, ids, path=f"/{collection}", **DAY)
    to_enter = left(old, "enter", collection)
    assert totals(old, kind) == {"toStop": 0, "locked": 0, "toEnter": len(ids), "ended": 0}
    assert to_enter == ids
    send(new, GALMAARDEN, to_enter, path=f"/{collection}")
    assert totals(old, kind) == {"toStop": 0, "locked": 0, "toEnter": 0, "ended": 0}
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
    stop(keeper, ids, **DAY)
    send(keeper, HASSELT, left(keeper, "enter"))
    assert totals(keeper, "form") == {"toStop": 0, "locked": 0, "toEnter": 0, "ended": 0}
    assert len(running(keeper)) >= len(ids)


def test_it_can_be_asked_before_the_portal_knows_of_the_merger(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2024-11-15").acting_for(KORTESSEM)
    assert totals(centre, "form")["toStop"] + totals(centre, "form")["locked"] == len(running(centre))


def test_pages_go_on_where_the_last_one_ended(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-02-17").acting_for(GALMAARDEN)
    assert left(centre, "stop", pageSize="7") == left(centre, "stop")


@pytest.mark.parametrize(("kind", "collection"), KINDS)
@pytest.mark.parametrize("end", [FIRST_DAY, "2025-06-30"])
def test_r06_what_was_to_end_after_the_merger_is_stopped_and_goes_on_until_then(
    portal_at: Callable[[str], Portal], kind: str, collection: str, end: str
) -> None:
    """At a number that is kept nothing keeps anybody from giving a form an end of its own beforehand (R08)."""
    portal = portal_at("2024-11-01")
    keeper = portal.acting_for(HASSELT)
    path = f"/{collection}"
    key = enter(keeper, path)
    stop(keeper, [key], end, path)
    controls.set_clock(portal.database, "2025-02-17")
    assert key in left(keeper, "stop", collection)
    assert totals(keeper, kind)["toStop"] == len(running(keeper, path)) + 1
    assert results(stop(keeper, [key], path=path)) == ["stopped"]
    assert keeper.get(API, f"{path}/{key}").json()["plannedEndDate"] == end
    assert key in left(keeper, "enter", collection)
    (made,) = enter_again(keeper, HASSELT, [key], path=path)
    after = keeper.get(API, f"{path}/{made['id']}").json()
    assert (after["startDate"], after["endDate"]) == (FIRST_DAY, end)
    assert key not in left(keeper, "enter", collection)


def test_pages_have_what_runs_and_what_ends_later_in_one_order(portal_at: Callable[[str], Portal]) -> None:
    """R06."""
    portal = portal_at("2024-11-01")
    keeper = portal.acting_for(HASSELT)
    later = [key for key in running(keeper)[::3] if results(stop(keeper, [key], "2025-06-30")) == ["stopped"]]
    controls.set_clock(portal.database, "2025-02-17")
    found = left(keeper, "stop", pageSize="4")
    assert len(found) == len(set(found)) == totals(keeper, "form")["toStop"]
    assert set(found) == {*running(keeper), *later}


def test_r06_what_was_stopped_for_a_merger_on_a_wrong_day_is_not_lost_sight_of(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2025-02-17")
    old, new = portal.acting_for(GALMAARDEN), portal.acting_for(PAJOTTEGEM)
    by_mistake, for_good = enter(old, reference="1"), enter(old, reference="2")
    body = {"endDate": "2024-11-30", "mergerOn": "2024-12-01", "ids": [by_mistake]}
    assert old.call("POST", API, "/forms/stops", json=body).status_code == 200
    stop(old, [for_good], "2024-11-30")
    assert by_mistake in left(old, "stop")
    assert for_good not in left(old, "stop")
    assert results(stop(old, [by_mistake])) == ["stopped"]
    assert results(enter_again(new, GALMAARDEN, [by_mistake])) == ["entered"]
    assert by_mistake not in [*left(old, "stop"), *left(old, "enter")]


@pytest.mark.parametrize(("kind", "collection"), KINDS)
def test_r06_what_ended_by_itself_on_the_eve_is_apart(
    portal_at: Callable[[str], Portal], kind: str, collection: str
) -> None:
    """An aid that was granted until the year's end, or was stopped by hand: only people know whether it goes on."""
    old, path = portal_at("2025-02-17").acting_for(GALMAARDEN), f"/{collection}"
    key = enter(old, path)
    stop(old, [key], path=path)
    assert totals(old, kind)["ended"] == 1
    assert totals(old, kind)["toEnter"] == 0
    assert left(old, "ended", collection) == [key]
    assert left(old, "enter", collection) == []


def test_pages_are_the_same_beside_any_number_of_old_ones(portal_at: Callable[[str], Portal]) -> None:
    """R06: those that were stopped for another day lie among what runs and what ended long ago."""
    portal = portal_at("2025-02-17")
    old = portal.acting_for(GALMAARDEN)
    ids = running(old)
    stop(old, ids[::4], "2024-11-30")
    wrong = ids[1::4]
    stop(old, wrong, "2024-11-30", mergerOn="2024-12-01")
    expected = [key for key in ids if key not in ids[::4]]
    for size in ("1", "2", "5", "500"):
        assert left(old, "stop", pageSize=size) == expected


@pytest.mark.parametrize("entered_first", [False, True])
@pytest.mark.parametrize(("kind", "collection"), KINDS)
def test_r70_what_is_entered_by_hand_is_the_successor(
    portal_at: Callable[[str], Portal], kind: str, collection: str, entered_first: bool
) -> None:
    """Whichever of the two comes first, and without anybody saying that they belong together."""
    portal = portal_at("2025-02-17")
    old, new, path = portal.acting_for(GALMAARDEN), portal.acting_for(PAJOTTEGEM), f"/{collection}"
    key = enter(old, path)
    other = enter(old, path, reference="another")
    if not entered_first:
        stop(old, [key, other], path=path, **DAY)
    by_hand = enter(new, path, startDate=FIRST_DAY)
    enter(new, path, startDate="2025-01-15", reference="another")
    if entered_first:
        stop(old, [key, other], path=path, **DAY)
    assert old.get(API, f"{path}/{key}").json()["successor"] == {
        "enterpriseNumber": PAJOTTEGEM,
        "id": by_hand,
    }
    assert key not in left(old, "enter", collection)
    assert other in left(old, "enter", collection)


def test_r70_by_hand_at_a_number_that_is_kept(portal_at: Callable[[str], Portal]) -> None:
    """R08: its own forms begin again under its new NIS code."""
    keeper = portal_at("2025-02-17").acting_for(HASSELT)
    key = enter(keeper)
    stop(keeper, [key])
    by_hand = enter(keeper, startDate=FIRST_DAY)
    assert keeper.get(API, f"/forms/{by_hand}").json()["predecessor"]["id"] == key
    assert key not in left(keeper, "enter")


@pytest.mark.parametrize(
    ("moment", "into", "number", "day", "expected"),
    [
        ("2025-02-17", PAJOTTEGEM, GALMAARDEN, FIRST_DAY, (200, None, None)),
        ("2025-02-17", HASSELT, KORTESSEM, FIRST_DAY, (200, None, None)),
        ("2025-02-17", HASSELT, HASSELT, FIRST_DAY, (200, None, None)),
        ("2024-12-10", PAJOTTEGEM, GALMAARDEN, "2024-12-01", (409, "organizationNotActive", FIRST_DAY)),
        ("2024-12-10", HASSELT, KORTESSEM, "2024-12-01", (409, "mergerNotInEffect", FIRST_DAY)),
        ("2024-12-10", HASSELT, HASSELT, "2024-12-01", (409, "mergerNotInEffect", None)),
        ("2025-02-17", HASSELT, KORTESSEM, "2024-12-01", (409, "mergerNotInEffect", None)),
        ("2025-02-17", HASSELT, GALMAARDEN, FIRST_DAY, (409, "mergerNotInEffect", None)),
        ("2025-02-17", HASSELT, "0999999922", FIRST_DAY, (404, None, None)),
    ],
)
def test_r06_whether_a_number_takes_anothers_forms_over_can_be_asked_before_they_are_stopped(
    portal_at: Callable[[str], Portal],
    moment: str,
    into: str,
    number: str,
    day: str,
    expected: tuple[int, str | None, str | None],
) -> None:
    centre = portal_at(moment).acting_for(into)
    answer = centre.get(API, f"/predecessors/{number}", params={"mergerOn": day})
    body = answer.json()
    assert (answer.status_code, body.get("reason"), body.get("availableFrom")) == expected


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
