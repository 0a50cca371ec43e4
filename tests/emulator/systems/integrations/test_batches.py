"""Forms and attestations by the batch: stopped, and entered again under the number that goes on (R06-R11)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import controls
from emulator.controls import Rule
from emulator.seeds import forms as forms_seed
from tests.emulator.conftest import GALMAARDEN, GOOIK, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal, issues
from tests.emulator.support.forms import (
    ANTWERPEN,
    API,
    BORSBEEK,
    COLLECTIONS,
    FIRST_DAY,
    LAST_DAY,
    TOM,
    enter,
    enter_again,
    every,
    reasons,
    results,
    running,
    send,
    stop,
    stopped_form,
)


@pytest.fixture
def unlocked(portal_at: Callable[[str], Portal]) -> Portal:
    """A portal at 2025-02-17: nothing is being handled any more."""
    return portal_at("2025-02-17")


# -- entering again -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COLLECTIONS)
def test_r07_r11_scenario_1_every_centres_begin_again_under_the_new_number(
    unlocked: Portal, path: str
) -> None:
    merged = unlocked.acting_for(PAJOTTEGEM)
    total = 0
    for number in (GALMAARDEN, GOOIK):
        centre = unlocked.acting_for(number)
        ids = running(centre, path)
        stop(centre, ids, path=path)
        items = enter_again(merged, number, ids, path=path)
        assert results(items) == ["entered"] * len(ids)
        total += len(ids)
        for key, item in zip(ids, items, strict=True):
            before = centre.get(API, f"{path}/{key}").json()
            after = merged.get(API, f"{path}/{item['id']}").json()
            same = ("personId", "qualityCode", "reference")
            assert [before[name] for name in same] == [after[name] for name in same]
            assert before["successor"] == {"enterpriseNumber": PAJOTTEGEM, "id": item["id"]}
            assert after["predecessor"] == {"enterpriseNumber": number, "id": key}
            assert (after["startDate"], after["status"]) == (FIRST_DAY, "running")
    assert len(running(merged, path)) == total


def test_r08_scenario_2_the_keepers_own_begin_again_too(unlocked: Portal) -> None:
    """The number stays and the NIS code changes: Hasselt re-enters its own forms as well as Kortessem's."""
    hasselt, kortessem = unlocked.acting_for(HASSELT), unlocked.acting_for(KORTESSEM)
    for centre in (hasselt, kortessem):
        ids = running(centre)
        stop(centre, ids)
        assert results(enter_again(hasselt, centre.number, ids)) == ["entered"] * len(ids)
    assert len(running(hasselt)) == 2 * forms_seed.FORMS
    assert {form["startDate"] for form in every(hasselt, status="running")} == {FIRST_DAY}


def test_r09_scenario_3_only_the_disappearing_centres_begin_again(unlocked: Portal) -> None:
    antwerpen, borsbeek = unlocked.acting_for(ANTWERPEN), unlocked.acting_for(BORSBEEK)
    own, theirs = stopped_form(antwerpen), stopped_form(borsbeek)
    assert reasons(enter_again(antwerpen, ANTWERPEN, [own])) == [("keepsNumber", "R09")]
    assert results(enter_again(antwerpen, BORSBEEK, [theirs])) == ["entered"]


def test_r10_before_the_merger_nothing_begins_again(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-15")
    hasselt, kortessem = portal.acting_for(HASSELT), portal.acting_for(KORTESSEM)
    # Stopping with a date to come is possible beforehand.
    key, own = stopped_form(kortessem), stopped_form(hasselt)
    assert reasons(enter_again(hasselt, KORTESSEM, [key])) == [("notMerged", "R08")]
    assert reasons(enter_again(hasselt, HASSELT, [own])) == [("keepsNumber", "R09")]
    controls.set_clock(portal.database, FIRST_DAY)
    assert results(enter_again(hasselt, KORTESSEM, [key])) == ["entered"]
    assert results(enter_again(hasselt, HASSELT, [own])) == ["entered"]


@pytest.mark.parametrize(
    ("under", "number", "expected"),
    [
        (PAJOTTEGEM, HASSELT, ("notMerged", "R07")),
        (PAJOTTEGEM, PAJOTTEGEM, ("notMerged", "R07")),
        (PAJOTTEGEM, "0999999922", ("notMerged", "R07")),
        (HASSELT, GALMAARDEN, ("notMerged", "R08")),
        (GALMAARDEN, GOOIK, ("notMerged", "R08")),
        (PAJOTTEGEM, GALMAARDEN, ("unknownForm", None)),
    ],
)
def test_r07_r08_only_forms_of_the_centres_that_merged_into_the_number(
    portal: Portal, under: str, number: str, expected: tuple[str, str | None]
) -> None:
    key = stopped_form(portal.acting_for(GOOIK))
    assert reasons(enter_again(portal.acting_for(under), number, [key])) == [expected]


def test_r06_only_what_ran_until_the_last_day_begins_again_and_on_the_first(pajottegem: Acting) -> None:
    galmaarden = pajottegem.portal.acting_for(GALMAARDEN)
    goes_on = enter(galmaarden, reference="1")
    earlier = enter(galmaarden, reference="2")
    stop(galmaarden, [earlier], "2024-12-30")
    ended = stopped_form(galmaarden, reference="3")
    assert reasons(enter_again(pajottegem, GALMAARDEN, [goes_on, earlier, "nothing"])) == [
        ("stillRunning", "R06"),
        ("stoppedOnAnotherDate", "R06"),
        ("unknownForm", None),
    ]
    assert reasons(enter_again(pajottegem, GALMAARDEN, [ended], start="2025-01-02")) == [
        ("startsOnAnotherDay", "R06")
    ]
    assert every(pajottegem) == []
    items = enter_again(pajottegem, GALMAARDEN, [goes_on, ended])
    assert results(items) == ["refused", "entered"]


def test_r07_each_is_continued_once_and_a_repeat_names_what_continues_it(pajottegem: Acting) -> None:
    galmaarden = pajottegem.portal.acting_for(GALMAARDEN)
    first, second = stopped_form(galmaarden, reference="1"), stopped_form(galmaarden, reference="2")
    (made,) = enter_again(pajottegem, GALMAARDEN, [first])
    again = enter_again(pajottegem, GALMAARDEN, [first, second])
    assert results(again) == ["alreadyEntered", "entered"]
    assert again[0]["id"] == made["id"]
    assert len(every(pajottegem)) == 2


def test_r70_what_was_entered_by_hand_is_linked_and_not_entered_twice(pajottegem: Acting) -> None:
    galmaarden = pajottegem.portal.acting_for(GALMAARDEN)
    before = stopped_form(galmaarden)
    by_hand = enter(pajottegem, startDate=FIRST_DAY)
    (item,) = enter_again(pajottegem, GALMAARDEN, [before])
    assert (item["result"], item["id"]) == ("alreadyEntered", by_hand)
    linked = pajottegem.get(API, f"/forms/{by_hand}").json()
    assert linked["predecessor"] == {"enterpriseNumber": GALMAARDEN, "id": before}
    assert galmaarden.get(API, f"/forms/{before}").json()["successor"]["id"] == by_hand


def test_r06_what_runs_under_the_number_from_another_day_is_left_to_people(pajottegem: Acting) -> None:
    before = stopped_form(pajottegem.portal.acting_for(GALMAARDEN))
    enter(pajottegem, startDate="2025-01-15")
    assert reasons(enter_again(pajottegem, GALMAARDEN, [before])) == [("alreadyRunning", "R06")]


@pytest.mark.parametrize("together", [True, False])
def test_r10_a_dossier_that_was_opened_again_at_the_old_number_goes_on_once(
    pajottegem: Acting, together: bool
) -> None:
    """Stopped in December for the merger and opened again, or opened again after its form of before had gone on."""
    galmaarden = pajottegem.portal.acting_for(GALMAARDEN)
    first = stopped_form(galmaarden)
    made = [] if together else enter_again(pajottegem, GALMAARDEN, [first])
    again = stopped_form(galmaarden, startDate="2024-12-20")
    made += enter_again(pajottegem, GALMAARDEN, [first, again] if together else [again])
    assert results(made) == ["entered", "alreadyEntered"]
    (goes_on,) = every(pajottegem)
    assert goes_on["predecessor"] == {"enterpriseNumber": GALMAARDEN, "id": first}
    for key in (first, again):
        assert galmaarden.get(API, f"/forms/{key}").json()["successor"]["id"] == goes_on["id"]
    assert results(enter_again(pajottegem, GALMAARDEN, [again, first])) == ["alreadyEntered"] * 2


@pytest.mark.parametrize("together", [True, False])
def test_r06_until_which_of_two_days_a_dossier_goes_on_is_left_to_people(
    portal_at: Callable[[str], Portal], together: bool
) -> None:
    portal = portal_at("2024-11-01")
    keeper = portal.acting_for(HASSELT)
    first = enter(keeper)
    stop(keeper, [first], "2025-06-30")
    controls.set_clock(portal.database, "2025-02-17")
    again = enter(keeper, startDate="2024-12-20")
    stop(keeper, [first, again], mergerOn=FIRST_DAY)
    if together:
        done, refused = enter_again(keeper, HASSELT, [first, again])
    else:
        (done,), (refused,) = (enter_again(keeper, HASSELT, [key]) for key in (first, again))
    assert done["result"] == "entered"
    assert reasons([refused]) == [("alreadyRunning", "R06")]


def test_a_person_with_the_same_dossier_number_at_two_centres_keeps_both(pajottegem: Acting) -> None:
    numbers = (GALMAARDEN, GOOIK)
    keys = {number: stopped_form(pajottegem.portal.acting_for(number)) for number in numbers}
    body = {
        "startDate": FIRST_DAY,
        "predecessors": [{"enterpriseNumber": number, "id": key} for number, key in keys.items()],
    }
    for expected in ("entered", "alreadyEntered"):
        answer = pajottegem.call("POST", API, "/forms/successions", json=body)
        assert results(answer.json()["items"]) == [expected] * 2
    assert len(every(pajottegem)) == 2


@pytest.mark.parametrize("keeper_first", [True, False])
def test_r08_the_same_dossier_number_at_the_keeper_refuses_nobody(
    unlocked: Portal, keeper_first: bool
) -> None:
    """The keeper's own form is to be stopped for the same merger: in whichever order, both begin again."""
    hasselt, kortessem = unlocked.acting_for(HASSELT), unlocked.acting_for(KORTESSEM)
    keys = {centre.number: (centre, enter(centre)) for centre in (hasselt, kortessem)}
    for number in sorted(keys, key=lambda one: (one == HASSELT) != keeper_first):
        centre, key = keys[number]
        stop(centre, [key])
        assert results(enter_again(hasselt, number, [key])) == ["entered"]


@pytest.mark.parametrize(
    ("predecessors", "expected"),
    [
        ([], ("requiredInput", "predecessors", "R06")),
        ([{"enterpriseNumber": GALMAARDEN, "id": "x"}] * 2, ("rejectedInput", "predecessors", None)),
        (
            [{"enterpriseNumber": "x", "id": "x"}],
            ("schemaViolation", "predecessors[0].enterpriseNumber", None),
        ),
        ([{"id": "x", "ssin": TOM}], ("unknownInput", "predecessors[0].ssin", None)),
    ],
)
def test_a_batch_of_successions_has_no_ssin_and_each_predecessor_once(
    pajottegem: Acting, predecessors: list[dict[str, str]], expected: tuple[str, str, str | None]
) -> None:
    body = {"startDate": FIRST_DAY, "predecessors": predecessors}
    assert expected in issues(pajottegem.call("POST", API, "/forms/successions", json=body))


# -- when the portal fails ----------------------------------------------------------------------------------------


def test_a_batch_that_was_made_but_answered_badly_is_repeated_without_effect(unlocked: Portal) -> None:
    galmaarden, pajottegem = unlocked.acting_for(GALMAARDEN), unlocked.acting_for(PAJOTTEGEM)
    ids = running(galmaarden)
    rule = Rule(method="POST", path_pattern="*/integrations/*", status=504, after_write=True, max_count=2)
    controls.add_fault(unlocked.database, rule)
    body = {"endDate": LAST_DAY, "ids": ids}
    assert galmaarden.call("POST", API, "/forms/stops", json=body).status_code == 504
    assert send(pajottegem, GALMAARDEN, ids).status_code == 504
    assert results(stop(galmaarden, ids)) == ["alreadyStopped"] * len(ids)
    assert results(enter_again(pajottegem, GALMAARDEN, ids)) == ["alreadyEntered"] * len(ids)
    assert len(every(pajottegem)) == len(ids)
    written = [call for call in controls.journal(unlocked.database, writes=True) if call["client"]]
    assert [call["status"] for call in written] == [504, 504, 200, 200]


def test_a_batch_that_fails_half_way_leaves_nothing(
    unlocked: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    galmaarden, pajottegem = unlocked.acting_for(GALMAARDEN), unlocked.acting_for(PAJOTTEGEM)
    ids = running(galmaarden)
    stop(galmaarden, ids)
    before = every(galmaarden), every(pajottegem)

    def broken(_: object, number: int) -> str:
        return f"the same for every {number % 20}"

    with monkeypatch.context() as patched:
        patched.setattr("emulator.systems.integrations.store.opaque_id", broken)
        assert send(pajottegem, GALMAARDEN, ids).status_code == 500
    assert (every(galmaarden), every(pajottegem)) == before
    assert results(enter_again(pajottegem, GALMAARDEN, ids)) == ["entered"] * len(ids)


def test_a_fault_before_the_call_stops_nothing(unlocked: Portal) -> None:
    galmaarden = unlocked.acting_for(GALMAARDEN)
    ids = running(galmaarden)
    controls.add_fault(unlocked.database, Rule(method="POST", status=503, max_count=1))
    body = {"endDate": LAST_DAY, "ids": ids}
    assert galmaarden.call("POST", API, "/forms/stops", json=body).status_code == 503
    assert running(galmaarden) == ids
