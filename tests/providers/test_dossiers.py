"""Running dossiers and A036: stopped and entered again, in preview by number, in up by the page (R06-R11, R70)."""

from __future__ import annotations

import json

import pytest

from providers.dossiers import ATTESTATIONS, FORMS, DossiersProvider
from providers.paths import INTEGRATIONS
from providers.waiting import Waiting
from tests.providers.conftest import Portal
from tests.providers.moving import (
    FREE,
    GALMAARDEN,
    HASSELT,
    HERNE,
    KORTESSEM,
    PAJOTTEGEM,
    declared,
    ended_on_the_eve,
    forms,
    moved_once,
    open_by_hand,
)
from tests.providers.resource_harness import ResourceHarness


@pytest.mark.parametrize("kind", [FORMS, ATTESTATIONS])
def test_up_moves_all_of_them_and_the_next_preview_is_empty(portal: Portal, kind: str) -> None:
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    outs = life.create(declared(kind=kind))
    moved_once(portal, GALMAARDEN, PAJOTTEGEM, kind)
    assert outs["stopped"] > 0
    assert outs["entered"] >= outs["stopped"]
    assert (outs["refused"], outs["waiting"]) == ([], {})
    assert life.preview(declared(kind=kind)) == "same"


def test_a_preview_says_how_many_per_quality_code_before_anything_was_done(portal: Portal) -> None:
    """The engine runs no create in a preview; check it does."""
    portal.set_clock(FREE)
    inputs = DossiersProvider().check({}, declared()).inputs
    running = [form for form in forms(portal, GALMAARDEN) if form["status"] == "running"]
    assert sum(inputs["toStop"].values()) == len(running)
    assert inputs["toStop"]["quality 2"] == sum(form["qualityCode"] == "2" for form in running)
    assert portal.writes() == []


@pytest.mark.parametrize("number", [HASSELT, KORTESSEM])
def test_r08_where_the_nis_changes_every_centres_forms_begin_again(portal: Portal, number: str) -> None:
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared(number, HASSELT))
    moved_once(portal, number, HASSELT)
    assert life.preview(declared(number, HASSELT)) == "same"


def test_before_the_day_of_the_fusion_it_waits(portal: Portal) -> None:
    """R06: a form may still be opened on the eve."""
    portal.restart("2024-12-31")
    life = ResourceHarness(DossiersProvider())
    outs = life.create(declared())
    assert outs["waiting"]["until"] == "2025-01-01"
    assert portal.writes() == []
    assert life.preview(declared()) == "same"
    portal.set_clock(FREE)
    assert life.up(declared()) == "update"
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)


def test_what_is_being_handled_is_waited_for_and_the_rest_goes_on(portal: Portal) -> None:
    life = ResourceHarness(DossiersProvider())
    outs = life.create(declared(HERNE))
    assert outs["entered"] > 0
    assert outs["waiting"]["until"] == "2025-02-15"
    assert life.preview(declared(HERNE)) == "same"
    portal.set_clock("2025-02-15")
    assert life.up(declared(HERNE)) == "update"
    assert life.outs["waiting"] == {}
    moved_once(portal, HERNE, PAJOTTEGEM)


def test_by_hand_it_only_counts_and_waits_for_people(portal: Portal) -> None:
    """R70."""
    portal.set_clock(FREE)
    by_hand = declared(handled_by="byHand")
    life = ResourceHarness(DossiersProvider())
    outs = life.create(by_hand)
    assert "30 to stop, 30 to enter again by hand (by quality code 1: 4, 2: 4," in outs["waiting"]["reason"]
    assert portal.writes() == []
    assert life.preview(by_hand) == "same"
    ResourceHarness(DossiersProvider()).create(declared())
    assert life.preview(by_hand) == "same"
    assert life.outs["waiting"] == {}


def test_a_form_that_turns_up_later_is_moved_by_the_next_up(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    moved = life.create(declared())["entered"]
    open_by_hand(portal, GALMAARDEN, "late", "2024-12-20")
    assert life.preview(declared()) == "update"
    assert life.up(declared()) == "update"
    assert life.outs["entered"] == moved + 1
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)


def test_what_the_portal_refuses_is_listed_and_the_rest_goes_on(portal: Portal) -> None:
    portal.set_clock(FREE)
    hand = portal.by_hand(PAJOTTEGEM)
    open_by_hand(portal, GALMAARDEN, "twin", "2024-05-01")
    open_by_hand(portal, PAJOTTEGEM, "twin", "2025-01-10")
    life = ResourceHarness(DossiersProvider())
    outs = life.create(declared())
    (refused,) = outs["refused"]
    assert (refused["reason"], refused["count"], len(refused["ids"])) == ("alreadyRunning", 1, 1)
    assert outs["refusedCount"] == 1
    assert Waiting.from_props(outs["waiting"]) == Waiting(
        "1 refused by the portal, see dossiers", "R06", "the centre"
    )
    assert outs["entered"] > 0
    assert life.preview(declared()) == "update"  # still to be put right
    assert life.outs["refusedCount"] == 1
    (form,) = [one for one in forms(portal, PAJOTTEGEM) if one["startDate"] == "2025-01-10"]
    hand.add(f"{INTEGRATIONS}/{PAJOTTEGEM}/forms/stops", {"endDate": "2025-01-31", "ids": [form["id"]]})
    open_by_hand(portal, PAJOTTEGEM, "twin", "2025-01-01")
    assert life.preview(declared()) == "same"
    assert (life.outs["refused"], life.outs["refusedCount"], life.outs["waiting"]) == ([], 0, {})


@pytest.mark.parametrize(
    ("number", "successor", "rule", "until"),
    [
        (GALMAARDEN, PAJOTTEGEM, "R12", "2025-01-01"),
        (KORTESSEM, HASSELT, "R06", "2025-01-01"),
        (HASSELT, HASSELT, "R06", None),
    ],
)
def test_r06_nothing_is_stopped_that_cannot_be_entered_again(
    portal: Portal, number: str, successor: str, rule: str, until: str | None
) -> None:
    """A day that was declared by mistake, and has come."""
    portal.restart("2024-12-10")
    mistaken = declared(number, successor) | {"stopOn": "2024-11-30", "restartOn": "2024-12-01"}
    life = ResourceHarness(DossiersProvider())
    waiting = life.create(mistaken)["waiting"]
    assert waiting["rule"] == rule
    assert waiting.get("until") == until
    assert life.preview(mistaken) == "same"
    assert portal.writes() == []
    portal.set_clock(FREE)
    assert life.up(declared(number, successor)) == "update"
    moved_once(portal, number, successor)


def test_r06_a_form_with_a_later_end_of_its_own_goes_over_and_ends_then(portal: Portal) -> None:
    portal.restart("2024-11-01")
    key = next(one["id"] for one in forms(portal, HASSELT) if one["status"] == "running")
    body = {"endDate": "2025-06-30", "ids": [key]}
    portal.by_hand(HASSELT).add(f"{INTEGRATIONS}/{HASSELT}/forms/stops", body)
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared(HASSELT, HASSELT))
    (form,) = [one for one in forms(portal, HASSELT) if one.get("predecessor", {}).get("id") == key]
    assert (form["startDate"], form["endDate"]) == ("2025-01-01", "2025-06-30")
    assert life.preview(declared(HASSELT, HASSELT)) == "same"


def test_r70_what_people_entered_by_the_screen_is_done(portal: Portal) -> None:
    """Not a word of what continues what; and who switches to the supplier afterwards finds nothing left."""
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared())
    open_by_hand(portal, GALMAARDEN, "late", "2024-12-20")
    by_hand = declared(handled_by="byHand")
    life.up(by_hand)
    assert "1 to stop, 1 to enter again by hand (by quality code 3: 1)" in life.outs["waiting"]["reason"]
    (key,) = [one["id"] for one in forms(portal, GALMAARDEN) if one["status"] == "running"]
    portal.by_hand(GALMAARDEN).add(
        f"{INTEGRATIONS}/{GALMAARDEN}/forms/stops", {"endDate": "2024-12-31", "ids": [key]}
    )
    open_by_hand(portal, PAJOTTEGEM, "late", "2025-01-01")
    assert life.preview(by_hand) == "same"
    assert life.outs["waiting"] == {}
    assert life.preview(declared()) == "update"  # of handledBy alone
    assert (life.inputs["toStop"], life.inputs["toEnter"]) == ({}, {})


def test_r70_what_people_entered_otherwise_is_done_once_they_say_so(portal: Portal) -> None:
    """Under a number of the new software's own: the portal cannot know that it is the same dossier."""
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared())
    ended_on_the_eve(portal)
    by_hand = declared(handled_by="byHand")
    life.up(by_hand)
    reason = (
        "0 to stop, 0 to enter again by hand, 1 that ended on 2024-12-31 where they go on (dossiers.ended)"
    )
    assert reason in life.outs["waiting"]["reason"]
    assert life.up(by_hand | {"ended": "over"}) == "update"
    assert life.outs["waiting"] == {}
    assert life.preview(by_hand | {"ended": "over"}) == "same"


@pytest.mark.parametrize(("decided", "successors"), [("enterAgain", 1), ("over", 0)])
def test_r06_what_ended_by_itself_goes_on_only_where_people_say_so(
    portal: Portal, decided: str, successors: int
) -> None:
    """The year's end is the last day of many an aid: what nobody decided does not go on."""
    portal.set_clock(FREE)
    key = ended_on_the_eve(portal)
    life = ResourceHarness(DossiersProvider())
    waiting = life.create(declared())["waiting"]
    assert waiting["reason"].startswith("1 ended on 2024-12-31, not for the merger")
    assert waiting["whom"] == "the centre"
    assert life.preview(declared()) == "same"
    said = declared() | {"ended": decided}
    assert life.up(said) == "update"
    assert life.outs["waiting"] == {}
    continued = [one for one in forms(portal, PAJOTTEGEM) if one.get("predecessor", {}).get("id") == key]
    assert len(continued) == successors
    assert life.preview(said) == "same"


def test_no_insz_and_no_person_stands_in_what_is_kept(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared())
    kept = json.dumps([life.inputs, life.outs])
    assert not [form for form in forms(portal, PAJOTTEGEM) if form["personId"] in kept]


def test_delete_leaves_what_was_stopped(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = ResourceHarness(DossiersProvider())
    life.create(declared())
    before = portal.writes()
    life.delete()
    assert portal.writes() == before
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)
