"""OCMW-configuratie (R47–R59): four screens, each saved as a whole."""

from __future__ import annotations

from typing import ClassVar

import pytest

from providers import session
from providers.configuration import (
    ContactDetailsProvider,
    MutationsProvider,
    OcmwOnlineProvider,
    TechnicalProvidersProvider,
)
from schemas.errors import GuardRefused
from tests.providers.conftest import Portal
from tests.providers.contract import CONFIGURATION, Contract
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness, to_provider

GALMAARDEN = "0212212343"


class TestMutations(Contract):
    """R48–R50: ticks, so that one that changes shows by its name."""

    provider = MutationsProvider
    path = f"{CONFIGURATION}/mutations"

    def declared(self) -> Props:
        ticked = {"address": True, "death": True, "name": False, "nationality": False}
        return {
            "organization": PAJOTTEGEM,
            "centre": "Pajottegem",
            "ticked": ticked,
            "exceptions": dict.fromkeys(ticked, "2999-12-31"),
        }

    def otherwise(self) -> Props:
        return self.declared() | {"ticked": self.declared()["ticked"] | {"death": False, "name": True}}

    def alike(self) -> Props:
        ticked = dict(reversed(self.declared()["ticked"].items()))
        return self.declared() | {"ticked": ticked, "website": None}

    def body(self, declared: Props) -> Props:
        return {"receive": [code for code, ticked in declared["ticked"].items() if ticked]}

    def saved(self, declared: Props) -> Props:
        return self.body(declared)

    def assert_live(self, portal: Portal, declared: Props) -> None:
        live = self.live(portal)
        assert live is not None
        assert sorted(live["receive"]) == sorted(self.body(declared)["receive"])

    def test_one_ticked_by_hand_shows_by_its_name_and_is_unticked(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        portal.save(PAJOTTEGEM, self.path, {"receive": ["address", "death", "name", "nationality"]})
        assert made.preview(self.declared()) == "update"
        shown = {"address": True, "death": True, "name": True, "nationality": True}
        assert made.outs["ticked"] == made.inputs["ticked"] == shown
        made.update(self.declared())
        self.assert_live(portal, self.declared())

    def test_a_type_that_the_declaration_cannot_know_stays_ticked(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """R50: one that the portal added since; unticking it would lose mutations for good."""
        portal.save(
            PAJOTTEGEM, self.path, {"receive": [*self.body(self.declared())["receive"], "civilStatus"]}
        )
        assert made.preview(self.declared()) == "same"
        assert made.up(self.otherwise()) == "update"
        live = self.live(portal)
        assert live is not None
        assert "civilStatus" in live["receive"]

    def test_none_can_be_received(self, made: ResourceHarness, portal: Portal) -> None:
        """R48: the declaration says `none`; the portal keeps an empty selection, not "never saved"."""
        none = self.declared() | {"ticked": dict.fromkeys(self.declared()["ticked"], False)}
        assert made.up(none) == "update"
        live = self.live(portal)
        assert live is not None
        assert live["receive"] == []
        assert made.preview(none) == "same"

    def test_what_the_portal_had_before_the_fusion_is_left_by_destroy(self, portal: Portal) -> None:
        """`createdBy` portal: it was there before anybody declared it."""
        path = f"/REST/ocmwConfiguration/v1/organizations/{GALMAARDEN}/mutations"
        life = ResourceHarness(MutationsProvider())
        outs = life.create({"organization": GALMAARDEN, "ticked": {"address": True}})
        assert (outs["origin"], outs["createdBy"]) == ("adopted", "portal")
        life.delete()
        assert portal.get(GALMAARDEN, path) is not None


class TestUntickedTypes:
    """R50: a type that the portal receives is not unticked without an exception, whoever ticked it."""

    path = TestMutations.path

    def declared(self, *ticked: str, until: str = "", **more: Props) -> Props:
        types = ("address", "death", "name")
        props = {
            "organization": PAJOTTEGEM,
            "centre": "Pajottegem",
            "ticked": {code: code in ticked for code in types},
        }
        return props | ({"exceptions": {"death": until}} if until else {}) | more

    def refusals(self, olds: Props, news: Props) -> list[str]:
        session.forget()
        checked = MutationsProvider().check(to_provider(olds), to_provider(news))
        return [failure.reason for failure in checked.failures]

    @pytest.fixture
    def life(self, portal: Portal) -> ResourceHarness:
        life = ResourceHarness(MutationsProvider())
        life.create(self.declared("address", "death"))
        return life

    def test_it_is_refused_in_preview_and_up_with_the_line_that_lets_it_through(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        fewer, writes = self.declared("address"), portal.writes()
        (reason,) = self.refusals(life.inputs, fewer)
        assert reason.startswith("Pajottegem receives death now, and the file unticks 1 type: ")
        assert "(R50; safety rule untickedType). Nothing is unticked. Tick it" in reason
        line = "  - {rule: untickedType, centre: Pajottegem, item: death, reason: …, until: 2025-02-10}"
        assert reason.endswith(f"\nexceptions:\n{line}")
        with pytest.raises(GuardRefused, match="untickedType"):
            life.provider.update(life.id, to_provider(life.outs), to_provider(fewer))
        assert portal.writes() == writes

    @pytest.mark.parametrize(("until", "refused"), [("2025-02-02", 1), ("2025-02-03", 0)])
    def test_an_exception_counts_until_its_day(self, life: ResourceHarness, until: str, refused: int) -> None:
        reasons = self.refusals(life.inputs, self.declared("address", until=until))
        assert len(reasons) == refused
        assert all(f"the exception for death ended on {until}" in reason for reason in reasons)

    def test_also_at_a_portal_that_no_state_knows(self, portal: Portal) -> None:
        """And not where nothing was received: a new centre's selection ticks nothing."""
        assert self.refusals({}, self.declared("address")) == []
        portal.save(PAJOTTEGEM, self.path, {"receive": ["death"]})
        assert len(self.refusals({}, self.declared("address"))) == 1

    def test_also_one_that_somebody_ticked_by_hand(self, life: ResourceHarness, portal: Portal) -> None:
        portal.save(PAJOTTEGEM, self.path, {"receive": ["address", "death", "name"]})
        life.refresh()
        (reason,) = self.refusals(life.inputs, self.declared("address", "death"))
        assert "receives name now" in reason


class TestTechnicalProviders(Contract):
    """R52."""

    provider = TechnicalProvidersProvider
    path = f"{CONFIGURATION}/technicalProviders"
    tom: ClassVar = {"name": "Tom Maes", "phone": "+3254891021", "email": "tom.maes@pajottegem.example"}
    helpdesk: ClassVar = {"name": "Helpdesk", "phone": "+3225551212", "email": "helpdesk@socius.example"}

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "network": "publinet",
            "socialFile": {"supplier": "socius", "product": "Socius Dossier"},
            "contacts": [self.tom, self.helpdesk],
        }

    def otherwise(self) -> Props:
        return self.declared() | {"socialFile": {"supplier": "socius", "product": "Socius Online"}}

    def alike(self) -> Props:
        return self.declared() | {
            "contacts": [self.helpdesk, self.tom | {"email": "Tom.Maes@pajottegem.example"}]
        }

    def test_a_contact_person_can_go(self, made: ResourceHarness, portal: Portal) -> None:
        fewer = self.declared() | {"contacts": [self.helpdesk]}
        assert made.up(fewer) == "update"
        self.assert_live(portal, fewer)


class TestContactDetails(Contract):
    """R53, R54; R59: it opens later than the rest."""

    provider = ContactDetailsProvider
    path = f"{CONFIGURATION}/contactDetails"
    opens = "2025-01-13"

    def declared(self) -> Props:
        return {
            "organization": PAJOTTEGEM,
            "street": {
                "nl": "Ninoofsesteenweg 116",
                "fr": "Chaussée de Ninove 116",
                "de": "Ninover Straße 116",
            },
            "city": {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"},
            "postcode": "1755",
            "phone": "+3254891000",
            "email": "welzijn@pajottegem.example",
        }

    def otherwise(self) -> Props:
        return self.declared() | {"street": self.declared()["street"] | {"fr": "Rue de Ninove 116"}}

    def alike(self) -> Props:
        return self.declared() | {"email": "Welzijn@Pajottegem.example", "website": None}

    def body(self, declared: Props) -> Props:
        return {name: value for name, value in super().body(declared).items() if value is not None}

    def test_a_website_that_is_no_longer_declared_goes(self, made: ResourceHarness, portal: Portal) -> None:
        """A present section is complete for what it lists."""
        made.up(self.declared() | {"website": "https://www.pajottegem.example"})
        assert made.up(self.declared()) == "update"
        live = self.live(portal)
        assert live is not None
        assert "website" not in live

    def test_a_website_that_somebody_added_is_drift(self, made: ResourceHarness, portal: Portal) -> None:
        portal.save(
            PAJOTTEGEM, self.path, self.body(self.declared()) | {"website": "https://elsewhere.example"}
        )
        assert made.preview(self.declared()) == "update"
        assert made.inputs["website"] == "https://elsewhere.example"

    def test_it_opens_later_than_the_rest(self, portal: Portal) -> None:
        """R59: the number is active, the copy is made, this screen is not open."""
        portal.restart("2025-01-02")
        life = ResourceHarness(self.provider())
        waiting = life.create(self.declared())["waiting"]
        assert waiting["rule"] == "R59"
        assert waiting["until"] == "2025-01-13"


class TestOcmwOnline(Contract):
    """R55–R58."""

    provider = OcmwOnlineProvider
    path = f"{CONFIGURATION}/ocmwOnline"
    opens = "2025-01-13"

    def declared(self) -> Props:
        email = "hulpaanvragen@pajottegem.example"
        return {
            "organization": PAJOTTEGEM,
            "newRequests": {"enabled": True, "email": email},
            "unreadReminders": {"enabled": True, "email": email, "delayDays": 2, "frequencyDays": 1},
        }

    def otherwise(self) -> Props:
        return self.declared() | {"unreadReminders": self.declared()["unreadReminders"] | {"delayDays": 7}}

    def alike(self) -> Props:
        return self.declared() | {
            "newRequests": {"enabled": True, "email": "Hulpaanvragen@Pajottegem.example"}
        }

    def test_days_are_whole_numbers_for_the_portal(self, made: ResourceHarness, portal: Portal) -> None:
        """The engine's wire knows no integers: 2 comes as 2.0."""
        live = self.live(portal)
        assert live is not None
        assert repr(live["unreadReminders"]["delayDays"]) == "2"

    def test_no_notification_needs_no_address(self, made: ResourceHarness, portal: Portal) -> None:
        silent = {
            "organization": PAJOTTEGEM,
            "newRequests": {"enabled": False},
            "unreadReminders": {"enabled": False},
        }
        assert made.up(silent) == "update"
        self.assert_live(portal, silent)
        assert made.preview(silent) == "same"
