"""Forms by the batch: refusals, interruptions and lost answers (R06-R11)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import controls
from providers import batches
from providers.batches import API
from providers.dossiers import DossiersProvider
from providers.portal import WritingPortal
from schemas.errors import PortalRefused, PortalUnreachable
from tests.providers.conftest import Portal
from tests.providers.moving import (
    DAY,
    FREE,
    GALMAARDEN,
    PAJOTTEGEM,
    declared,
    forms,
    left,
    moved_once,
    open_by_hand,
)
from tests.providers.resource_harness import Props, ResourceHarness


def test_refusals_are_all_counted_by_their_reason(portal: Portal) -> None:
    """R06: the first ids of each."""
    portal.set_clock(FREE)
    for number in range(batches.LISTED + 2):
        open_by_hand(portal, GALMAARDEN, f"twin {number}", "2024-05-01")
        open_by_hand(portal, PAJOTTEGEM, f"twin {number}", "2025-01-10")
    (refused,) = ResourceHarness(DossiersProvider()).create(declared())["refused"]
    assert (refused["count"], len(refused["ids"])) == (batches.LISTED + 2, batches.LISTED)
    assert batches.reasons([refused]).startswith(f"{batches.LISTED + 2} alreadyRunning (The same runs here")


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
        ResourceHarness(DossiersProvider()).create(declared())
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
            raise PortalRefused(problem="urn:problem-type:cbss:badRequest", detail="it is odd")
        return add(self, path, body)

    monkeypatch.setattr(WritingPortal, "add", refusing)
    outs = ResourceHarness(DossiersProvider()).create(declared())
    (refused,) = outs["refused"]
    assert (refused["reason"], refused["count"], refused["ids"]) == ("badRequest", 1, [wrong])
    assert refused["detail"] == "it is odd"
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
    life = ResourceHarness(DossiersProvider())
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
    life = ResourceHarness(DossiersProvider())
    life.create(declared())
    moved_once(portal, GALMAARDEN, PAJOTTEGEM)
    assert life.preview(declared()) == "same"
