"""REST accounts and the delegation of their certificates (R33-R36)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import controls
from emulator.core import problems
from tests.emulator.conftest import ALL_OF_OCMW_ONLINE, GALMAARDEN, SENDER, Acting, issues, problem
from tests.emulator.support.certificate_files import certificate

API = "chaman"
REQUEST, ACCOUNT = "/delegationRequests/OCMW%20Online", "/restAccounts/OCMW%20Online"
BODY: dict[str, Any] = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}


@pytest.fixture
def sender(pajottegem: Acting) -> Acting:
    assert pajottegem.create(API, "/sender", SENDER).status_code == 201
    return pajottegem


def decide(centre: Acting, accept: bool, reason: str | None = None) -> dict[str, Any]:
    return controls.answer_delegation(centre.portal.database, centre.number, "OCMW Online", accept, reason)


def test_r35_a_request_waits_for_its_supplier(sender: Acting) -> None:
    made = sender.create(API, REQUEST, BODY)
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["requestedOn"]) == ("pending", "2025-02-03")
    assert sender.get(API, ACCOUNT).status_code == 404
    assert sender.get(API, "/delegationRequests").json()["items"] == [made.json()]


def test_r36_acceptance_uploads_a_certificate_and_makes_the_account(sender: Acting) -> None:
    sender.create(API, REQUEST, BODY)
    decide(sender, accept=True)
    request, account = sender.get(API, REQUEST).json(), sender.get(API, ACCOUNT).json()
    assert (request["status"], request["decidedOn"]) == ("accepted", "2025-02-03")
    assert (account["management"], account["supplier"], account["createdBy"]) == (
        "external",
        "socius",
        "socius",
    )
    uploaded = sender.get(API, f"/certificates/{account['certificate']}").json()
    assert (uploaded["usage"], uploaded["selfSigned"], uploaded["createdBy"]) == ("rest", True, "socius")


def test_r36_a_refusal_has_a_reason_and_can_be_asked_again(sender: Acting) -> None:
    sender.create(API, REQUEST, BODY)
    decide(sender, accept=False, reason="geen contract")
    refused = sender.get(API, REQUEST).json()
    assert (refused["status"], refused["refusalReason"]) == ("refused", "geen contract")
    assert sender.get(API, ACCOUNT).status_code == 404
    again = sender.replace(API, REQUEST, {**BODY, "supplier": "welzijnsware"}).json()
    assert (again["status"], "refusalReason" in again, "decidedOn" in again) == ("pending", False, False)


def test_r36_an_answer_is_given_once_to_what_was_asked(sender: Acting) -> None:
    with pytest.raises(problems.Problem, match="delegation request"):
        decide(sender, accept=True)
    sender.create(API, REQUEST, BODY)
    decide(sender, accept=True)
    with pytest.raises(problems.Problem, match="answered"):
        decide(sender, accept=False)


def test_r36_an_accepted_request_is_settled_and_its_account_outlives_it(sender: Acting) -> None:
    sender.create(API, REQUEST, BODY)
    decide(sender, accept=True)
    assert problem(sender.replace(API, REQUEST, BODY)) == (409, "alreadyDecided")
    assert sender.delete(API, REQUEST).status_code == 204
    assert sender.get(API, ACCOUNT).status_code == 200
    # Its name is taken until it is deleted, as R36 allows.
    assert problem(sender.create(API, REQUEST, BODY)) == (409, "alreadyExists")
    assert sender.delete(API, ACCOUNT).status_code == 204
    assert sender.create(API, REQUEST, BODY).status_code == 201


def test_r34_the_supplier_keeps_the_certificate_of_an_external_account(sender: Acting) -> None:
    sender.create(API, REQUEST, BODY)
    decide(sender, accept=True)
    wider = {"authorizations": [*ALL_OF_OCMW_ONLINE, "integrationsConsult"]}
    changed = sender.replace(API, ACCOUNT, wider).json()
    assert (changed["authorizations"], changed["management"]) == (wider["authorizations"], "external")
    same = {**wider, "certificate": changed["certificate"]}
    assert sender.replace(API, ACCOUNT, same).status_code == 200
    sender.create(API, "/certificates/own.cer", {"content": certificate(), "usage": "rest"})
    answer = sender.replace(API, ACCOUNT, {**wider, "certificate": "own.cer"})
    assert issues(answer) == {("rejectedInput", "certificate", "R34")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"supplier": "smals"}, ("rejectedInput", "supplier", "R34")),
        ({"supplier": "acme"}, ("referencedResourceNotFound", "supplier", "R34")),
        ({"authorizations": []}, ("requiredInput", "authorizations", "R33")),
        ({"authorizations": ALL_OF_OCMW_ONLINE[:2]}, ("rejectedInput", "authorizations", "R33")),
        ({"authorizations": ["everything"]}, ("referencedResourceNotFound", "authorizations[0]", "R33")),
    ],
)
def test_r33_r34_what_cannot_be_asked(
    sender: Acting, changes: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert issues(sender.create(API, REQUEST, {**BODY, **changes})) == {expected}


def test_r33_an_account_of_ones_own_has_ones_own_certificate(sender: Acting) -> None:
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "certificate": "own.cer"}
    assert issues(sender.create(API, ACCOUNT, body)) == {("referencedResourceNotFound", "certificate", "R37")}
    assert issues(sender.create(API, ACCOUNT, {"authorizations": ALL_OF_OCMW_ONLINE})) == {
        ("requiredInput", "certificate", "R37")
    }
    sender.create(API, "/certificates/own.cer", {"content": certificate(self_signed=True), "usage": "rest"})
    made = sender.create(API, ACCOUNT, body)
    assert made.status_code == 201
    assert (made.json()["management"], "supplier" in made.json()) == ("own", False)
    assert sender.get(API, "/restAccounts").json()["items"] == [made.json()]


def test_r33_no_two_accounts_get_one_name(sender: Acting) -> None:
    sender.create(API, "/certificates/own.cer", {"content": certificate(), "usage": "rest"})
    own = {"authorizations": ALL_OF_OCMW_ONLINE, "certificate": "own.cer"}
    sender.create(API, REQUEST, BODY)
    assert problem(sender.create(API, ACCOUNT, own)) == (409, "alreadyExists")
    sender.delete(API, REQUEST)
    assert sender.create(API, ACCOUNT, own).status_code == 201
    assert problem(sender.create(API, REQUEST, BODY)) == (409, "alreadyExists")


def test_r39_a_disappearing_centre_has_its_external_account(galmaarden: Acting) -> None:
    account = galmaarden.get(API, ACCOUNT).json()
    assert account["management"] == "external"
    assert galmaarden.number == GALMAARDEN
    assert (
        galmaarden.get(API, f"/certificates/{account['certificate']}").json()["createdBy"]
        == account["supplier"]
    )
