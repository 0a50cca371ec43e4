"""What a supplier sees of the centres that delegate to it, and what it answers (R34-R37, R40-R46)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

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
from tests.emulator.support.certificate_files import P256, certificate, pem, private_key_pem

REQUEST = f"/organizations/{PAJOTTEGEM}/requests/OCMW%20Online"
ACCOUNT = f"/organizations/{PAJOTTEGEM}/accounts/OCMW%20Online"
BODY: dict[str, Any] = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
REFUSED = {"status": "refused", "refusalReason": "geen contract"}


def own(name: str = "socius.cer", **more: Any) -> dict[str, str]:
    return {"fileName": name, "content": certificate(self_signed=True, **more)}


def accepted(file: dict[str, str] | None = None) -> dict[str, Any]:
    return {"status": "accepted", "certificate": file or own()}


@pytest.fixture
def centre(pajottegem: Acting) -> Acting:
    """It has asked socius."""
    pajottegem.create("chaman", "/sender", SENDER)
    assert pajottegem.create("chaman", "/delegationRequests/OCMW%20Online", BODY).status_code == 201
    return pajottegem


@pytest.fixture
def socius(portal: Portal) -> Supplier:
    return portal.supplier("socius")


@pytest.fixture
def other(portal: Portal) -> Supplier:
    return portal.supplier("welzijnsware")


def pages(supplier: Supplier, path: str) -> list[dict[str, Any]]:
    """All items of a collection, over all its pages."""
    found: list[dict[str, Any]] = []
    answer = supplier.get(path)
    while True:
        page = answer.json()
        assert answer.status_code == 200, page
        found += page["items"]
        if "next" not in page:
            assert len(found) == page["total"]
            return found
        answer = supplier.portal.http.get(page["next"], headers=supplier.headers)


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
    kept = centre.get("chaman", "/certificates/socius.cer").json()
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


# -- what is answered -----------------------------------------------------------------------------------------------------


def test_r36_an_acceptance_uploads_the_certificate_and_makes_the_account(
    centre: Acting, socius: Supplier
) -> None:
    answer = socius.put(REQUEST, accepted())
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["decidedOn"]) == ("accepted", "2025-02-03")
    assert answer.headers["ETag"] == socius.get(REQUEST).headers["ETag"]
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert (account["management"], account["supplier"], account["certificate"]) == (
        "external",
        "socius",
        "socius.cer",
    )
    assert account["authorizations"] == ALL_OF_OCMW_ONLINE


def test_r36_a_refusal_has_a_reason_and_can_be_asked_again(centre: Acting, socius: Supplier) -> None:
    assert socius.put(REQUEST, REFUSED).json()["refusalReason"] == "geen contract"
    assert centre.get("chaman", "/restAccounts/OCMW%20Online").status_code == 404
    asked_again = centre.replace("chaman", "/delegationRequests/OCMW%20Online", BODY)
    assert asked_again.json()["status"] == "pending"
    assert socius.put(REQUEST, accepted()).json()["status"] == "accepted"


def test_r36_an_answer_is_to_what_the_supplier_has_seen(centre: Acting, socius: Supplier) -> None:
    seen = socius.get(REQUEST).headers["ETag"]
    more = {**BODY, "authorizations": [*ALL_OF_OCMW_ONLINE, "integrationsConsult"]}
    centre.replace("chaman", "/delegationRequests/OCMW%20Online", more)
    assert problem(socius.put(REQUEST, accepted(), seen)) == (412, "preconditionFailed")
    assert problem(socius.call("PUT", REQUEST, json=accepted())) == (428, "preconditionRequired")
    assert problem(socius.call("PUT", REQUEST, json=accepted(), headers=NEW)) == (412, "preconditionFailed")
    assert socius.put(REQUEST, accepted()).status_code == 200
    assert problem(socius.put(REQUEST, REFUSED)) == (409, "alreadyDecided")


@pytest.mark.parametrize(
    "body",
    [
        {"status": "accepted"},
        {"status": "refused"},
        {**REFUSED, "certificate": own()},
        {**accepted(), "refusalReason": "geen contract"},
        {"status": "pending"},
    ],
    ids=["nothing", "no reason", "refused with one", "accepted with a reason", "pending"],
)
def test_r36_an_answer_is_whole(centre: Acting, socius: Supplier, body: dict[str, Any]) -> None:
    assert socius.put(REQUEST, body).status_code == 400
    assert socius.get(REQUEST).json()["status"] == "pending"


def file_of(content: bytes, name: str = "socius.cer") -> dict[str, str]:
    return {"fileName": name, "content": base64.b64encode(content).decode()}


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (own(key=ec.generate_private_key(P256)), "R40"),
        (own(algorithm=hashes.SHA224()), "R41"),
        (own("socius.pfx"), "R43"),
        (file_of(private_key_pem() + pem()), "R43"),
        (file_of(b"nothing"), "R43"),
        (own(signs=None), "R46"),
        (own(begins="2020-01-01", days=30), "R37"),
    ],
    ids=["P-256", "SHA-224", "its name", "a key in it", "nothing", "no key usage", "expired"],
)
def test_r37_r40_r46_a_certificate_is_judged_as_all_others_are(
    centre: Acting, socius: Supplier, file: dict[str, str], rule: str
) -> None:
    for path, body in ((REQUEST, accepted(file)), (ACCOUNT, {"certificate": file})):
        found = issues(socius.put(path, body))
        assert {one[2] for one in found} == {rule}
        assert {one[1].partition(".")[0] for one in found} == {"certificate"}
        if path == REQUEST:
            assert socius.put(REQUEST, accepted(own("good.cer"))).status_code == 200


@pytest.mark.parametrize("name", ["a/b.cer", " a.cer", "85073003328.cer", "", "x" * 97 + ".cer"])
def test_a_file_name_can_stand_in_a_path(centre: Acting, socius: Supplier, name: str) -> None:
    assert {one[1] for one in issues(socius.put(REQUEST, accepted(own(name))))} == {"certificate.fileName"}


# -- renewal --------------------------------------------------------------------------------------------------------------


def test_r36_a_renewal_stands_beside_the_one_before(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    before = socius.get(ACCOUNT).json()
    renewed = socius.put(ACCOUNT, {"certificate": own("socius-2026.cer")})
    assert renewed.status_code == 200
    assert renewed.json()["certificate"] == "socius-2026.cer"
    assert (renewed.json()["previousCertificate"], renewed.json()["previousSha256"]) == (
        "socius.cer",
        before["sha256"],
    )
    assert renewed.headers["ETag"] == socius.get(ACCOUNT).headers["ETag"]
    assert centre.get("chaman", "/certificates/socius.cer").status_code == 200
    account = centre.get("chaman", "/restAccounts/OCMW%20Online").json()
    assert (account["certificate"], account["previousCertificate"]) == ("socius-2026.cer", "socius.cer")
    assert centre.delete("chaman", "/certificates/socius.cer").status_code == 204
    assert "previousCertificate" not in socius.get(ACCOUNT).json()
    assert problem(centre.delete("chaman", "/certificates/socius-2026.cer")) == (409, "inUse")


def test_r37_a_renewal_needs_a_name_of_its_own(centre: Acting, socius: Supplier) -> None:
    """The account would stand without the one that its software signs in with."""
    file = own()
    socius.put(REQUEST, accepted(file))
    refused = socius.put(ACCOUNT, {"certificate": own()})
    assert issues(refused) == {("rejectedInput", "certificate.fileName", "R37")}
    etag = socius.get(ACCOUNT).headers["ETag"]
    again = socius.put(ACCOUNT, {"certificate": file})
    assert (again.status_code, again.headers["ETag"]) == (200, etag)


def test_a_name_that_the_centre_uses_itself_is_taken(centre: Acting, socius: Supplier) -> None:
    centre.create("chaman", "/certificates/socius.cer", {"content": certificate(), "usage": "rest"})
    assert issues(socius.put(REQUEST, accepted())) == {("rejectedInput", "certificate.fileName", None)}


def test_a_renewal_is_of_what_the_supplier_has_seen(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    seen = socius.get(ACCOUNT).headers["ETag"]
    assert socius.put(ACCOUNT, {"certificate": own("a.cer")}, seen).status_code == 200
    assert problem(socius.put(ACCOUNT, {"certificate": own("b.cer")}, seen)) == (412, "preconditionFailed")
    no_precondition = socius.call("PUT", ACCOUNT, json={"certificate": own("b.cer")})
    assert problem(no_precondition) == (428, "preconditionRequired")


# -- what is noted --------------------------------------------------------------------------------------------------------


def test_the_journal_has_the_supplier_and_the_centre(centre: Acting, socius: Supplier) -> None:
    socius.put(REQUEST, accepted())
    written = controls.journal(centre.portal.database, writes=True, kbo=PAJOTTEGEM)
    [entry] = [one for one in written if one["client"] == "socius"]
    assert (entry["method"], entry["actingFor"], entry["status"]) == ("PUT", "socius", 200)


def test_an_answer_changes_what_the_centre_shows(centre: Acting, socius: Supplier) -> None:
    def tags() -> dict[str, str]:
        return {one["name"]: one["tag"] for one in centre.get("signIn", "/changes").json()["systems"]}

    before = tags()
    socius.put(REQUEST, accepted())
    after = tags()
    assert {name for name in before if before[name] != after[name]} == {"chaman"}
    socius.put(ACCOUNT, {"certificate": own("socius-2026.cer")})
    renewed = tags()
    assert {name for name in before if after[name] != renewed[name]} == {"chaman"}
    entries = {one["path"]: one for one in centre.get("chaman", "/contents").json()["items"]}
    assert entries["restAccounts/OCMW Online"]["body"]["certificate"] == "socius-2026.cer"


def test_r36_the_control_answers_like_the_supplier(centre: Acting, socius: Supplier) -> None:
    controls.answer_delegation(centre.portal.database, PAJOTTEGEM, "OCMW Online", accept=True)
    assert socius.get(REQUEST).json()["status"] == "accepted"
    assert socius.put(ACCOUNT, {"certificate": own()}).status_code == 200
