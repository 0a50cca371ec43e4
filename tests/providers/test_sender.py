"""The sender's contact data of the first sign-in (R28)."""

from __future__ import annotations

from providers.chaman import SenderContactProvider
from tests.providers.conftest import Portal
from tests.providers.contract import CHAMAN, SENDER, Contract
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness


class TestSenderContact(Contract):
    provider = SenderContactProvider
    path = f"{CHAMAN}/sender"

    def declared(self) -> Props:
        return {"organization": PAJOTTEGEM, **SENDER}

    def otherwise(self) -> Props:
        return self.declared() | {"phone": "+3225551212"}

    def alike(self) -> Props:
        return self.declared() | {"email": "ICT@Pajottegem.example"}

    def test_case_counts_in_a_name_also_with_an_at_sign(self, made: ResourceHarness, portal: Portal) -> None:
        made.up(self.declared() | {"name": "ICT@Pajottegem"})
        self.set_by_hand(portal, self.declared() | {"name": "ict@pajottegem"})
        assert made.preview(self.declared() | {"name": "ICT@Pajottegem"}) == "update"
        assert made.outs["name"] == "ict@pajottegem"

    def test_it_stays_while_somebody_elses_account_needs_it(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """R28: the portal refuses; a destroy must not hang on it for good."""
        request = {"authorizations": ["integrationsConsult"], "supplier": "socius"}
        portal.save(PAJOTTEGEM, f"{CHAMAN}/delegationRequests/Integraties", request)
        made.delete()
        assert self.live(portal) is not None
