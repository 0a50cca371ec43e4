"""Running dossiers and A036: stopped and entered again, in preview by number, in up by the page (R06-R11, R70)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import controls
from emulator.people import rehearsal_ssin
from providers import batches
from providers.batches import API
from providers.dossiers import ATTESTATIONS, FORMS, DossiersProvider
from providers.portal import WritingPortal
from schemas.errors import PortalRefused, PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.life import Life, Props

GALMAARDEN, HERNE, PAJOTTEGEM = "0212212343", "0212218182", "1010784738"
HASSELT, KORTESSEM = "0212216402", "0212189577"
INSZ = rehearsal_ssin("x.beneficiary")
FREE = "2025-02-17"  # nothing is being handled any more
DAY = "mergerOn=2025-01-01"


def declared(
    organization: str = GALMAARDEN,
    successor: str = PAJOTTEGEM,
    kind: str = FORMS,
    handled_by: str = "softwareSupplier",
) -> Props:
    return {
        "organization": organization,
        "successor": successor,
        "kind": kind,
        "stopOn": "2024-12-31",
        "restartOn": "2025-01-01",
        "handledBy": handled_by,
    }


def forms(portal: Portal, number: str, kind: str = FORMS) -> list[dict[str, Any]]:
    return portal.by_hand(number).get_items(f"{API}/{number}/{kind}?pageSize=500")


def left(portal: Portal, number: str = GALMAARDEN) -> int:
    body = portal.get(number, f"{API}/{number}/work?{DAY}")
    assert body is not None
    return sum(one["toStop"] + one["toEnter"] + one["locked"] for one in body["items"])


def moved_once(portal: Portal, old: str, new: str, kind: str = FORMS) -> None:
    """Every form of before ended on the eve, and has one successor that says the same of the same person."""
    before = {form["id"]: form for form in forms(portal, old, kind) if form["startDate"] < "2025-01-01"}
    ended = {key: form for key, form in before.items() if form.get("endDate") == "2024-12-31"}
    successors = [form for form in forms(portal, new, kind) if "predecessor" in form]
    ours = [form for form in successors if form["predecessor"]["enterpriseNumber"] == old]
    assert len(ours) == len(ended)
    assert {form["predecessor"]["id"] for form in ours} == set(ended)
    for form in ours:
        same = ended[form["predecessor"]["id"]]
        assert form["startDate"] == "2025-01-01"
        assert all(form[name] == same[name] for name in ("personId", "qualityCode", "reference"))
    assert not [form for form in before.values() if form["status"] == "running"]


@pytest.mark.parametrize("kind", [FORMS, ATTESTATIONS])
def test_up_moves_all_of_them_and_the_next_preview_is_empty(portal: Portal, kind: str) -> None:
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
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
    life = Life(DossiersProvider())
    life.create(declared(number, HASSELT))
    moved_once(portal, number, HASSELT)
    assert life.preview(declared(number, HASSELT)) == "same"


def test_before_the_day_of_the_fusion_it_waits(portal: Portal) -> None:
    """R06: a form may still be opened on the eve."""
    portal.restart("2024-12-31")
    life = Life(DossiersProvider())
    outs = life.create(declared())
    assert outs["waiting"]["until"] == "2025-01-01"
    assert portal.writes() == []
    assert life.preview(declared()) == "same"
    portal.set_clock(FREE)
    assert life.up(declared()) == "update"
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)


def test_what_is_being_handled_is_waited_for_and_the_rest_goes_on(portal: Portal) -> None:
    life = Life(DossiersProvider())
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
    life = Life(DossiersProvider())
    outs = life.create(by_hand)
    assert "30 to stop, 30 to enter again by hand (by quality code 1: 4, 2: 4," in outs["waiting"]["reason"]
    assert portal.writes() == []
    assert life.preview(by_hand) == "same"
    Life(DossiersProvider()).create(declared())
    assert life.preview(by_hand) == "same"
    assert life.outs["waiting"] == {}


def test_a_form_that_turns_up_later_is_moved_by_the_next_up(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
    moved = life.create(declared())["entered"]
    late = {
        "ssin": rehearsal_ssin("x.late"),
        "qualityCode": "3",
        "reference": "late",
        "startDate": "2024-12-20",
    }
    portal.by_hand(GALMAARDEN).add(f"{API}/{GALMAARDEN}/forms", late)
    assert life.preview(declared()) == "update"
    assert life.up(declared()) == "update"
    assert life.outs["entered"] == moved + 1
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)


def test_what_the_portal_refuses_is_listed_and_the_rest_goes_on(portal: Portal) -> None:
    portal.set_clock(FREE)
    hand = portal.by_hand(PAJOTTEGEM)
    twin = {
        "ssin": rehearsal_ssin("x.twin"),
        "qualityCode": "2",
        "reference": "twin",
        "startDate": "2024-05-01",
    }
    portal.by_hand(GALMAARDEN).add(f"{API}/{GALMAARDEN}/forms", twin)
    hand.add(f"{API}/{PAJOTTEGEM}/forms", {**twin, "startDate": "2025-01-10"})
    life = Life(DossiersProvider())
    outs = life.create(declared())
    (refused,) = outs["refused"]
    assert (refused["reason"], refused["count"], len(refused["ids"])) == ("alreadyRunning", 1, 1)
    assert outs["refusedCount"] == 1
    assert outs["waiting"] == {"whom": "the centre", "reason": "1 refused by the portal, see dossiers (R06)"}
    assert outs["entered"] > 0
    assert life.preview(declared()) == "update"  # still to be put right
    assert life.outs["refusedCount"] == 1
    (form,) = [one for one in forms(portal, PAJOTTEGEM) if one["startDate"] == "2025-01-10"]
    hand.add(f"{API}/{PAJOTTEGEM}/forms/stops", {"endDate": "2025-01-31", "ids": [form["id"]]})
    hand.add(f"{API}/{PAJOTTEGEM}/forms", {**twin, "startDate": "2025-01-01"})
    assert life.preview(declared()) == "same"
    assert (life.outs["refused"], life.outs["refusedCount"], life.outs["waiting"]) == ([], 0, {})


def test_refusals_are_all_counted_by_their_reason(portal: Portal) -> None:
    """R06: the first ids of each."""
    portal.set_clock(FREE)
    for number in range(batches.LISTED + 2):
        one = {"ssin": rehearsal_ssin(f"x.{number}"), "qualityCode": "2", "reference": "twin"}
        portal.by_hand(GALMAARDEN).add(f"{API}/{GALMAARDEN}/forms", {**one, "startDate": "2024-05-01"})
        portal.by_hand(PAJOTTEGEM).add(f"{API}/{PAJOTTEGEM}/forms", {**one, "startDate": "2025-01-10"})
    (refused,) = Life(DossiersProvider()).create(declared())["refused"]
    assert (refused["count"], len(refused["ids"])) == (batches.LISTED + 2, batches.LISTED)
    assert batches.reasons([refused]).startswith(f"{batches.LISTED + 2} alreadyRunning (The same runs here")


@pytest.mark.parametrize(
    ("number", "successor", "reason", "until"),
    [
        (GALMAARDEN, PAJOTTEGEM, "(R12)", "2025-01-01"),
        (KORTESSEM, HASSELT, "by the portal it is not in effect (R06)", "2025-01-01"),
        (HASSELT, HASSELT, "by the portal it is not in effect (R06)", None),
    ],
)
def test_r06_nothing_is_stopped_that_cannot_be_entered_again(
    portal: Portal, number: str, successor: str, reason: str, until: str | None
) -> None:
    """A day that was declared by mistake, and has come."""
    portal.restart("2024-12-10")
    mistaken = declared(number, successor) | {"stopOn": "2024-11-30", "restartOn": "2024-12-01"}
    life = Life(DossiersProvider())
    waiting = life.create(mistaken)["waiting"]
    assert reason in waiting["reason"]
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
    portal.by_hand(HASSELT).add(f"{API}/{HASSELT}/forms/stops", body)
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
    life.create(declared(HASSELT, HASSELT))
    (form,) = [one for one in forms(portal, HASSELT) if one.get("predecessor", {}).get("id") == key]
    assert (form["startDate"], form["endDate"]) == ("2025-01-01", "2025-06-30")
    assert life.preview(declared(HASSELT, HASSELT)) == "same"


def test_r70_what_people_entered_by_the_screen_is_done(portal: Portal) -> None:
    """Not a word of what continues what; and who switches to the supplier afterwards finds nothing left."""
    portal.set_clock(FREE)
    hand, life = portal.by_hand, Life(DossiersProvider())
    late = {"ssin": rehearsal_ssin("x.late"), "qualityCode": "3", "reference": "late"}
    life.create(declared())
    hand(GALMAARDEN).add(f"{API}/{GALMAARDEN}/forms", {**late, "startDate": "2024-12-20"})
    by_hand = declared(handled_by="byHand")
    life.up(by_hand)
    assert (
        "1 to stop, 1 to enter again by hand (by quality code 3: 1) (R70)" in life.outs["waiting"]["reason"]
    )
    (key,) = [one["id"] for one in forms(portal, GALMAARDEN) if one["status"] == "running"]
    hand(GALMAARDEN).add(f"{API}/{GALMAARDEN}/forms/stops", {"endDate": "2024-12-31", "ids": [key]})
    hand(PAJOTTEGEM).add(f"{API}/{PAJOTTEGEM}/forms", {**late, "startDate": "2025-01-01"})
    assert life.preview(by_hand) == "same"
    assert life.outs["waiting"] == {}
    assert life.preview(declared()) == "update"  # of handledBy alone
    assert (life.inputs["toStop"], life.inputs["toEnter"]) == ({}, {})


def test_r70_what_people_entered_otherwise_is_done_once_they_say_so(portal: Portal) -> None:
    """Under a number of the new software's own: the portal cannot know that it is the same dossier."""
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
    life.create(declared())
    ended_on_the_eve(portal)
    by_hand = declared(handled_by="byHand")
    life.up(by_hand)
    reason = "0 to stop, 0 to enter again by hand, 1 that ended on 2024-12-31 where they go on (dossiers.ended) (R70)"
    assert reason in life.outs["waiting"]["reason"]
    assert life.up(by_hand | {"ended": "over"}) == "update"
    assert life.outs["waiting"] == {}
    assert life.preview(by_hand | {"ended": "over"}) == "same"


def ended_on_the_eve(portal: Portal, number: str = GALMAARDEN) -> str:
    """A form whose aid was granted until the year's end."""
    hand = portal.by_hand(number)
    form = {
        "ssin": rehearsal_ssin("x.ended"),
        "qualityCode": "3",
        "reference": "ended",
        "startDate": "2024-05-01",
    }
    hand.add(f"{API}/{number}/forms", form)
    key = next(one["id"] for one in forms(portal, number) if one["reference"] == "ended")
    hand.add(f"{API}/{number}/forms/stops", {"endDate": "2024-12-31", "ids": [key]})
    return str(key)


@pytest.mark.parametrize(("decided", "successors"), [("enterAgain", 1), ("over", 0)])
def test_r06_what_ended_by_itself_goes_on_only_where_people_say_so(
    portal: Portal, decided: str, successors: int
) -> None:
    """The year's end is the last day of many an aid: what nobody decided does not go on."""
    portal.set_clock(FREE)
    key = ended_on_the_eve(portal)
    life = Life(DossiersProvider())
    waiting = life.create(declared())["waiting"]
    assert waiting["reason"].startswith("1 ended on 2024-12-31, not for the fusion")
    assert waiting["whom"] == "the centre"
    assert life.preview(declared()) == "same"
    said = declared() | {"ended": decided}
    assert life.up(said) == "update"
    assert life.outs["waiting"] == {}
    continued = [one for one in forms(portal, PAJOTTEGEM) if one.get("predecessor", {}).get("id") == key]
    assert len(continued) == successors
    assert life.preview(said) == "same"


def test_what_is_stopped_is_entered_again_before_more_is_stopped(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R06: wherever a run breaks off, no more than a page is without its successors."""
    monkeypatch.setattr(batches, "PAGE", 5)
    portal.set_clock(FREE)
    add, stops = WritingPortal.add, []

    def breaking_off(self: WritingPortal, path: str, body: Props) -> Any:
        stops.extend([path] if path.endswith("/stops") else [])
        if len(stops) > 3:
            raise PortalUnreachable(path=path)
        return add(self, path, body)

    monkeypatch.setattr(WritingPortal, "add", breaking_off)
    with pytest.raises(PortalUnreachable):
        Life(DossiersProvider()).create(declared())
    stopped = [one for one in forms(portal, GALMAARDEN) if one.get("endDate") == "2024-12-31"]
    assert len(stopped) == 15
    assert all("successor" in one for one in stopped)


def test_one_form_that_a_whole_batch_is_refused_for_keeps_no_other_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R06: it is told with the portal's reason."""
    portal.set_clock(FREE)
    wrong = next(one["id"] for one in forms(portal, GALMAARDEN) if one["status"] == "running")
    add = WritingPortal.add

    def refusing(self: WritingPortal, path: str, body: Props) -> Any:
        if wrong in body.get("ids", ()):
            raise PortalRefused(
                problem="urn:problem-type:cbss:badRequest", detail=f"the dossier of {INSZ} is odd"
            )
        return add(self, path, body)

    monkeypatch.setattr(WritingPortal, "add", refusing)
    outs = Life(DossiersProvider()).create(declared())
    (refused,) = outs["refused"]
    assert (refused["reason"], refused["count"], refused["ids"]) == ("badRequest", 1, [wrong])
    assert refused["detail"] == "the dossier of (number not shown) is odd"
    assert [one["id"] for one in forms(portal, GALMAARDEN) if one["status"] == "running"] == [wrong]
    others = [one for one in forms(portal, GALMAARDEN) if one.get("endDate") == "2024-12-31"]
    assert others
    assert all("successor" in one for one in others)


def test_r70_what_is_entered_already_counts_as_done() -> None:
    progress = batches.Progress("forms", 2)
    assert progress.count([{"result": "entered"}, {"result": "alreadyEntered"}]) == 2


@pytest.mark.parametrize("page", [1, 7])
@pytest.mark.parametrize("broken_after", [1, 2, 3])
def test_a_run_that_broke_off_is_taken_up_where_it_was(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, page: int, broken_after: int
) -> None:
    """Nothing is stopped twice, entered twice or left without a successor."""
    monkeypatch.setattr(batches, "PAGE", page)
    portal.set_clock(FREE)
    broken = "*/stops" if broken_after == 1 else "*/successions"
    rule = controls.Rule(path_pattern=broken, status=500, after_write=broken_after == 2, seed=broken_after)
    controls.add_fault(portal.database, rule)
    life = Life(DossiersProvider())
    with pytest.raises(PortalUnreachable, match=f"forms of running dossiers of {GALMAARDEN}"):
        life.create(declared())
    controls.clear_faults(portal.database)
    life.create(declared())
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)
    assert left(portal) == sum(
        one["toStop"] + one["toEnter"] + one["locked"]
        for one in (portal.get(GALMAARDEN, f"{API}/{GALMAARDEN}/work?{DAY}") or {})["items"]
        if one["kind"] == "attestation"
    )


def test_an_answer_lost_after_the_write_changes_nothing(portal: Portal) -> None:
    portal.set_clock(FREE)
    controls.add_fault(
        portal.database,
        controls.Rule(
            method="POST", path_pattern="*/forms/*", status=504, after_write=True, share=0.5, seed=7
        ),
    )
    life = Life(DossiersProvider())
    life.create(declared())
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)
    assert life.preview(declared()) == "same"


def test_no_insz_and_no_person_stands_in_what_is_kept(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
    life.create(declared())
    kept = json.dumps([life.inputs, life.outs])
    assert not [form for form in forms(portal, PAJOTTEGEM) if form["personId"] in kept]


def test_delete_leaves_what_was_stopped(portal: Portal) -> None:
    portal.set_clock(FREE)
    life = Life(DossiersProvider())
    life.create(declared())
    before = portal.writes()
    life.delete()
    assert portal.writes() == before
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)
