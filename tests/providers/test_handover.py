"""Guards against locking oneself out: today's chief access managers (R15, R16), and whoever operates the stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.access import ChiefAccessManagersProvider
from providers.lockout import OperatorAccessProvider
from schemas.errors import GuardRefused
from tests.providers.conftest import OURS, Portal
from tests.providers.contract import ACCESS
from tests.providers.life import Life, Props, to_provider
from tests.providers.people import chiefs, ssin
from tests.providers.portal_double import PAJOTTEGEM

CHIEFS = f"{ACCESS}/chiefAccessManagers"
DOMAIN = "werkgeverSocialeZekerheid"
MANAGERS = f"{ACCESS}/domains/{DOMAIN}/accessManagers"
USERS = f"{ACCESS}/domains/{DOMAIN}/users"
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
def life(portal: Portal) -> Life:
    now(portal, *BOTH)
    life = Life(ChiefAccessManagersProvider())
    life.create(declared(*BOTH))
    return life


# -- chiefs ---------------------------------------------------------------------------------------------------------


def test_nobody_of_today_left_is_refused_in_preview_and_up(life: Life, portal: Portal) -> None:
    others = declared("luc.hermans", "an.claes")
    (reason,) = refusals(life.provider, life.inputs, others)
    assert reason.startswith("none of the 2 who are chief access managers now would stay one")
    assert "R15, R16" in reason
    assert "handover: {on: <date>, reason: …}" in reason
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


def test_one_who_stays_is_enough(life: Life, portal: Portal) -> None:
    assert life.up(declared("luc.hermans", "els.peeters")) == "update"
    assert live(portal) == {ssin("luc.hermans"), ssin("els.peeters")}


def test_a_key_with_another_name_is_the_same_person(life: Life) -> None:
    renamed = declared("els.peeters")
    renamed |= {"chiefAccessManagers": ["els.p"], "people": {"els.p": {"ssin": ssin("els.peeters")}}}
    assert refusals(life.provider, life.inputs, renamed) == []
    assert life.up(renamed) == "update"


def test_another_insz_behind_the_only_key_is_another_person(portal: Portal) -> None:
    """A slip in the secrets file would lock everybody out."""
    now(portal, "els.peeters")
    life = Life(ChiefAccessManagersProvider())
    life.create(declared("els.peeters"))
    life.refresh()
    slip = declared("els.peeters") | {"people": {"els.peeters": {"ssin": ssin("els.peters")}}}
    assert len(refusals(life.provider, life.inputs, slip)) == 1


def test_a_handover_that_is_declared_is_carried_out(life: Life, portal: Portal) -> None:
    handed = declared("luc.hermans", handover="2025-02-03: the council appointed him")
    assert life.up(handed) == "update"
    assert live(portal) == {ssin("luc.hermans")}
    assert life.outs["handedOver"] == "2025-02-03: the council appointed him"
    assert life.preview(handed) == "same"
    assert life.preview(declared("luc.hermans")) == "same", "the word may go once it is done"


def test_a_handover_is_carried_out_once(life: Life, portal: Portal) -> None:
    """Also to put back what somebody replaced by hand: it says so, and takes a word with another date."""
    handed = declared("luc.hermans", handover="2025-02-03: agreed")
    life.up(handed)
    now(portal, "somebody.else")
    with pytest.raises(GuardRefused, match="The handover of 2025-02-03: agreed was carried out"):
        life.up(handed)
    life.up(declared("luc.hermans", handover="2025-02-10: put back"))
    assert live(portal) == {ssin("luc.hermans")}


def test_a_handover_that_was_not_needed_is_still_good(life: Life, portal: Portal) -> None:
    agreed = {"handover": "2025-02-03: agreed"}
    life.up(declared("els.peeters", **agreed))
    assert life.up(declared("luc.hermans", **agreed)) == "update"
    assert live(portal) == {ssin("luc.hermans")}


def test_before_there_are_any_nobody_is_locked_out(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = Life(ChiefAccessManagersProvider())
    life.create(declared("els.peeters"))
    life.refresh()
    assert refusals(life.provider, life.inputs, declared("luc.hermans")) == []


# -- co-chiefs ------------------------------------------------------------------------------------------------------


def test_co_chiefs_that_are_not_declared_stay(life: Life, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("an.claes", "luc.hermans"))
    assert life.preview(declared(*BOTH)) == "same"
    life.up(declared(*BOTH, "luc.hermans"))
    assert live(portal, "coChiefAccessManagers") == {ssin("an.claes")}, "who becomes a chief is no co-chief"


def test_co_chiefs_are_complete_where_they_are_declared(life: Life, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("somebody.else",))
    wanted = declared(*BOTH, coChiefAccessManagers=["an.claes"])
    assert life.preview(wanted) == "update"
    life.update(wanted)
    assert live(portal, "coChiefAccessManagers") == {ssin("an.claes")}
    assert life.preview(wanted) == "same"
    now(portal, *BOTH, co_chiefs=("an.claes", "somebody.else"))
    assert life.preview(wanted) == "update"
    assert [key.partition(":")[0] for key in life.outs["coChiefAccessManagers"]] == ["an.claes", "portal"]


def test_none_is_said_and_then_there_is_no_co_chief(life: Life, portal: Portal) -> None:
    now(portal, *BOTH, co_chiefs=("an.claes",))
    none = declared(*BOTH, coChiefAccessManagers=[])
    assert life.up(none) == "update"
    assert live(portal, "coChiefAccessManagers") == set()
    assert life.preview(none) == "same"


def test_a_chief_who_steps_back_to_co_chief(life: Life, portal: Portal) -> None:
    assert life.up(declared("els.peeters", coChiefAccessManagers=["griet.vandenbossche"])) == "update"
    assert live(portal) == {ssin("els.peeters")}
    assert live(portal, "coChiefAccessManagers") == {ssin("griet.vandenbossche")}


# -- oneself --------------------------------------------------------------------------------------------------------

ME = "zoe.operator"


def guarded(
    *, co_chiefs: bool = False, co_managers: bool = False, users: bool = False, here: bool = True
) -> Props:
    """A declaration that does not name me; what it decides besides the chiefs."""
    domain = {"coAccessManagers": co_managers, "users": users}
    return {
        "organization": PAJOTTEGEM,
        "operator": ME,
        "ssin": ssin(ME),
        "takes": {"coChiefAccessManagers": co_chiefs, "domains": {DOMAIN: domain} if here else {}},
        "releases": True,
    }


def a_manager(portal: Portal, manager: str, *others: str) -> None:
    people = chiefs(manager, *others)
    body = {"accessManager": people.pop(manager), "coAccessManagers": list(people.values())}
    portal.save(PAJOTTEGEM, MANAGERS, body)


def a_user(portal: Portal, *, blocked: bool = False) -> None:
    body = {"ssin": ssin(ME), "applications": [], "roles": [], "blocked": blocked}
    portal.by_hand(PAJOTTEGEM).add(USERS, body)


AS: dict[str, Callable[[Portal], None]] = {
    "chief": lambda portal: now(portal, "els.peeters", ME),
    "co-chief": lambda portal: now(portal, "els.peeters", co_chiefs=(ME,)),
    "manager": lambda portal: a_manager(portal, ME),
    "co-manager": lambda portal: a_manager(portal, "jan.janssens", ME),
    "user": a_user,
}
TAKEN = [
    ("chief", guarded(), "chief access manager"),
    ("co-chief", guarded(co_chiefs=True), "co-chief access manager"),
    ("manager", guarded(), f"access manager of {DOMAIN}"),
    ("co-manager", guarded(co_managers=True), f"co-access manager of {DOMAIN}"),
    ("user", guarded(users=True), f"user of {DOMAIN}"),
]
KEPT = [
    ("co-chief", guarded()),
    ("manager", guarded(here=False)),
    ("co-manager", guarded()),
    ("user", guarded()),
    ("user", guarded(here=False)),
]


@pytest.mark.parametrize(("what", "props", "told"), TAKEN, ids=[what for what, _, _ in TAKEN])
def test_the_last_access_of_the_operator_is_not_taken_away(
    what: str, props: Props, told: str, portal: Portal
) -> None:
    AS[what](portal)
    (reason,) = refusals(OperatorAccessProvider(), {}, props)
    assert reason.startswith(f"{ME} operates this stack (fusion:operator) and is {told} here; ")
    assert "pulumi config set operator" in reason
    assert ssin(ME) not in reason


@pytest.mark.parametrize(("what", "props"), KEPT)
def test_what_the_declaration_does_not_decide_is_enough(what: str, props: Props, portal: Portal) -> None:
    AS[what](portal)
    assert refusals(OperatorAccessProvider(), {}, props) == []


def test_one_thing_that_stays_is_enough(portal: Portal) -> None:
    now(portal, "els.peeters", ME)
    a_user(portal)
    assert refusals(OperatorAccessProvider(), {}, guarded()) == []
    assert len(refusals(OperatorAccessProvider(), {}, guarded(users=True))) == 1


def test_who_has_no_access_loses_none(portal: Portal) -> None:
    """Nor does who is blocked (R21)."""
    props = guarded(co_chiefs=True, co_managers=True, users=True)
    assert refusals(OperatorAccessProvider(), {}, props) == []
    a_user(portal, blocked=True)
    assert refusals(OperatorAccessProvider(), {}, props) == []


def test_a_user_whom_this_client_added_goes_with_the_line_in_the_declaration(portal: Portal) -> None:
    """So it does at the merged centre; at a disappearing one the user stays."""
    from providers import session

    body = {"ssin": ssin(ME), "applications": [], "roles": [], "blocked": False}
    assert session.writing(PAJOTTEGEM).add(USERS, body).body["createdBy"] == OURS
    assert len(refusals(OperatorAccessProvider(), {}, guarded())) == 1
    assert refusals(OperatorAccessProvider(), {}, guarded() | {"releases": False}) == []


def test_the_guard_itself_writes_nothing_and_changes_with_the_declaration_only(portal: Portal) -> None:
    life = Life(OperatorAccessProvider())
    assert life.create(guarded())["origin"] == "checked"
    assert life.preview(guarded()) == "same"
    assert life.up(guarded(users=True)) == "update"
    life.delete()
    assert portal.writes() == []


def test_before_the_numbers_first_day_there_is_nothing_to_lose(portal: Portal) -> None:
    portal.restart("2024-12-02")
    assert refusals(OperatorAccessProvider(), {}, guarded(users=True)) == []
