"""Whoever leaves the file and keeps access is named, by the preview of that change and by every later one (R20, R22)."""

from __future__ import annotations

from typing import Any

import pytest

from providers import session
from providers.declared_people import CHIEFS, MANAGERS, USERS, DeclaredPeopleProvider
from tests.providers.conftest import Portal
from tests.providers.contract import ACCESS
from tests.providers.people import chiefs, managers, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness, to_provider

DOMAIN = "woonzorg"
USERS_PATH = f"{ACCESS}/domains/{DOMAIN}/users"
MANAGERS_PATH = f"{ACCESS}/domains/{DOMAIN}/accessManagers"
WHO = "nele.nieuw"
USER = {"ssin": ssin(WHO), "applications": ["Uniek verslag"], "roles": [], "blocked": False}


def keyed(*people: str) -> dict[str, str]:
    return {ssin(key): key for key in people}


def declared(*people: str, **changes: Any) -> Props:
    """A domain with these people in it; other parts are left as they are, and what leaves the file goes where we made it."""
    taken = {"coAccessManagers": False, "users": False, **changes.pop("taken", {})}
    return {
        "organization": PAJOTTEGEM,
        "declared": {DOMAIN: {kind: keyed(*people) for kind in (MANAGERS, USERS)}},
        "left": {},
        "takes": {"chiefAccessManagers": True, "coChiefAccessManagers": False, "domains": {DOMAIN: taken}},
        "releases": True,
        **changes,
    }


NOTHING = declared(
    declared={}, takes={"chiefAccessManagers": False, "coChiefAccessManagers": False, "domains": {}}
)


def keeps(life: ResourceHarness, news: Props) -> list[str]:
    """Of whom a preview says that they stay."""
    return says(life, news, "keeps")


def says(life: ResourceHarness, news: Props, what: str) -> list[str]:
    life.refresh()
    found: list[str] = life.provider.check(to_provider(life.inputs), to_provider(news)).inputs[what]
    return found


@pytest.fixture
def life(portal: Portal) -> ResourceHarness:
    life = ResourceHarness(DeclaredPeopleProvider())
    life.create(declared(WHO, "jan.janssens"))
    return life


def test_a_user_whom_somebody_else_added_is_named_until_gone(life: ResourceHarness, portal: Portal) -> None:
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    without = declared("jan.janssens")
    told = [f"{WHO} stays user of {DOMAIN}"]
    assert keeps(life, declared(WHO, "jan.janssens")) == []
    assert keeps(life, without) == told
    assert life.up(without) == "update"
    assert life.preview(without) == "same"
    assert life.outs["keeps"] == told
    assert keeps(life, without) == told
    (user,) = [one for one in portal.by_hand(PAJOTTEGEM).get_items(USERS_PATH) if one["ssin"] == ssin(WHO)]
    portal.clear(PAJOTTEGEM, f"{USERS_PATH}/{user['id']}")
    assert keeps(life, without) == []
    assert life.preview(without) == "same"
    assert life.outs["left"] == {}
    assert portal.writes() == []


def test_who_goes_with_the_line_is_not_named(life: ResourceHarness, portal: Portal) -> None:
    """Where this client made the user, at a centre where it takes away what leaves the file; else the user stays."""
    session.writing(PAJOTTEGEM).add(USERS_PATH, USER)
    assert keeps(life, declared("jan.janssens")) == []
    assert keeps(life, declared("jan.janssens", releases=False)) == [f"{WHO} stays user of {DOMAIN}"]


def test_who_is_cleaned_up_is_named_by_the_clean_up_alone(life: ResourceHarness, portal: Portal) -> None:
    """R24."""
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    assert keeps(life, declared("jan.janssens", taken={"users": True})) == []


def test_managers_are_named_where_nobody_decides_of_them_any_more(
    life: ResourceHarness, portal: Portal
) -> None:
    manager, other = managers("jan.janssens", WHO).values()
    portal.save(PAJOTTEGEM, MANAGERS_PATH, {"accessManager": manager, "coAccessManagers": [other]})
    assert sorted(keeps(life, NOTHING)) == [
        f"jan.janssens stays access manager of {DOMAIN}",
        f"{WHO} stays co-access manager of {DOMAIN}",
    ]
    assert keeps(life, declared("jan.janssens", taken={"coAccessManagers": True})) == []
    assert keeps(life, declared("jan.janssens")) == [f"{WHO} stays co-access manager of {DOMAIN}"]


def test_who_goes_with_a_domain_is_named_also_whom_no_file_named(
    life: ResourceHarness, portal: Portal
) -> None:
    """R16, R17: the access managers whom this client made go with their domain, until they are gone; at a disappearing
    centre nobody does."""
    manager, other = managers("jan.janssens", "an.claes").values()
    body = {"accessManager": manager, "coAccessManagers": [other]}
    session.writing(PAJOTTEGEM).create(MANAGERS_PATH, body)
    found = portal.get(PAJOTTEGEM, MANAGERS_PATH) or {}
    other_name = f"portal:{found['coAccessManagers'][0]['personId'][:8]}"
    told = [
        f"jan.janssens is no longer access manager of {DOMAIN} (R16, R17)",
        f"{other_name} is no longer co-access manager of {DOMAIN} (R16, R17)",
    ]
    assert says(life, declared("jan.janssens"), "loses") == []
    assert says(life, NOTHING | {"releases": False}, "loses") == []
    assert says(life, NOTHING, "loses") == told
    assert keeps(life, NOTHING) == []
    # The run came to an end before it took them away.
    assert life.up(NOTHING) == "update"
    assert says(life, NOTHING, "loses") == told
    portal.clear(PAJOTTEGEM, MANAGERS_PATH)
    assert says(life, NOTHING, "loses") == []
    assert life.preview(NOTHING) == "same"


def test_chiefs_stay_when_the_file_says_nothing_of_them(portal: Portal) -> None:
    """R15: a centre is never without."""
    life = ResourceHarness(DeclaredPeopleProvider())
    life.create(declared(declared={"": {CHIEFS: keyed("els.peeters")}}))
    found = portal.get(PAJOTTEGEM, f"{ACCESS}/chiefAccessManagers") or {}
    assert chiefs("els.peeters")["els.peeters"]["ssin"] in {
        one["ssin"] for one in found["chiefAccessManagers"]
    }
    assert keeps(life, NOTHING) == ["els.peeters stays chief access manager"]


def test_another_key_is_nobody_who_left(life: ResourceHarness, portal: Portal) -> None:
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    assert keeps(life, declared(declared={DOMAIN: {USERS: {ssin(WHO): "nele.n"}}})) == []


def test_who_leaves_one_line_and_keeps_another_in_the_domain_is_named(
    life: ResourceHarness, portal: Portal
) -> None:
    """A manager whom the portal has as a user too, and whom the file names as manager only."""
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    managers_only = declared(
        declared={DOMAIN: {MANAGERS: keyed(WHO, "jan.janssens"), USERS: keyed("jan.janssens")}}
    )
    assert keeps(life, managers_only) == [f"{WHO} stays user of {DOMAIN}"]


def test_who_was_a_manager_and_stays_as_a_user_is_named(portal: Portal) -> None:
    """Somebody else made the person a user: the file names nobody here any more who has access here."""
    life = ResourceHarness(DeclaredPeopleProvider())
    life.create(declared(declared={DOMAIN: {MANAGERS: keyed(WHO)}}))
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    assert keeps(life, NOTHING) == [f"{WHO} stays user of {DOMAIN}"]


def test_a_key_that_names_somebody_else_by_now_loses_nobody(life: ResourceHarness, portal: Portal) -> None:
    """Two people under one key, one after the other: each is remembered."""
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER)
    portal.by_hand(PAJOTTEGEM).add(USERS_PATH, USER | {"ssin": ssin("an.claes")})
    told = [f"{WHO} (whom the key named before) stays user of {DOMAIN}"]
    second = declared(declared={DOMAIN: {USERS: {ssin("an.claes"): WHO, **keyed("jan.janssens")}}})
    assert keeps(life, second) == told
    life.up(second)
    third = declared(declared={DOMAIN: {USERS: {ssin("sofie.wouters"): WHO, **keyed("jan.janssens")}}})
    assert keeps(life, third) == told * 2


def test_nobody_is_asked_while_nobody_left(life: ResourceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("the portal was asked")

    monkeypatch.setattr(session, "reading", ask)
    assert keeps(life, declared(WHO, "jan.janssens", "an.claes")) == []
    assert life.preview(declared(WHO, "jan.janssens")) == "same"


def test_before_the_copy_nobody_keeps_anything(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(DeclaredPeopleProvider())
    life.create(declared(WHO))
    assert keeps(life, NOTHING) == []
