"""A change in something retained that the declaration accepts: once, from its day on (R05)."""

from __future__ import annotations

import pytest

from providers.retained import RELEASED, UNCHANGED, RetainedProvider
from tests.providers import galmaarden as by_hand
from tests.providers.conftest import Portal
from tests.providers.galmaarden import CONFIGURATION, FTP, ByHand, adopted, clear, edit, retained
from tests.providers.resource_harness import Props, ResourceHarness
from tests.providers.test_retained import changes

pytestmark = pytest.mark.usefixtures("no_way_to_write")

MISSING = "FTP Galmaarden: missing"


def accepting(kind: str, *dates: str, reason: str = "agreed") -> Props:
    return retained(kind, accepted=dict.fromkeys(dates, reason))


@changes
def test_an_acceptance_takes_a_new_baseline_once(kind: str, act: ByHand, told: str, portal: Portal) -> None:
    accepted = accepting(kind, "2025-02-03")
    life = adopted(kind)
    act(portal)
    assert life.up(accepted) == "update"
    assert life.outs["status"] == UNCHANGED
    assert told in life.outs["accepting"]
    assert life.preview(accepted) == "same"
    assert life.outs["accepting"] == ""


def test_a_preview_says_what_is_accepted(portal: Portal) -> None:
    life = adopted("ftpAccounts")
    clear(FTP)(portal)
    life.refresh()
    inputs = life._checked(life.inputs, accepting("ftpAccounts", "2025-02-03"))
    assert (inputs["accepting"], inputs["observed"], inputs["acceptedOn"]) == (
        MISSING,
        UNCHANGED,
        "2025-02-03",
    )


def test_what_changes_after_an_acceptance_is_told_again(portal: Portal) -> None:
    accepted = accepting("ftpAccounts", "2025-02-02")
    life = adopted("ftpAccounts")
    clear(FTP)(portal)
    life.up(accepted)
    by_hand.add_ftp_account(portal)
    for _ in range(2):
        assert life.up(accepted) == "update"
        assert life.outs["status"] == "Extra: added"
    assert life.up(accepting("ftpAccounts", "2025-02-02", "2025-02-03")) == "update"
    assert life.outs["status"] == UNCHANGED


@pytest.mark.parametrize(
    "said",
    [
        accepting("ftpAccounts", "2025-02-01", "2025-02-03", reason="agreed with Galmaarden"),
        accepting("ftpAccounts", "2025-02-01"),
        accepting("ftpAccounts", "2025-02-02", "2025-02-03"),
    ],
    ids=["another reason", "the later one left out", "one more of before"],
)
def test_no_acceptance_counts_twice(said: Props, portal: Portal) -> None:
    """Whatever is done to the file: what is there now is accepted by a later date only."""
    declared = accepting("ftpAccounts", "2025-02-01", "2025-02-03")
    life = adopted("ftpAccounts")
    life.up(declared)
    assert life.preview(said) == "same"
    life.up(said)
    clear(FTP)(portal)
    for again in (said, retained("ftpAccounts"), declared):
        assert life.up(again) == "update"
        assert life.outs["status"] == MISSING
    portal.set_clock("2025-02-04")
    life.up(accepting("ftpAccounts", "2025-02-04"))
    assert life.outs["status"] == UNCHANGED


def test_an_acceptance_does_not_count_before_its_day(portal: Portal) -> None:
    """By the portal's own date; and a refresh accepts nothing on that day, an up does."""
    accepted = accepting("ftpAccounts", "2025-02-10")
    life = adopted("ftpAccounts")
    assert life.preview(accepted) == "same"
    clear(FTP)(portal)
    for day in ("2025-02-03", "2025-02-09"):
        portal.set_clock(day)
        life.up(accepted)
        assert (life.outs["status"], life.outs["acceptedOn"]) == (MISSING, "")
    portal.set_clock("2025-02-10")
    life.refresh()
    assert life.outs["status"] == MISSING
    assert life.up(accepted) == "update"
    assert (life.outs["status"], life.outs["acceptedOn"]) == (UNCHANGED, "2025-02-10")
    assert life.preview(accepted) == "same"


def test_an_acceptance_taken_back_keeps_the_baseline(portal: Portal) -> None:
    life = adopted("mutations")
    edit(f"{CONFIGURATION}/mutations", receive=["death"])(portal)
    life.up(accepting("mutations", "2025-02-03"))
    assert life.up(retained("mutations")) == "same"
    assert (life.outs["status"], life.outs["baseline"]) == (UNCHANGED, {"receive": ["death"]})


@pytest.mark.parametrize("date", ["2025-02-03", "2025-01-20"])
def test_an_acceptance_that_was_there_from_the_start_accepts_nothing_later(date: str, portal: Portal) -> None:
    accepted = accepting("mutations", date)
    life = ResourceHarness(RetainedProvider())
    life.create(accepted)
    edit(f"{CONFIGURATION}/mutations", receive=["death"])(portal)
    assert life.up(accepted) == "update"
    assert life.outs["status"] != UNCHANGED


def test_a_state_of_before_has_used_what_was_declared_then(portal: Portal) -> None:
    life = adopted("mutations")
    life.outs = {n: value for n, value in life.outs.items() if n != "acceptedOn"} | {
        "accepted": "2025-02-01: agreed"
    }
    edit(f"{CONFIGURATION}/mutations", receive=["death"])(portal)
    life.up(accepting("mutations", "2025-02-01"))
    assert life.outs["status"] != UNCHANGED
    assert life.up(accepting("mutations", "2025-02-01", "2025-02-02")) == "update"
    assert life.outs["status"] == UNCHANGED


def test_accepting_what_still_waits_waits(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = adopted("contactDetails")
    life.up(accepting("contactDetails", "2024-12-02"))
    assert life.outs["waiting"]


# -- released ---------------------------------------------------------------------------------------------------------

EARLY = retained("ftpAccounts", released="2025-02-10: no file since October")


def test_what_is_released_is_looked_at_no_more(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """R61."""
    released = retained("ftpAccounts", released="2025-02-03: no file since October")
    life = adopted("ftpAccounts")
    assert life.up(released) == "update"
    clear(FTP)(portal)
    monkeypatch.setattr("providers.retained.look", None)
    assert life.preview(released) == "same"
    assert (life.outs["status"], life.outs["observed"]) == (UNCHANGED, RELEASED)


def test_taken_back_it_is_compared_with_what_was_adopted_already_in_the_preview(portal: Portal) -> None:
    life = adopted("ftpAccounts")
    baseline = life.outs["baseline"]
    life.up(retained("ftpAccounts", released="2025-02-03: no file since October"))
    clear(FTP)(portal)
    life.refresh()
    assert life._checked(life.inputs, retained("ftpAccounts"))["observed"] == MISSING
    assert life.up(retained("ftpAccounts")) == "update"
    assert life.outs["baseline"] == baseline
    assert life.outs["status"] == MISSING


def test_until_the_day_of_its_release_it_is_watched(portal: Portal) -> None:
    """R61: a preview after `up` is empty before that day and from it on."""
    life = adopted("ftpAccounts")
    assert life.up(EARLY) == "update"
    assert (life.outs["observed"], life.outs["waiting"]["until"]) == (UNCHANGED, "2025-02-10")
    assert life.outs["waiting"]["whom"] == "the calendar"
    assert life.preview(EARLY) == "same"
    clear(FTP)(portal)
    assert life.preview(EARLY) == "update"
    assert life.outs["status"] == MISSING
    portal.set_clock("2025-02-10")
    for _ in range(2):
        assert life.preview(EARLY) == "same"
        assert (life.outs["observed"], life.outs["waiting"]) == (RELEASED, {})


def test_a_release_with_another_reason_is_no_change(portal: Portal) -> None:
    life = adopted("ftpAccounts")
    life.up(EARLY)
    assert life.preview(retained("ftpAccounts", released="2025-02-10: none since September")) == "same"


def test_what_was_released_from_the_start_is_adopted_when_it_is_watched(portal: Portal) -> None:
    life = ResourceHarness(RetainedProvider())
    life.create(retained("ftpAccounts", released="2025-02-03: no file since October"))
    assert life.outs["observed"] == RELEASED
    assert life.up(retained("ftpAccounts")) == "update"
    assert life.outs["baseline"]
    assert life.outs["status"] == UNCHANGED
