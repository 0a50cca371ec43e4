"""One person is removed from a domain for certain, whoever gave the access (R17, R20)."""

from __future__ import annotations

from typing import Any

import pytest

from providers.access import UserProvider
from providers.removal import REMOVED, RemovedProvider
from schemas.errors import PreconditionFailed
from tests.providers.conftest import Meanwhile, Portal
from tests.providers.contract import ACCESS
from tests.providers.people import managers, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness

DOMAIN = "maatschappelijkWelzijn"
USERS = f"{ACCESS}/domains/{DOMAIN}/users"
MANAGERS = f"{ACCESS}/domains/{DOMAIN}/accessManagers"
WHO = "nele.nieuw"
USER = {"ssin": ssin(WHO), "applications": ["Uniek verslag"], "roles": [], "blocked": False}


def declared(**changes: Any) -> Props:
    here = {"organization": PAJOTTEGEM, "domain": DOMAIN}
    who = {"person": WHO, "ssin": ssin(WHO), "coManagersDeclared": False}
    return {**here, **who, "on": "2025-02-03", "reason": "left", **changes}


def is_user(portal: Portal) -> bool:
    return ssin(WHO) in {user["ssin"] for user in portal.by_hand(PAJOTTEGEM).get_items(USERS)}


def co_managers(portal: Portal) -> set[str]:
    found = portal.get(PAJOTTEGEM, MANAGERS)
    assert found is not None
    return {person["ssin"] for person in found["coAccessManagers"]}


def by_hand(portal: Portal) -> None:
    """Somebody else gave the person everything that a domain has to give."""
    portal.by_hand(PAJOTTEGEM).add(USERS, USER)
    manager, *others = managers("jan.janssens", WHO, "an.claes").values()
    portal.save(PAJOTTEGEM, MANAGERS, {"accessManager": manager, "coAccessManagers": others})


def test_whatever_the_person_is_goes_and_nobody_else(portal: Portal) -> None:
    by_hand(portal)
    before = len(portal.by_hand(PAJOTTEGEM).get_items(USERS))
    life = ResourceHarness(RemovedProvider())
    assert life.create(declared())["origin"] == REMOVED
    assert not is_user(portal)
    assert co_managers(portal) == {ssin("an.claes")}
    assert len(portal.by_hand(PAJOTTEGEM).get_items(USERS)) == before - 1
    assert portal.writes() == ["DELETE 204", "PUT 200"]


def test_the_first_preview_says_what_goes_and_the_second_has_no_change(portal: Portal) -> None:
    by_hand(portal)
    life = ResourceHarness(RemovedProvider())
    life.create(declared())
    assert life.inputs["loses"] == [
        f"{WHO} is no longer user of {DOMAIN} (R20)",
        f"{WHO} is no longer co-access manager of {DOMAIN} (R20)",
    ]
    assert life.outs["loses"] == []
    assert life.preview(declared()) == "same"


def test_where_the_co_managers_are_declared_their_own_list_says_who_is_left_out(portal: Portal) -> None:
    """It is written first: so what a preview says is what the `up` after it finds, as a saved plan has it."""
    by_hand(portal)
    news = declared(coManagersDeclared=True)
    told = RemovedProvider().check({}, news).inputs["loses"]
    assert told == [f"{WHO} is no longer user of {DOMAIN} (R20)"]
    manager, other = managers("jan.janssens", "an.claes").values()
    portal.save(PAJOTTEGEM, MANAGERS, {"accessManager": manager, "coAccessManagers": [other]})
    assert RemovedProvider().check({}, news).inputs["loses"] == told


def test_who_has_nothing_loses_nothing(portal: Portal) -> None:
    life = ResourceHarness(RemovedProvider())
    assert life.create(declared())["origin"] == REMOVED
    assert life.preview(declared()) == "same"
    assert portal.writes() == []


def test_who_is_added_again_goes_again(portal: Portal) -> None:
    life = ResourceHarness(RemovedProvider())
    life.create(declared())
    portal.by_hand(PAJOTTEGEM).add(USERS, USER)
    assert life.up(declared()) == "update"
    assert not is_user(portal)
    assert life.preview(declared()) == "same"


def test_nothing_goes_before_the_day(portal: Portal) -> None:
    by_hand(portal)
    life = ResourceHarness(RemovedProvider())
    outs = life.create(declared(on="2025-02-10"))
    assert (outs["origin"], outs["waiting"]["until"]) == ("waiting", "2025-02-10")
    assert life.preview(declared(on="2025-02-10")) == "same"
    assert is_user(portal)
    portal.set_clock("2025-02-10")
    assert life.up(declared(on="2025-02-10")) == "update"
    assert not is_user(portal)


def test_when_the_entry_leaves_the_file_nobody_comes_back(portal: Portal) -> None:
    by_hand(portal)
    life = ResourceHarness(RemovedProvider())
    life.create(declared())
    before = portal.writes()
    life.delete()
    assert portal.writes() == before


def test_a_user_who_is_removed_instead_of_declared_goes_once(portal: Portal) -> None:
    """Both the user's own resource and the removal act in the same run."""
    user = ResourceHarness(UserProvider())
    rights = {"applications": ["Uniek verslag"], "roles": [], "blocked": False}
    user.create({"organization": PAJOTTEGEM, "domain": DOMAIN, "person": WHO, "ssin": ssin(WHO)} | rights)
    removal = ResourceHarness(RemovedProvider())
    removal.create(declared())
    user.delete(same_operation=True)
    assert not is_user(portal)
    assert portal.writes()[1:] == ["DELETE 204"]


def test_somebody_who_is_faster_is_taken_into_account(portal: Portal, meanwhile: Meanwhile) -> None:
    by_hand(portal)
    others = managers("jan.janssens", WHO, "sofie.wouters")

    def act() -> None:
        manager, *rest = others.values()
        portal.save(PAJOTTEGEM, MANAGERS, {"accessManager": manager, "coAccessManagers": rest})

    meanwhile(act)
    ResourceHarness(RemovedProvider()).create(declared())
    assert co_managers(portal) == {ssin("sofie.wouters")}
    assert not is_user(portal)


def test_what_never_succeeds_ends(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PreconditionFailed(status=412)

    by_hand(portal)
    monkeypatch.setattr("providers.removal._take", refuse)
    with pytest.raises(PreconditionFailed, match="removal"):
        ResourceHarness(RemovedProvider()).create(declared())


def test_before_the_numbers_first_day_there_is_nothing_to_take(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(RemovedProvider())
    assert life.create(declared(on="2024-12-01"))["origin"] == REMOVED
    assert life.preview(declared(on="2024-12-01")) == "same"
