"""Retained access (R22): people are watched without being named, and left to the declaration where it manages them."""

from __future__ import annotations

import copy
import json

import pytest

from providers import access
from providers.retained import KINDS, UNCHANGED
from tests.providers import galmaarden as by_hand
from tests.providers.conftest import Portal
from tests.providers.galmaarden import ACCESS, GALMAARDEN, adopted, clear, retained, save
from tests.providers.people import ssin
from tests.providers.resource_harness import Props, ResourceHarness

pytestmark = pytest.mark.usefixtures("no_way_to_write")
PERSONAL = [kind for kind, how in KINDS.items() if how.api == access.API]
DOMAIN = "maatschappelijkWelzijn"


@pytest.mark.parametrize("kind", PERSONAL)
def test_nobodys_insz_is_in_an_output(kind: str, portal: Portal) -> None:
    by_hand.managers("woonzorg", "jan.janssens", "an.claes")(portal)
    life = adopted(kind)
    outputs = json.dumps([life.outs, life.refresh(), life.inputs])
    by_hand.managers("woonzorg", "somebody.else")(portal)
    by_hand.add_user("somebody.else")(portal)
    save(f"{ACCESS}/chiefAccessManagers", chiefAccessManagers=[{"ssin": ssin("somebody.else")}])(portal)
    assert life.preview(retained(kind)) == "update"
    outputs += json.dumps([life.outs, life.update(retained(kind)), life.inputs])
    everybody = [user["ssin"] for user in portal.by_hand(GALMAARDEN).get_items(by_hand.USERS)]
    for word in (*everybody, ssin("somebody.else"), ssin("jan.janssens"), ssin("els.peeters")):
        assert word not in outputs


@pytest.mark.parametrize(("field", "told"), [("email", "elsewhere@x.example"), ("language", "fr")])
def test_another_address_or_language_of_a_manager_is_told(field: str, told: str, portal: Portal) -> None:
    """R16: the form has both. The same address in capitals is the same."""
    by_hand.managers("woonzorg", "jan.janssens", "an.claes")(portal)
    life = adopted("accessManagers")
    manager = {"ssin": ssin("jan.janssens"), "email": "JAN.janssens@ocmw.example", "language": "nl"}
    save_manager(portal, manager)
    assert life.preview(retained("accessManagers")) == "same"
    save_manager(portal, manager | {field: told})
    assert life.preview(retained("accessManagers")) == "update"
    assert f"woonzorg: accessManager.{field} was " in life.outs["status"]
    assert life.outs["status"].endswith(f"is {told}")


def save_manager(portal: Portal, manager: Props) -> None:
    """The manager of woonzorg anew, beside the same co-manager."""
    other = {"ssin": ssin("an.claes"), "email": "an.claes@ocmw.example", "language": "nl"}
    save(f"{ACCESS}/domains/woonzorg/accessManagers", accessManager=manager, coAccessManagers=[other])(portal)


def test_a_state_of_before_addresses_were_watched_takes_them_over(portal: Portal) -> None:
    by_hand.managers("woonzorg", "jan.janssens", "an.claes")(portal)
    life = adopted("accessManagers")
    now = copy.deepcopy(life.outs["baseline"])
    life.outs.pop("acceptedOn")
    for domain in life.outs["baseline"]:
        for person in (domain["accessManager"], *domain["coAccessManagers"]):
            person.pop("email", None)
            person.pop("language", None)
    assert life.preview(retained("accessManagers")) == "same"
    assert life.outs["baseline"] == now


def managed_user(*keys: str) -> list[str]:
    return [f"{DOMAIN}/{ssin(key)}" for key in keys]


def test_people_whom_the_declaration_manages_are_not_watched(portal: Portal) -> None:
    """R23, R24: they have resources of their own, which say what changes."""
    everybody = len(adopted("users").outs["baseline"])
    managed = {"managed": managed_user("lea.goossens")}
    life = adopted("users", **managed)
    assert len(life.outs["baseline"]) == everybody - 1
    by_hand.unblock_user("lea.goossens")(portal)
    assert life.preview(retained("users", **managed)) == "same"
    by_hand.remove_user("lea.goossens")(portal)
    assert life.preview(retained("users", **managed)) == "same"


def test_the_same_person_in_another_domain_is_watched(portal: Portal) -> None:
    managed = {"managed": managed_user("lea.goossens")}
    by_hand.add_user("lea.goossens", "woonzorg")(portal)
    life = adopted("users", **managed)
    users = f"{ACCESS}/domains/woonzorg/users"
    (user,) = [u for u in portal.by_hand(GALMAARDEN).get_items(users) if u["ssin"] == ssin("lea.goossens")]
    clear(f"{users}/{user['id']}")(portal)
    assert life.preview(retained("users", **managed)) == "update"
    assert life.outs["status"] == f"woonzorg/{user['id']}: missing"


def test_who_is_managed_from_now_on_leaves_the_baseline(portal: Portal) -> None:
    life = adopted("users")
    managed = {"managed": managed_user("lea.goossens")}
    assert life.up(retained("users", **managed)) == "update"
    by_hand.remove_user("lea.goossens")(portal)
    assert life.preview(retained("users", **managed)) == "same"
    assert life.outs["status"] == UNCHANGED


def test_who_is_released_joins_the_baseline_as_found_then(portal: Portal) -> None:
    """What the declaration no longer manages is retained from then on."""
    life = adopted("users", managed=managed_user("lea.goossens"))
    by_hand.unblock_user("lea.goossens")(portal)
    assert life.up(retained("users")) == "update"
    assert life.preview(retained("users")) == "same"
    by_hand.block_user("lea.goossens")(portal)
    assert life.preview(retained("users")) == "update"
    assert "blocked was false, is true" in life.outs["status"]


def test_a_release_absorbs_no_other_change(portal: Portal) -> None:
    life = adopted("users", managed=managed_user("lea.goossens"))
    by_hand.add_user("somebody.else")(portal)
    for _ in range(2):
        assert life.up(retained("users")) == "update"
        assert life.outs["status"] == f"{DOMAIN}/{by_hand.user_id(portal, 'somebody.else')}: added"


def test_access_managers_are_managed_by_domain(portal: Portal) -> None:
    managed = {"managed": [DOMAIN]}
    life = adopted("accessManagers", **managed)
    assert [item["place"] for item in life.outs["baseline"]] == ["woonzorg"]
    by_hand.managers(DOMAIN, "jan.janssens")(portal)
    assert life.preview(retained("accessManagers", **managed)) == "same"
    assert life.up(retained("accessManagers")) == "update"
    assert {item["place"] for item in life.outs["baseline"]} == {"woonzorg", DOMAIN}
    assert life.preview(retained("accessManagers")) == "same"


def in_domains(life: ResourceHarness) -> set[str]:
    return {item["place"].partition("/")[0] for item in life.outs["baseline"]}


def test_a_domain_that_is_cleaned_up_is_not_watched_and_others_are(portal: Portal) -> None:
    """R24: what one resource removes no other one misses."""
    cleaned = {"managed": [f"{DOMAIN}/*"]}
    life = adopted("users", **cleaned)
    assert in_domains(life) == {"woonzorg"}
    by_hand.remove_user("lea.goossens")(portal)
    by_hand.add_user("somebody.else")(portal)
    assert life.preview(retained("users", **cleaned)) == "same"
    by_hand.add_user("somebody.else", "woonzorg")(portal)
    assert life.preview(retained("users", **cleaned)) == "update"
    assert life.outs["status"].startswith("woonzorg/")


def test_who_was_cleaned_up_before_the_baseline_learns_of_it_is_not_missed(portal: Portal) -> None:
    """In one `up`, the clean-up may come first."""
    life = adopted("users")
    by_hand.remove_user("lea.goossens")(portal)
    cleaned = retained("users", managed=[f"{DOMAIN}/*"])
    life.update(cleaned)
    assert life.outs["status"] == UNCHANGED
    assert life.preview(cleaned) == "same"


def test_when_the_clean_up_leaves_the_declaration_who_is_there_is_watched_again(portal: Portal) -> None:
    declared = managed_user("lea.goossens")
    life = adopted("users", managed=[*declared, f"{DOMAIN}/*"])
    managed = {"managed": declared}
    assert life.up(retained("users", **managed)) == "update"
    assert in_domains(life) == {"woonzorg", DOMAIN}
    lea = f"{DOMAIN}/{by_hand.user_id(portal, 'lea.goossens')}"
    assert lea not in {item["place"] for item in life.outs["baseline"]}
    assert life.preview(retained("users", **managed)) == "same"
    by_hand.add_user("somebody.else")(portal)
    assert life.preview(retained("users", **managed)) == "update"
