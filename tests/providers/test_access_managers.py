"""Chief access managers (HTB) and access managers (TB) of a domain (R12–R17)."""

from __future__ import annotations

import pytest

from emulator.systems.access_management import store as access_store
from providers.access import AccessManagersProvider, ChiefAccessManagersProvider
from tests.providers.conftest import OURS, Portal
from tests.providers.contract import ACCESS, Contract
from tests.providers.people import chiefs, managers, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness
from tests.support import portal_tables


def without_chiefs(portal: Portal) -> None:
    """As no portal shows a centre: it has chiefs when access opens (R15), and nobody can take the last one away."""
    portal_tables.delete_resources(portal.database, access_store.CHIEFS, PAJOTTEGEM)


class TestChiefAccessManagers(Contract):
    provider = ChiefAccessManagersProvider
    path = f"{ACCESS}/chiefAccessManagers"

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "chiefAccessManagers": ["els.peeters", "griet.vandenbossche"],
            "people": chiefs("els.peeters", "griet.vandenbossche", "luc.hermans"),
        }

    def otherwise(self) -> Props:
        return self.declared() | {"chiefAccessManagers": ["els.peeters", "luc.hermans"]}

    def alike(self) -> Props:
        return self.declared() | {"chiefAccessManagers": ["griet.vandenbossche", "els.peeters"]}

    def body(self, declared: Props) -> Props:
        people = [declared["people"][key] for key in declared["chiefAccessManagers"]]
        return {"chiefAccessManagers": people}

    def assert_live(self, portal: Portal, declared: Props) -> None:
        live = self.live(portal)
        assert live is not None
        found = {person["ssin"] for person in live["chiefAccessManagers"]}
        assert found == {ssin(key) for key in declared["chiefAccessManagers"]}

    @pytest.fixture
    def life(self, portal: Portal) -> ResourceHarness:
        without_chiefs(portal)
        return ResourceHarness(self.provider())

    def clear_by_hand(self, portal: Portal) -> None:
        without_chiefs(portal)

    def test_destroy_takes_away_what_we_made(self, made: ResourceHarness, portal: Portal) -> None:
        """Not so here: a centre is never without one, so destroy leaves them."""
        assert made.outs["createdBy"] == OURS
        before = portal.writes()
        made.delete()
        self.assert_live(portal, self.declared())
        assert portal.writes() == before

    def test_those_whom_the_rsz_added_are_adopted(self, portal: Portal) -> None:
        """R15: by then all of the merging centres' chiefs are there."""
        life = ResourceHarness(self.provider())
        outs = life.create(self.declared())
        assert (outs["origin"], outs["createdBy"]) == ("adopted", "rsz")
        self.assert_live(portal, self.declared())

    def test_somebody_whom_no_key_names_shows_by_the_portals_own_id(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """No INSZ in a plan: `portal:` and the start of the person's id at the portal."""
        stranger = {"ssin": ssin("somebody.else")}
        portal.save(
            PAJOTTEGEM, self.path, {"chiefAccessManagers": [*chiefs("els.peeters").values(), stranger]}
        )
        assert made.preview(self.declared()) == "update"
        known, unknown = made.outs["chiefAccessManagers"]
        assert known == "els.peeters"
        live = self.live(portal)
        assert live is not None
        assert unknown == f"portal:{live['chiefAccessManagers'][1]['personId'][:8]}"
        assert ssin("somebody.else") not in str(made.outs)

    def test_a_corrected_insz_behind_a_key_is_a_change(self, made: ResourceHarness) -> None:
        right = self.declared()
        key = right["chiefAccessManagers"][0]
        right["people"] = right["people"] | {key: {"ssin": ssin("somebody.corrected")}}
        assert made.up(right) == "update"


class TestAccessManagers(Contract):
    provider = AccessManagersProvider
    path = f"{ACCESS}/domains/maatschappelijkWelzijn/accessManagers"

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "domain": "maatschappelijkWelzijn",
            "accessManager": "jan.janssens",
            "coAccessManagers": ["an.claes", "sofie.wouters"],
            "people": managers("jan.janssens", "an.claes", "sofie.wouters"),
        }

    def otherwise(self) -> Props:
        return self.declared() | {"accessManager": "sofie.wouters", "coAccessManagers": ["an.claes"]}

    def alike(self) -> Props:
        people = self.declared()["people"]
        people["an.claes"]["email"] = "An.Claes@ocmw.example"
        return self.declared() | {"coAccessManagers": ["sofie.wouters", "an.claes"], "people": people}

    def as_they_are(self) -> Props:
        """A declaration that says nothing of co-managers."""
        return {
            "organization": PAJOTTEGEM,
            "domain": "maatschappelijkWelzijn",
            "accessManager": "jan.janssens",
            "people": managers("jan.janssens"),
        }

    def body(self, declared: Props) -> Props:
        people = declared["people"]
        return {
            "accessManager": people[declared["accessManager"]],
            "coAccessManagers": [people[key] for key in declared.get("coAccessManagers") or ()],
        }

    def assert_live(self, portal: Portal, declared: Props) -> None:
        live = self.live(portal)
        assert live is not None
        manager = {name: value for name, value in live["accessManager"].items() if name != "personId"}
        assert manager == self.body(declared)["accessManager"]
        assert self.co_managers(portal) == {ssin(key) for key in declared["coAccessManagers"]}

    def co_managers(self, portal: Portal) -> set[str]:
        live = self.live(portal)
        assert live is not None
        return {person["ssin"] for person in live["coAccessManagers"]}

    def test_co_managers_that_are_not_declared_stay_as_they_are(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        """R17: absent in the declaration is untouched, their addresses too."""
        self.set_by_hand(portal, self.otherwise())
        life.create(self.as_they_are())
        live = self.live(portal)
        assert live is not None
        assert live["accessManager"]["ssin"] == ssin("jan.janssens")
        (co_manager,) = live["coAccessManagers"]
        del co_manager["personId"]
        assert co_manager == managers("an.claes")["an.claes"]
        assert life.preview(self.as_they_are()) == "same"

    def test_a_co_manager_whom_somebody_adds_is_then_no_drift(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        life.create(self.as_they_are())
        self.set_by_hand(portal, self.declared())
        assert life.preview(self.as_they_are()) == "same"

    def test_none_is_said_and_then_nobody_is_left(self, made: ResourceHarness, portal: Portal) -> None:
        none = self.declared() | {"coAccessManagers": []}
        assert made.up(none) == "update"
        assert self.co_managers(portal) == set()
        assert made.preview(none) == "same"

    def test_none_is_seen_also_where_nothing_was_said_before(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        self.set_by_hand(portal, self.otherwise())
        life.create(self.as_they_are())
        none = self.as_they_are() | {"coAccessManagers": []}
        assert life.up(none) == "update"
        assert self.co_managers(portal) == set()
        assert life.preview(none) == "same"

    def test_a_co_manager_added_to_none_is_drift(self, life: ResourceHarness, portal: Portal) -> None:
        none = self.declared() | {"coAccessManagers": []}
        life.create(none)
        self.set_by_hand(portal, self.declared())
        assert life.preview(none) == "update"
        assert sorted(life.outs["coAccessManagers"]) == ["an.claes", "sofie.wouters"]

    def test_a_changed_address_is_drift(self, made: ResourceHarness, portal: Portal) -> None:
        """R16: the data that come with an appointment are declared as well."""
        moved = self.declared()
        moved["people"]["an.claes"]["email"] = "an@elsewhere.example"
        self.set_by_hand(portal, moved)
        assert made.preview(self.declared()) == "update"
        made.update(self.declared())
        live = self.live(portal)
        assert live is not None
        assert "an.claes@ocmw.example" in {person["email"] for person in live["coAccessManagers"]}

    def test_a_corrected_insz_behind_a_key_is_a_change(self, made: ResourceHarness, portal: Portal) -> None:
        """The secrets file was put right: the portal has somebody else under that key."""
        right = self.declared()
        right["people"]["jan.janssens"]["ssin"] = ssin("jan.peeters")
        assert made.up(right) == "update"
        live = self.live(portal)
        assert live is not None
        assert live["accessManager"]["ssin"] == ssin("jan.peeters")

    def test_a_manager_whom_no_key_names_shows_by_the_portals_own_id(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        stranger = {"accessManager": {"ssin": ssin("somebody.else")}, "coAccessManagers": []}
        portal.save(PAJOTTEGEM, self.path, stranger)
        assert made.preview(self.declared()) == "update"
        assert made.outs["accessManager"].startswith("portal:")
        assert ssin("somebody.else") not in str(made.outs)
        made.update(self.declared())
        self.assert_live(portal, self.declared())

    def test_each_domain_has_its_own(self, made: ResourceHarness, portal: Portal) -> None:
        assert made.diff(self.declared() | {"domain": "woonzorg"}).replaces == ["domain"]
        assert portal.get(PAJOTTEGEM, f"{ACCESS}/domains/woonzorg/accessManagers") is None

    def test_a_promoted_co_manager_is_no_longer_one(self, portal: Portal) -> None:
        """R16: where the declaration leaves the co-managers as they are."""
        self.set_by_hand(portal, self.otherwise() | {"coAccessManagers": ["jan.janssens", "an.claes"]})
        as_they_are = {name: value for name, value in self.declared().items() if name != "coAccessManagers"}
        ResourceHarness(self.provider()).create(as_they_are)
        live = self.live(portal)
        assert live is not None
        assert [manager["ssin"] for manager in live["coAccessManagers"]] == [ssin("an.claes")]
