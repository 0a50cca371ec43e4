"""Forms and attestations are stopped by the batch (R06, R11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from emulator import controls
from emulator.core import store
from tests.emulator.conftest import GALMAARDEN, HASSELT, Acting, Portal, issues
from tests.emulator.support.forms import (
    API,
    COLLECTIONS,
    FIRST_DAY,
    LAST_DAY,
    enter,
    every,
    reasons,
    results,
    running,
    stop,
)


@pytest.mark.parametrize("path", COLLECTIONS)
def test_r06_r11_running_ones_are_stopped_by_the_batch_and_again_without_effect(
    portal_at: Callable[[str], Portal], path: str
) -> None:
    centre = portal_at("2025-02-17").acting_for(GALMAARDEN)
    ids = running(centre, path)
    assert results(stop(centre, ids, path=path)) == ["stopped"] * len(ids)
    assert running(centre, path) == []
    stopped = every(centre, path, status="stopped")
    assert {form["endDate"] for form in stopped if form["id"] in ids} == {LAST_DAY}
    assert results(stop(centre, ids, path=path)) == ["alreadyStopped"] * len(ids)
    assert every(centre, path, status="stopped") == stopped


def test_r06_each_is_stopped_or_refused_by_itself(galmaarden: Acting) -> None:
    ids = [enter(galmaarden, reference=str(number)) for number in range(3)]
    stop(galmaarden, ids[:1], "2024-06-30")
    late = enter(galmaarden, reference="late", startDate=LAST_DAY)
    items = stop(galmaarden, [ids[0], "nothing", ids[1], late, ids[2]], "2024-12-30")
    assert results(items) == ["refused", "refused", "stopped", "refused", "stopped"]
    assert reasons([items[0], items[1], items[3]]) == [
        ("stoppedOnAnotherDate", None),
        ("unknownForm", None),
        ("endsBeforeStart", None),
    ]
    assert galmaarden.get(API, f"/forms/{ids[0]}").json()["endDate"] == "2024-06-30"


def test_what_is_being_handled_waits_for_its_day(galmaarden: Acting) -> None:
    key = next(form["id"] for form in every(galmaarden.portal.acting_for(HASSELT)) if "lockedUntil" in form)
    hasselt = galmaarden.portal.acting_for(HASSELT)
    (item,) = stop(hasselt, [key])
    assert (item["result"], item["reason"], item["availableFrom"]) == ("refused", "locked", "2025-02-15")
    controls.set_clock(hasselt.portal.database, "2025-02-14")
    assert results(stop(hasselt, [key])) == ["refused"]
    controls.set_clock(hasselt.portal.database, "2025-02-15")
    assert results(stop(hasselt, [key])) == ["stopped"]


def test_r06_under_a_number_that_merged_all_ends_by_then(galmaarden: Acting) -> None:
    key = enter(galmaarden)
    assert reasons(stop(galmaarden, [key], FIRST_DAY)) == [("afterMerger", "R06")]
    assert results(stop(galmaarden, [key], LAST_DAY)) == ["stopped"]


def test_r06_before_the_merger_nothing_is_stopped_after_it(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2024-12-10").acting_for(GALMAARDEN)
    key = enter(centre)
    for end in (FIRST_DAY, "2025-06-30"):
        assert reasons(stop(centre, [key], end)) == [("afterMerger", "R06")]
    assert results(stop(centre, [key], LAST_DAY)) == ["stopped"]


@pytest.mark.parametrize("moment", ["2024-12-10", "2025-02-17"])
def test_r06_what_was_stopped_past_the_merger_is_put_right(
    portal_at: Callable[[str], Portal], moment: str
) -> None:
    portal = portal_at(moment)
    centre = portal.acting_for(GALMAARDEN)
    key = enter(centre)
    stop(centre, [key])
    with closing(store.connect(portal.database)) as connection:
        connection.execute("UPDATE forms SET end_date = '2025-06-30' WHERE id = ?", (key,))
    assert reasons(stop(centre, [key], "2025-06-29")) == [("afterMerger", "R06")]
    assert results(stop(centre, [key])) == ["stopped"]
    assert centre.get(API, f"/forms/{key}").json()["endDate"] == LAST_DAY
    assert reasons(stop(centre, [key], "2024-12-30")) == [("stoppedOnAnotherDate", None)]


def test_r06_a_number_that_goes_on_stops_forms_on_any_day(portal: Portal) -> None:
    hasselt = portal.acting_for(HASSELT)
    assert results(stop(hasselt, [enter(hasselt)], "2025-01-20")) == ["stopped"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ids": []}, ("requiredInput", "ids", "R06")),
        ({"ids": ["x", "x"]}, ("rejectedInput", "ids", None)),
        ({"ids": [str(number) for number in range(501)]}, ("outOfRange", "ids", None)),
        ({"endDate": "soon"}, ("schemaViolation", "endDate", None)),
    ],
)
def test_a_batch_of_stops_has_one_to_500_each_once(
    galmaarden: Acting, changes: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    body = {"endDate": LAST_DAY, "ids": ["x"], **changes}
    assert issues(galmaarden.call("POST", API, "/forms/stops", json=body)) == {expected}
