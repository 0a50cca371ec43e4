"""A user of a domain: added by INSZ, with ticked applications, blocked and unblocked (R19–R21)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import controls
from providers.access import UserProvider
from tests.providers.conftest import OURS, Meanwhile, Portal
from tests.providers.contract import ACCESS, Contract
from tests.providers.people import ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness

KEY = "nele.nieuw"
USERS = f"{ACCESS}/domains/maatschappelijkWelzijn/users"


class TestUser(Contract):
    provider = UserProvider
    path = USERS

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "domain": "maatschappelijkWelzijn",
            "person": KEY,
            "ssin": ssin(KEY),
            "applications": ["Uniek verslag", "E-Box Onderneming"],
            "roles": ["OCMW-configuratie"],
            "blocked": False,
        }

    def otherwise(self) -> Props:
        return self.declared() | {"applications": ["Uniek verslag"], "blocked": True}

    def alike(self) -> Props:
        return self.declared() | {"applications": ["E-Box Onderneming", "Uniek verslag"]}

    def blocked_only(self) -> Props:
        """A declaration that says nothing of applications and roles."""
        named = ("organization", "domain", "person", "ssin")
        return {name: self.declared()[name] for name in named} | {"blocked": True}

    def live(self, portal: Portal) -> Props | None:
        users = portal.by_hand(PAJOTTEGEM).get_items(USERS)
        return next((user for user in users if user["ssin"] == ssin(KEY)), None)

    def set_by_hand(self, portal: Portal, declared: Props) -> None:
        found = self.live(portal)
        if found is None:
            portal.by_hand(PAJOTTEGEM).add(USERS, self.body(declared))
        else:
            portal.save(PAJOTTEGEM, f"{USERS}/{found['id']}", self.body(declared))

    def clear_by_hand(self, portal: Portal) -> None:
        found = self.live(portal)
        assert found is not None
        portal.clear(PAJOTTEGEM, f"{USERS}/{found['id']}")

    def copied(self, portal: Portal) -> dict[str, Any]:
        """Somebody whom the RSZ copied (R15)."""
        users = portal.by_hand(PAJOTTEGEM).get_items(USERS)
        return next(user for user in users if user["createdBy"] == "rsz" and user["applications"])

    def test_the_portals_id_is_an_output(self, made: ResourceHarness, portal: Portal) -> None:
        live = self.live(portal)
        assert live is not None
        assert made.outs["portalId"] == live["id"]
        assert made.id == f"{PAJOTTEGEM}/User/maatschappelijkWelzijn/{KEY}"

    def test_no_insz_stands_in_a_path(self, made: ResourceHarness, portal: Portal) -> None:
        made.up(self.otherwise())
        made.delete()
        paths = {call["path"] for call in controls.journal(portal.database)}
        assert not [path for path in paths if ssin(KEY) in path or "***" in path]

    def test_applications_and_roles_that_are_not_declared_stay_as_they_are(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """R21: blocked for a time, keeping applications and roles."""
        assert made.up(self.blocked_only()) == "update"
        live = self.live(portal)
        assert live is not None
        assert (live["blocked"], live["applications"]) == (True, self.declared()["applications"])
        assert live["roles"] == ["OCMW-configuratie"]
        assert made.preview(self.blocked_only()) == "same"

    def test_one_who_is_new_and_declared_without_any_gets_none(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        life.create(self.blocked_only())
        live = self.live(portal)
        assert live is not None
        assert (live["applications"], live["roles"]) == ([], [])

    def test_none_is_said_and_then_all_is_unticked(self, made: ResourceHarness, portal: Portal) -> None:
        none = self.declared() | {"applications": [], "roles": []}
        assert made.up(none) == "update"
        live = self.live(portal)
        assert live is not None
        assert (live["applications"], live["roles"]) == ([], [])
        assert made.preview(none) == "same"

    def test_unblocked_after_the_absence(self, made: ResourceHarness, portal: Portal) -> None:
        made.up(self.declared() | {"blocked": True})
        assert made.up(self.declared()) == "update"
        self.assert_live(portal, self.declared())

    def test_a_user_whom_the_rsz_copied_is_adopted_and_left_by_destroy(self, portal: Portal) -> None:
        """R15: a destroy must not lock out people whose access the RSZ copied."""
        user = self.copied(portal)
        declared = self.declared() | {
            name: user[name] for name in ("ssin", "applications", "roles", "blocked")
        }
        before = portal.writes()
        life = ResourceHarness(self.provider())
        outs = life.create(declared | {"person": "one.copied"})
        assert (outs["origin"], outs["createdBy"], outs["portalId"]) == ("adopted", "rsz", user["id"])
        life.delete()
        assert portal.writes() == before
        assert portal.get(PAJOTTEGEM, f"{USERS}/{user['id']}") is not None

    def test_removed_and_added_again_under_another_id_is_found(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        self.clear_by_hand(portal)
        self.set_by_hand(portal, self.declared())
        live = self.live(portal)
        assert live is not None
        assert made.outs["portalId"] != live["id"]
        assert made.preview(self.declared()) == "same"
        assert made.outs["portalId"] == live["id"]

    def test_another_insz_behind_the_key_is_a_replacement(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """The key names somebody else now: that one is added, the first one goes."""
        other = self.declared() | {"ssin": ssin("nele.oud")}
        assert made.diff(other).replaces == ["ssin"]
        assert made.up(other) == "replace"
        assert self.live(portal) is None
        users = portal.by_hand(PAJOTTEGEM).get_items(USERS)
        (added,) = [user for user in users if user["ssin"] == ssin("nele.oud")]
        assert added["createdBy"] == OURS

    def test_another_domain_is_another_user(self, made: ResourceHarness) -> None:
        assert made.diff(self.declared() | {"domain": "woonzorg"}).replaces == ["domain"]

    def test_added_twice_at_once_is_one_user(
        self, life: ResourceHarness, portal: Portal, meanwhile: Meanwhile
    ) -> None:
        """409: the portal knows the INSZ already; who came first is adopted."""
        meanwhile(lambda: self.set_by_hand(portal, self.declared()))
        life.create(self.declared())
        assert portal.writes(PAJOTTEGEM) == ["POST 409"]

    def test_all_pages_of_users_are_looked_through(self, life: ResourceHarness, portal: Portal) -> None:
        """The portal gives a hundred a page: the 101st is found, and not added again."""
        hand = portal.by_hand(PAJOTTEGEM)
        for number in range(100):
            body = {"ssin": ssin(f"user.number{number}"), "applications": [], "roles": [], "blocked": False}
            hand.add(USERS, body)
        self.set_by_hand(portal, self.declared())
        assert life.create(self.declared())["origin"] == "adopted"
        assert portal.writes() == []

    def test_a_renamed_key_keeps_the_user(self, made: ResourceHarness, portal: Portal) -> None:
        """The engine makes the resource under the new key first, which adopts, and then deletes the old one."""
        ResourceHarness(self.provider()).create(self.declared() | {"person": "renamed.person"})
        made.delete(same_operation=True)
        assert self.live(portal) is not None


@pytest.mark.parametrize("key", ["portalId", "origin", "createdBy", "waiting"])
def test_what_the_portal_adds_is_no_input(portal: Portal, key: str) -> None:
    life = ResourceHarness(UserProvider())
    life.create(TestUser().declared())
    life.refresh()
    assert key in life.outs
    assert key not in life.inputs
