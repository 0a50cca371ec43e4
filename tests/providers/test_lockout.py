"""The guard of whoever operates the stack: no declaration takes the person's last access away (R15–R18, R21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers import session
from providers.lockout import OperatorAccessProvider
from tests.providers.conftest import OURS, Portal
from tests.providers.contract import ACCESS
from tests.providers.people import chiefs, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness
from tests.providers.test_handover import now, refusals

DOMAIN = "werkgeverSocialeZekerheid"
MANAGERS = f"{ACCESS}/domains/{DOMAIN}/accessManagers"
USERS = f"{ACCESS}/domains/{DOMAIN}/users"
ME = "zoe.operator"


def guarded(
    *,
    chiefs: bool = True,
    co_chiefs: bool = False,
    co_managers: bool = False,
    users: bool = False,
    here: bool = True,
    me: Props | None = None,
) -> Props:
    """A declaration that names me as a user `me` at most; what it decides."""
    domain = {"coAccessManagers": co_managers, "users": users, "user": me}
    return {
        "organization": PAJOTTEGEM,
        "centre": "Pajottegem",
        "file": "fusions/pajottegem.yaml",
        "operator": ME,
        "ssin": ssin(ME),
        "takes": {
            "chiefAccessManagers": chiefs,
            "coChiefAccessManagers": co_chiefs,
            "domains": {DOMAIN: domain} if here else {},
        },
        "releases": True,
    }


NO_ACCESS = guarded(chiefs=False, here=False)
"""The file has no `access` any more."""


def a_manager(portal: Portal, manager: str, *others: str) -> None:
    people = chiefs(manager, *others)
    body = {"accessManager": people.pop(manager), "coAccessManagers": list(people.values())}
    portal.save(PAJOTTEGEM, MANAGERS, body)


def user(**changes: Any) -> Props:
    return {"ssin": ssin(ME), "applications": ["Uniek verslag"], "roles": [], "blocked": False, **changes}


def a_user(portal: Portal, **changes: Any) -> None:
    portal.by_hand(PAJOTTEGEM).add(USERS, user(**changes))


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
    ("chief", NO_ACCESS),
    ("co-chief", guarded()),
    ("manager", guarded(here=False)),
    ("co-manager", guarded()),
    ("co-manager", guarded(here=False)),
    ("user", guarded()),
    ("user", guarded(here=False)),
    ("user", NO_ACCESS),
]


@pytest.mark.parametrize(("what", "props", "told"), TAKEN, ids=[what for what, _, _ in TAKEN])
def test_the_last_access_of_the_operator_is_not_taken_away(
    what: str, props: Props, told: str, portal: Portal
) -> None:
    AS[what](portal)
    (reason,) = refusals(OperatorAccessProvider(), {}, props)
    assert reason.startswith(
        f"{ME} operates this stack (fusion:operator) and is {told} at Pajottegem; fusions/pajottegem.yaml takes "
    )
    assert "takes the last of it away (R15–R18; safety rule operator)" in reason
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


@pytest.mark.parametrize("nothing", [{"blocked": True}, {"applications": []}], ids=str)
def test_who_has_no_access_loses_none_and_has_none_left(nothing: Props, portal: Portal) -> None:
    """Nor does who is blocked (R21), or may use nothing."""
    props = guarded(co_chiefs=True, co_managers=True, users=True)
    assert refusals(OperatorAccessProvider(), {}, props) == []
    a_user(portal, **nothing)
    assert refusals(OperatorAccessProvider(), {}, props) == []
    now(portal, "els.peeters", ME)
    assert len(refusals(OperatorAccessProvider(), {}, guarded())) == 1


@pytest.mark.parametrize(
    ("me", "refused"),
    [
        ({"blocked": True}, True),
        ({"blocked": False, "applications": [], "roles": []}, True),
        ({"blocked": False, "applications": []}, True),
        ({"blocked": False}, False),
        ({"blocked": False, "roles": []}, False),
    ],
    ids=str,
)
def test_what_the_declaration_makes_of_a_user_is_what_counts(
    me: Props, refused: bool, portal: Portal
) -> None:
    """What it does not say stays as the portal has it; cleaning up leaves whom it names (R19, R21, R24)."""
    a_user(portal)
    assert bool(refusals(OperatorAccessProvider(), {}, guarded(users=True, me=me))) is refused


def test_who_is_no_longer_blocked_keeps_that(portal: Portal) -> None:
    now(portal, "els.peeters", ME)
    a_user(portal, blocked=True)
    assert refusals(OperatorAccessProvider(), {}, guarded(me={"blocked": False})) == []


def test_a_blocked_user_who_stays_co_chief_keeps_that(portal: Portal) -> None:
    a_user(portal)
    now(portal, "els.peeters", co_chiefs=(ME,))
    assert refusals(OperatorAccessProvider(), {}, guarded(me={"blocked": True})) == []


def test_a_user_whom_this_client_added_goes_with_the_line_in_the_declaration(portal: Portal) -> None:
    """So it does at the merged centre, also with the domain or the whole access; at a disappearing one the user stays."""
    assert session.writing(PAJOTTEGEM).add(USERS, user()).body["createdBy"] == OURS
    for props in (guarded(), guarded(here=False), NO_ACCESS):
        assert len(refusals(OperatorAccessProvider(), {}, props)) == 1
        assert refusals(OperatorAccessProvider(), {}, props | {"releases": False}) == []


@pytest.mark.parametrize("who", [(ME,), ("jan.janssens", ME)], ids=["manager", "co-manager"])
def test_managers_whom_this_client_made_go_with_the_domain(who: tuple[str, ...], portal: Portal) -> None:
    """The domain, or the whole access, leaves the file: at the merged centre its managers go then, co-managers too."""
    manager, *others = chiefs(*who).values()
    made = session.writing(PAJOTTEGEM).create(
        MANAGERS, {"accessManager": manager, "coAccessManagers": others}
    )
    assert made.body["createdBy"] == OURS
    for props in (guarded(here=False), NO_ACCESS):
        (reason,) = refusals(OperatorAccessProvider(), {}, props)
        assert f"access manager of {DOMAIN} at Pajottegem" in reason
        assert refusals(OperatorAccessProvider(), {}, props | {"releases": False}) == []


def test_the_guard_itself_writes_nothing_and_changes_with_the_declaration_only(portal: Portal) -> None:
    life = ResourceHarness(OperatorAccessProvider())
    assert life.create(guarded())["origin"] == "checked"
    assert life.preview(guarded()) == "same"
    assert life.up(guarded(users=True)) == "update"
    life.delete()
    assert portal.writes() == []


def test_before_the_numbers_first_day_there_is_nothing_to_lose(portal: Portal) -> None:
    portal.restart("2024-12-02")
    assert refusals(OperatorAccessProvider(), {}, guarded(users=True)) == []
