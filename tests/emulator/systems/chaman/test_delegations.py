"""What a supplier sees of the centres that delegate to it, and what it cannot see (R34-R37)."""

from __future__ import annotations

import pytest

from emulator import controls
from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    GALMAARDEN,
    HASSELT,
    NEW,
    PAJOTTEGEM,
    SENDER,
    SIGN_IN_PATH,
    Acting,
    Portal,
    Supplier,
    issues,
    problem,
)
from tests.emulator.support.certificate_files import certificate
from tests.emulator.systems.chaman.conftest import ACCOUNT, REFUSED, REQUEST, accepted, own, pages

# -- what is seen ---------------------------------------------------------------------------------------------------------


def test_r35_a_supplier_sees_the_requests_of_all_its_centres(centre: Acting, socius: Supplier) -> None:
    found = pages(socius, "/requests?status=pending")
    assert [(one["enterpriseNumber"], one["accountName"], one["status"]) for one in found] == [
        (PAJOTTEGEM, "OCMW Online", "pending")
    ]
    one = socius.get(REQUEST)
    assert one.json() == found[0]
    assert (one.json()["organizationName"], one.json()["requestedOn"]) == ("OCMW Pajottegem", "2025-02-03")
    as_the_centre_has_it = centre.get("chaman", "/delegationRequests/OCMW%20Online")
    assert one.headers["ETag"] == as_the_centre_has_it.headers["ETag"]
    assert issues(socius.get("/requests?status=open")) == {("invalidInput", "status", None)}


def test_each_request_and_account_is_one_suppliers(
    centre: Acting, socius: Supplier, other: Supplier, portal: Portal
) -> None:
    """Together they see what all centres have, and nothing twice."""
    everybody = [socius, other, portal.supplier("dossiermeester")]
    for path, kind in (
        ("/requests?pageSize=4", "delegationRequests"),
        ("/accounts?pageSize=4", "restAccounts"),
    ):
        seen = [
            (one["enterpriseNumber"], one["accountName"], supplier.code)
            for supplier in everybody
            for one in pages(supplier, path)
        ]
        assert len(seen) == len({*seen}) > 20
        for number in (PAJOTTEGEM, GALMAARDEN, HASSELT):
            had = {
                (number, one["accountName"], one["supplier"])
                for one in portal.acting_for(number).get("chaman", f"/{kind}").json()["items"]
                if "supplier" in one
            }
            assert {one for one in seen if one[0] == number} == had


def test_a_supplier_sees_until_when_the_certificate_of_its_account_is_valid(
    centre: Acting, socius: Supplier
) -> None:
    assert socius.put(REQUEST, accepted()).status_code == 200
    shown = socius.get(ACCOUNT).json()
    kept = centre.get("chaman", "/certificates/socius-1.cer").json()
    assert shown["certificate"] == kept["fileName"]
    for name in ("notBefore", "notAfter", "sha256"):
        assert shown[name] == kept[name]
    assert pages(socius, "/accounts")[-1] == shown


# -- nobody else's --------------------------------------------------------------------------------------------------------


def test_another_suppliers_path_is_closed(centre: Acting, socius: Supplier, other: Supplier) -> None:
    for path in ("/requests", "/accounts", REQUEST, ACCOUNT):
        assert problem(other.get(path, of="socius")) == (403, "missingPermission")
    for path, body in ((REQUEST, accepted()), (REQUEST, REFUSED), (ACCOUNT, {"certificate": own()})):
        refused = other.put(path, body, etag="*", of="socius")
        assert problem(refused) == (403, "missingPermission")
    assert socius.get(REQUEST).json()["status"] == "pending"


def test_what_is_addressed_to_somebody_else_is_as_if_it_were_not_there(
    centre: Acting, socius: Supplier, other: Supplier
) -> None:
    assert PAJOTTEGEM not in [one["enterpriseNumber"] for one in pages(other, "/requests")]
    nothing = f"/organizations/{PAJOTTEGEM}/requests/Nothing"
    nowhere = "/organizations/1999999999/requests/OCMW%20Online"
    told = {other.get(path).json()["detail"] for path in (REQUEST, nothing, nowhere)}
    assert len(told) == 1
    for path in (REQUEST, nothing, nowhere, ACCOUNT):
        assert problem(other.get(path)) == (404, "resourceNotFound")
    assert problem(other.put(REQUEST, accepted(), etag="*")) == (412, "preconditionFailed")
    assert problem(other.call("PUT", REQUEST, json=accepted(), headers=NEW)) == (404, "resourceNotFound")
    assert socius.get(REQUEST).json()["status"] == "pending"
    assert socius.put(REQUEST, accepted()).status_code == 200
    assert problem(other.get(ACCOUNT)) == (404, "resourceNotFound")
    mine = {"certificate": own("mine.cer")}
    assert problem(other.put(ACCOUNT, mine, etag="*")) == (412, "preconditionFailed")


def test_r34_an_account_of_a_centres_own_is_nobody_elses(pajottegem: Acting, socius: Supplier) -> None:
    pajottegem.create("chaman", "/sender", SENDER)
    pajottegem.create("chaman", "/certificates/own.cer", {"content": certificate(), "usage": "rest"})
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "certificate": "own.cer"}
    assert pajottegem.create("chaman", "/restAccounts/OCMW%20Online", body).status_code == 201
    assert problem(socius.get(ACCOUNT)) == (404, "resourceNotFound")


def test_a_suppliers_token_opens_nothing_of_a_centre(centre: Acting, socius: Supplier) -> None:
    for api, path in (
        ("accessManagement", ""),
        ("chaman", "/restAccounts"),
        ("chaman", "/contents"),
        ("integrations", "/counts"),
        ("ocmwOnline", "/requests"),
        ("signIn", "/changes"),
    ):
        url = f"/REST/{api}/v1/organizations/{PAJOTTEGEM}{path}"
        assert problem(socius.portal.http.get(url, headers=socius.headers))[0] == 403, url
    organizations = socius.portal.http.get("/REST/signIn/v1/organizations", headers=socius.headers)
    assert problem(organizations) == (403, "missingPermission")


def test_a_centres_token_opens_nothing_of_a_supplier(centre: Acting) -> None:
    for path in ("/requests", REQUEST):
        url = f"/REST/delegations/v1/suppliers/socius{path}"
        assert problem(centre.portal.http.get(url, headers=centre.headers)) == (403, "missingScope")


def test_a_suppliers_client_acts_for_nobody_else(portal: Portal, socius: Supplier) -> None:
    def refused(claims: dict[str, str] | None = None, **changes: str) -> str:
        signed = portal.assertion(iss="socius", sub="socius", **(claims or {}))
        form = {**portal.form("", client_assertion=signed), **changes}
        return str(portal.http.post(SIGN_IN_PATH, data=form).json()["error"])

    assert refused(acting_for=PAJOTTEGEM) == "invalid_grant"
    assert refused(acting_for="socius") == "invalid_grant"
    assert refused({"ssin": "85073003328"}) == "invalid_grant"
    assert refused(scope="chaman:read") == "invalid_scope"


def test_a_supplier_with_a_scope_for_reading_only_reads(
    portal: Portal, centre: Acting, socius: Supplier
) -> None:
    [known] = [one for one in controls.list_clients(portal.database) if one["clientId"] == "socius"]
    assert known["supplier"] == "socius"
    controls.register_client(
        portal.database, "socius", known["publicKey"], "delegations:read", supplier="socius"
    )
    assert problem(socius.get(REQUEST)) == (401, "invalidAccessToken")
    form = portal.form("", client_assertion=portal.assertion(iss="socius", sub="socius"))
    token = portal.http.post(SIGN_IN_PATH, data=form).json()
    assert token["scope"] == "delegations:read"
    socius.headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert socius.get(REQUEST).status_code == 200
    assert problem(socius.put(REQUEST, REFUSED, etag="*")) == (403, "missingScope")


@pytest.mark.parametrize(
    ("supplier", "scopes"),
    [("smals", None), ("acme", None), ("socius", "chaman:read"), (None, "delegations:read")],
)
def test_what_no_client_can_be(portal: Portal, supplier: str | None, scopes: str | None) -> None:
    known = controls.list_clients(portal.database)[0]["publicKey"]
    with pytest.raises(ValueError, match=r"supplier|scope"):
        controls.register_client(portal.database, "x", known, scopes, supplier)
