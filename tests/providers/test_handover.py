"""The guard of today's chief access managers (R15, R16), and co-chiefs."""

from __future__ import annotations

from typing import Any

import pytest

from providers.access import ChiefAccessManagersProvider
from schemas.errors import GuardRefused
from tests.providers.conftest import Portal
from tests.providers.contract import ACCESS
from tests.providers.people import chiefs, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness, to_provider

CHIEFS = f"{ACCESS}/chiefAccessManagers"
BOTH = ("els.peeters", "griet.vandenbossche")


def declared(*keys: str, **more: Any) -> Props:
    people = chiefs(*keys, *more.get("coChiefAccessManagers", ()))
    return {"organization": PAJOTTEGEM, "chiefAccessManagers": list(keys), "people": people, **more}


def now(portal: Portal, *keys: str, co_chiefs: tuple[str, ...] = ()) -> None:
    """Those are chiefs at the portal."""
    body = {
        "chiefAccessManagers": list(chiefs(*keys).values()),
        "coChiefAccessManagers": list(chiefs(*co_chiefs).values()),
    }
    portal.save(PAJOTTEGEM, CHIEFS, body)


def live(portal: Portal, which: str = "chiefAccessManagers") -> set[str]:
    found = portal.get(PAJOTTEGEM, CHIEFS)
    assert found is not None
    return {person["ssin"] for person in found[which]}


def refusals(provider: Any, olds: Props, news: Props) -> list[str]:
    """What a preview is refused for."""
    return [failure.reason for failure in provider.check(to_provider(olds), to_provider(news)).failures]


@pytest.fixture
def life(portal: Portal) -> ResourceHarness:
    now(portal, *BOTH)
    life = ResourceHarness(ChiefAccessManagersProvider())
    life.create(declared(*BOTH))
    return life


# -- chiefs ---------------------------------------------------------------------------------------------------------


def test_nobody_of_today_left_is_refused_in_preview_and_up(life: ResourceHarness, portal: Portal) -> None:
    others = declared("luc.hermans", "an.claes")
    (reason,) = refusals(life.provider, life.inputs, others)
    assert reason.startswith("none of the 2 who are chief access managers now would stay one")
    assert "R15, R16; safety rule lastChiefAccessManager" in reason
    assert "`handover: {on: 2025-02-03, reason: …}`" in reason
    with pytest.raises(GuardRefused, match=f"^chief access managers {PAJOTTEGEM}: none of the 2"):
        life.provider.update(life.id, to_provider(life.outs), to_provider(others))
    assert portal.writes() == []


def test_the_first_preview_is_refused_too(portal: Portal) -> None:
    """Nothing is in a state yet: the portal says who they are."""
    now(portal, *BOTH)
    provider = ChiefAccessManagersProvider()
    assert len(refusals(provider, {}, declared("luc.hermans"))) == 1
    with pytest.raises(GuardRefused):
        provider.create(to_provider(declared("luc.hermans")))
    assert refusals(provider, {}, declared("luc.hermans", "els.peeters")) == []


def test_one_who_stays_is_enough(life: ResourceHarness, portal: Portal) -> None:
    assert life.up(declared("luc.hermans", "els.peeters")) == "update"
    assert live(portal) == {ssin("luc.hermans"), ssin("els.peeters")}


def test_a_key_with_another_name_is_the_same_person(life: ResourceHarness) -> None:
    renamed = declared("els.peeters")
    renamed |= {"chiefAccessManagers": ["els.p"], "people": {"els.p": {"ssin": ssin("els.peeters")}}}
    assert refusals(life.provider, life.inputs, renamed) == []
    assert life.up(renamed) == "update"


def test_another_insz_behind_the_only_key_is_another_person(portal: Portal) -> None:
    """A slip in the secrets file would lock everybody out."""
    now(portal, "els.peeters")
    life = ResourceHarness(ChiefAccessManagersProvider())
    life.create(declared("els.peeters"))
    life.refresh()
    slip = declared("els.peeters") | {"people": {"els.peeters": {"ssin": ssin("els.peters")}}}
    assert len(refusals(life.provider, life.inputs, slip)) == 1


def test_a_handover_that_is_declared_is_carried_out(life: ResourceHarness, portal: Portal) -> None:
    handed = declared("luc.hermans", handover="2025-02-03: the council appointed him")
    assert refusals(life.provider, life.inputs, handed) == []
    assert life.up(handed) == "update"
    assert live(portal) == {ssin("luc.hermans")}
    assert life.outs["handedOver"] == "2025-02-03: the council appointed him"
    assert life.preview(handed) == "same"
    assert life.preview(declared("luc.hermans")) == "same", "the word may go once it is done"


def test_a_handover_is_carried_out_once(life: ResourceHarness, portal: Portal) -> None:
    """Also to put back what somebody replaced by hand: it says so in preview and up, and takes a word with a later date."""
    portal.set_clock("2025-02-10")
    life.up(declared("luc.hermans", handover="2025-02-03: agreed"))
    now(portal, "somebody.else")
    for again in ("2025-02-03: agreed", "2025-02-03: agreed once more", "2025-02-02: agreed before"):
        handed = declared("luc.hermans", handover=again)
        life.refresh()
        (reason,) = refusals(life.provider, life.inputs, handed)
        assert reason.endswith("The handover of 2025-02-03 was carried out: another has a later date")
        with pytest.raises(GuardRefused, match="The handover of 2025-02-03 was carried out"):
            life.provider.update(life.id, to_provider(life.outs), to_provider(handed))
    assert life.up(declared("luc.hermans", handover="2025-02-10: put back")) == "update"
    assert live(portal) == {ssin("luc.hermans")}


def test_a_handover_that_is_still_to_come_lets_nothing_through(life: ResourceHarness, portal: Portal) -> None:
    """By the portal's date: on that day it does."""
    handed = declared("luc.hermans", handover="2025-02-04: agreed")
    (reason,) = refusals(life.provider, life.inputs, handed)
    assert reason.endswith("The handover of 2025-02-04 is still to come: the portal has 2025-02-03")
    with pytest.raises(GuardRefused, match="is still to come"):
        life.provider.update(life.id, to_provider(life.outs), to_provider(handed))
    assert portal.writes() == []
    portal.set_clock("2025-02-04")
    assert life.up(handed) == "update"
    assert live(portal) == {ssin("luc.hermans")}


def test_a_handover_of_a_day_to_come_stops_no_other_change(life: ResourceHarness) -> None:
    assert life.up(declared("els.peeters", "an.claes", handover="2025-02-04: agreed")) == "update"


def test_a_handover_that_was_not_needed_is_still_good(life: ResourceHarness, portal: Portal) -> None:
    agreed = {"handover": "2025-02-03: agreed"}
    life.up(declared("els.peeters", **agreed))
    assert life.up(declared("luc.hermans", **agreed)) == "update"
    assert live(portal) == {ssin("luc.hermans")}


def test_before_there_are_any_nobody_is_locked_out(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(ChiefAccessManagersProvider())
    life.create(declared("els.peeters"))
    life.refresh()
    assert refusals(life.provider, life.inputs, declared("luc.hermans")) == []


# -- co-chiefs ------------------------------------------------------------------------------------------------------


def test_co_chiefs_that_are_not_declared_stay(life: ResourceHarness, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("an.claes", "luc.hermans"))
    assert life.preview(declared(*BOTH)) == "same"
    life.up(declared(*BOTH, "luc.hermans"))
    assert live(portal, "coChiefAccessManagers") == {ssin("an.claes")}, "who becomes a chief is no co-chief"


def test_co_chiefs_are_complete_where_they_are_declared(life: ResourceHarness, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("somebody.else",))
    wanted = declared(*BOTH, coChiefAccessManagers=["an.claes"])
    assert life.preview(wanted) == "update"
    life.update(wanted)
    assert live(portal, "coChiefAccessManagers") == {ssin("an.claes")}
    assert life.preview(wanted) == "same"
    now(portal, *BOTH, co_chiefs=("an.claes", "somebody.else"))
    assert life.preview(wanted) == "update"
    assert [key.partition(":")[0] for key in life.outs["coChiefAccessManagers"]] == ["an.claes", "portal"]


def test_none_is_said_and_then_there_is_no_co_chief(life: ResourceHarness, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("an.claes",))
    none = declared(*BOTH, coChiefAccessManagers=[])
    assert life.up(none) == "update"
    assert live(portal, "coChiefAccessManagers") == set()
    assert life.preview(none) == "same"


def test_a_chief_who_steps_back_to_co_chief(life: ResourceHarness, portal: Portal) -> None:
    assert life.up(declared("els.peeters", coChiefAccessManagers=["griet.vandenbossche"])) == "update"
    assert live(portal) == {ssin("els.peeters")}
    assert live(portal, "coChiefAccessManagers") == {ssin("griet.vandenbossche")}
