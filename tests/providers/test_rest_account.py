"""The REST account (R33–R36): with a certificate of one's own, or asked of the supplier, who accepts or refuses."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from emulator import controls
from providers.chaman import RestAccountProvider
from schemas.errors import AlreadyExists, PortalRefused
from tests.providers.chaman_files import certificate
from tests.providers.conftest import OURS, Portal
from tests.providers.contract import CHAMAN, SENDER, Contract
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness

NAME = "OCMW Online"
ACCOUNT = f"{CHAMAN}/restAccounts/{quote(NAME)}"
REQUEST = f"{CHAMAN}/delegationRequests/{quote(NAME)}"
OCMW_ONLINE = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]


def account(**management: str) -> Props:
    return {"organization": PAJOTTEGEM, "accountName": NAME, "authorizations": OCMW_ONLINE, **management}


def with_a_sender(portal: Portal) -> None:
    portal.save(PAJOTTEGEM, f"{CHAMAN}/sender", SENDER)


def upload(portal: Portal, file_name: str) -> None:
    file = {"content": certificate(file_name, self_signed=True)["content"], "usage": "rest"}
    portal.save(PAJOTTEGEM, f"{CHAMAN}/certificates/{file_name}", file)


class TestWithACertificateOfOnesOwn(Contract):
    provider = RestAccountProvider
    path = ACCOUNT

    def declared(self) -> Props:
        return account(certificate="own.cer")

    def otherwise(self) -> Props:
        return self.declared() | {"authorizations": [*OCMW_ONLINE, "integrationsConsult"]}

    def alike(self) -> Props:
        return self.declared() | {"authorizations": OCMW_ONLINE[::-1], "supplier": None}

    def body(self, declared: Props) -> Props:
        return {name: declared[name] for name in ("authorizations", "certificate")}

    def saved(self, declared: Props) -> Props:
        return self.body(declared) | {"management": "own"}

    def prepare(self, portal: Portal) -> None:
        with_a_sender(portal)
        upload(portal, "own.cer")
        upload(portal, "renewed.cer")

    def test_a_renewed_certificate_is_an_update(self, made: ResourceHarness, portal: Portal) -> None:
        renewed = account(certificate="renewed.cer")
        assert made.up(renewed) == "update"
        self.assert_live(portal, renewed)


class TestAskedOfTheSupplier(Contract):
    """While it awaits the answer, the request is what we made."""

    provider = RestAccountProvider
    path = REQUEST

    def declared(self) -> Props:
        return account(supplier="socius")

    def otherwise(self) -> Props:
        return account(supplier="welzijnsware")

    def alike(self) -> Props:
        return self.declared() | {"authorizations": OCMW_ONLINE[::-1], "certificate": None}

    def saved(self, declared: Props) -> Props:
        return self.body(declared) | {"status": "pending"}

    def prepare(self, portal: Portal) -> None:
        with_a_sender(portal)

    def body(self, declared: Props) -> Props:
        return {name: declared[name] for name in ("authorizations", "supplier")}

    def test_it_waits_for_the_supplier(self, made: ResourceHarness) -> None:
        """R35."""
        assert made.outs["status"] == "pending"
        assert made.outs["waiting"] == {
            "reason": "waits for the supplier's answer to the delegation request of 2025-02-03",
            "rule": "R35",
            "whom": "socius",
        }

    def test_smals_is_nobody_to_ask(self, life: ResourceHarness) -> None:
        """R34."""
        with pytest.raises(PortalRefused, match=r"REST account 1010784738 OCMW Online: .*R34"):
            life.create(account(supplier="smals"))


class TestAnswered:
    """What the supplier's answer makes of it (R36)."""

    @pytest.fixture
    def life(self, portal: Portal) -> ResourceHarness:
        with_a_sender(portal)
        life = ResourceHarness(RestAccountProvider())
        life.create(account(supplier="socius"))
        return life

    @pytest.fixture
    def accepted(self, life: ResourceHarness, portal: Portal) -> ResourceHarness:
        controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, True)
        return life

    @pytest.fixture
    def refused(self, life: ResourceHarness, portal: Portal) -> ResourceHarness:
        controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, False, "no contract")
        return life

    def status(self, portal: Portal) -> object:
        request = portal.get(PAJOTTEGEM, REQUEST)
        return request and request["status"]

    def test_accepted_ends_the_waiting_and_is_no_change(self, accepted: ResourceHarness) -> None:
        assert accepted.preview(account(supplier="socius")) == "same"
        assert (accepted.outs["status"], accepted.outs["management"]) == ("accepted", "external")
        assert accepted.outs["waiting"] == {}
        assert accepted.inputs == account(supplier="socius")

    def test_an_accepted_one_is_adopted_without_a_write(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        before = portal.writes()
        outs = ResourceHarness(RestAccountProvider()).create(account(supplier="socius"))
        assert (outs["origin"], outs["status"], outs["createdBy"]) == ("adopted", "accepted", OURS)
        assert portal.writes() == before

    def test_its_authorizations_can_be_changed_and_its_certificate_stays_the_suppliers(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        more = account(supplier="socius") | {"authorizations": [*OCMW_ONLINE, "integrationsConsult"]}
        before = portal.get(PAJOTTEGEM, ACCOUNT)
        assert accepted.up(more) == "update"
        live = portal.get(PAJOTTEGEM, ACCOUNT)
        assert before is not None
        assert live is not None
        assert live["authorizations"] == more["authorizations"]
        assert (live["certificate"], live["management"]) == (before["certificate"], "external")
        assert accepted.outs["status"] == "accepted"
        assert accepted.preview(more) == "same"

    def test_the_suppliers_new_certificate_is_no_drift(self, accepted: ResourceHarness) -> None:
        """R38: it is the supplier's to change, and no part of what we declare."""
        accepted.refresh()
        assert "certificate" not in accepted.inputs

    def test_an_account_deleted_since_is_asked_for_again(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        portal.clear(PAJOTTEGEM, ACCOUNT)
        assert self.status(portal) == "accepted"
        assert accepted.up(account(supplier="socius")) == "create"
        assert self.status(portal) == "pending"
        assert accepted.outs["waiting"]["whom"] == "socius"

    def test_destroy_takes_away_request_and_account(self, accepted: ResourceHarness, portal: Portal) -> None:
        """We asked for it: that the supplier made the account does not make it stay."""
        accepted.refresh()
        accepted.delete()
        assert portal.get(PAJOTTEGEM, ACCOUNT) is None
        assert portal.get(PAJOTTEGEM, REQUEST) is None

    def test_a_refusal_keeps_its_reason_and_is_not_asked_again_by_itself(
        self, refused: ResourceHarness, portal: Portal
    ) -> None:
        """R36: the program makes an error of it; asking the same again is a person's decision. Until then each preview
        shows it as a change, which writes nothing."""
        before = portal.writes()
        for _ in range(2):
            assert refused.preview(account(supplier="socius")) == "update"
            refused.update(account(supplier="socius"))
            assert refused.inputs["refused"] == "no contract", "so that a preview knows it in words"
        assert portal.writes() == before
        assert (refused.outs["status"], refused.outs["refused"]) == ("refused", "no contract")
        assert refused.outs["waiting"] == {}
        assert self.status(portal) == "refused"

    def test_a_new_date_asks_a_supplier_again_who_refused(
        self, refused: ResourceHarness, portal: Portal
    ) -> None:
        again = account(supplier="socius", askedAgainOn="2025-02-03")
        assert refused.up(again) == "update"
        assert self.status(portal) == "pending"
        assert (refused.outs["status"], refused.outs["refused"]) == ("pending", "")
        assert refused.inputs.get("refused") is None
        assert refused.preview(again) == "same"

    def test_the_date_stays_and_asks_only_once(self, refused: ResourceHarness, portal: Portal) -> None:
        again = account(supplier="socius", askedAgainOn="2025-02-03")
        refused.up(again)
        controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, False)
        before = portal.writes()
        assert refused.up(again) == "update"
        assert portal.writes() == before
        assert self.status(portal) == "refused"

    def test_a_date_without_a_refusal_asks_nobody(self, accepted: ResourceHarness, portal: Portal) -> None:
        before = portal.writes()
        accepted.up(account(supplier="socius", askedAgainOn="2025-02-03"))
        assert portal.writes() == before

    def test_another_supplier_can_be_asked_after_a_refusal(
        self, refused: ResourceHarness, portal: Portal
    ) -> None:
        assert refused.up(account(supplier="welzijnsware")) == "update"
        assert self.status(portal) == "pending"
        assert refused.outs["waiting"]["whom"] == "welzijnsware"

    def test_another_supplier_after_acceptance_takes_the_old_account_away(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        assert accepted.up(account(supplier="welzijnsware")) == "update"
        assert portal.get(PAJOTTEGEM, ACCOUNT) is None
        assert self.status(portal) == "pending"
        controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, True)
        assert accepted.preview(account(supplier="welzijnsware")) == "same"
        assert accepted.outs["management"] == "external"

    def test_a_refused_request_found_without_state_is_asked_again(
        self, refused: ResourceHarness, portal: Portal
    ) -> None:
        outs = ResourceHarness(RestAccountProvider()).create(account(supplier="socius"))
        assert (outs["status"], self.status(portal)) == ("pending", "pending")

    def test_a_request_with_a_reason_of_nobody_has_none(self, life: ResourceHarness, portal: Portal) -> None:
        controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, False)
        life.refresh()
        assert life.outs["refusalReason"] == ""

    def test_from_the_suppliers_to_ones_own_is_a_replacement_and_the_old_goes_first(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        upload(portal, "own.cer")
        own = account(certificate="own.cer")
        accepted.refresh()
        result = accepted.diff(own)
        assert (result.replaces, result.delete_before_replace) == (["supplier"], True)
        assert accepted.up(own) == "replace"
        live = portal.get(PAJOTTEGEM, ACCOUNT)
        assert live is not None
        assert (live["management"], live["certificate"]) == ("own", "own.cer")
        assert accepted.preview(own) == "same"

    def test_under_another_name_the_new_one_comes_first(
        self, accepted: ResourceHarness, portal: Portal
    ) -> None:
        upload(portal, "own.cer")
        accepted.refresh()
        result = accepted.diff(account(certificate="own.cer") | {"accountName": "REST"})
        assert (result.replaces, result.delete_before_replace) == (["accountName", "supplier"], False)

    def test_from_ones_own_to_the_suppliers_as_well(self, portal: Portal) -> None:
        with_a_sender(portal)
        upload(portal, "own.cer")
        life = ResourceHarness(RestAccountProvider())
        life.create(account(certificate="own.cer"))
        assert life.up(account(supplier="socius")) == "replace"
        assert portal.get(PAJOTTEGEM, ACCOUNT) is None
        assert self.status(portal) == "pending"


def test_an_own_account_in_the_way_of_a_request_says_so(portal: Portal) -> None:
    with_a_sender(portal)
    upload(portal, "own.cer")
    portal.save(PAJOTTEGEM, ACCOUNT, {"authorizations": OCMW_ONLINE, "certificate": "own.cer"})
    with pytest.raises(AlreadyExists, match="There is a REST account of this name"):
        ResourceHarness(RestAccountProvider()).create(account(supplier="socius"))


def test_a_request_in_the_way_of_an_own_account_says_so(portal: Portal) -> None:
    with_a_sender(portal)
    upload(portal, "own.cer")
    portal.save(PAJOTTEGEM, REQUEST, {"authorizations": OCMW_ONLINE, "supplier": "socius"})
    with pytest.raises(AlreadyExists, match="delegation request waits"):
        ResourceHarness(RestAccountProvider()).create(account(certificate="own.cer"))


def test_an_account_whose_accepted_request_was_deleted_is_adopted(portal: Portal) -> None:
    """R36: the supplier's account stays when the request goes."""
    with_a_sender(portal)
    portal.save(PAJOTTEGEM, REQUEST, {"authorizations": OCMW_ONLINE, "supplier": "socius"})
    controls.answer_delegation(portal.database, PAJOTTEGEM, NAME, accept=True)
    portal.by_hand(PAJOTTEGEM).delete(REQUEST, portal.by_hand(PAJOTTEGEM).get(REQUEST).etag)
    outs = ResourceHarness(RestAccountProvider()).create(account(supplier="socius"))
    assert (outs["origin"], outs["status"], outs["waiting"]) == ("adopted", "accepted", {})
