"""The controls over HTTP: clock, clients, the supplier's answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator import controls
from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    GALMAARDEN,
    HASSELT,
    PAJOTTEGEM,
    SENDER,
    Acting,
    Portal,
    issues,
    problem,
    public_pem,
)
from tests.emulator.support.certificate_files import certificate, pfx, rsa_key, unknown_key

BASE = "/rehearsal/v1"
ELLIPTIC = (
    ec.generate_private_key(ec.SECP384R1())
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def test_the_clock_is_seen_and_moved(portal: Portal) -> None:
    assert portal.http.get(f"{BASE}/clock").json() == {"now": "2025-02-03T09:00:00+01:00", "running": 0}
    moved = portal.http.put(f"{BASE}/clock", json={"now": "2025-02-04"}).json()
    assert moved == {"now": "2025-02-04T09:00:00+01:00", "running": 0, "done": []}
    assert (
        portal.http.put(f"{BASE}/clock", json={"advanceDays": 2}).json()["now"] == "2025-02-06T09:00:00+01:00"
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"now": "2025-02-04", "advanceDays": 1},
        {"now": "soon"},
        {"now": "2024-01-01"},
        {"advanceDays": -1},
        {"running": -1},
        {"running": 86401},
        {"running": 60, "advanceDays": 1},
        {"now": "9025-02-04"},
    ],
)
def test_the_clock_takes_one_moment_that_is_not_past(portal: Portal, body: dict[str, object]) -> None:
    assert problem(portal.http.put(f"{BASE}/clock", json=body)) == (400, "badRequest")
    assert portal.http.get(f"{BASE}/clock").json()["now"] == "2025-02-03T09:00:00+01:00"


def test_the_copy_of_access_is_put_off(portal_at: Callable[[str], Portal]) -> None:
    """R27."""
    portal = portal_at("2024-12-02")
    url = f"{BASE}/accessCopies/{PAJOTTEGEM}/postponements"
    answer = portal.http.post(url, json={"days": 2})
    assert answer.json() == {"enterpriseNumber": PAJOTTEGEM, "copiesAt": "2025-01-03T06:00:00+01:00"}
    assert problem(portal.http.post(url, json={"days": 0})) == (400, "badRequest")
    none = f"{BASE}/accessCopies/{GALMAARDEN}/postponements"
    assert problem(portal.http.post(none, json={"days": 2})) == (404, "resourceNotFound")


def test_clients_are_registered_and_listed(portal: Portal) -> None:
    (known,) = portal.http.get(f"{BASE}/clients").json()["items"]
    assert known["clientId"] == "rehearsal"
    other = {"clientId": "other", "publicKey": known["publicKey"]}
    assert portal.http.put(f"{BASE}/clients", json=other).json() == other
    assert portal.http.get(f"{BASE}/clients").json()["total"] == 2
    assert problem(portal.http.put(f"{BASE}/clients", json={**other, "publicKey": "x"})) == (
        400,
        "badRequest",
    )


@pytest.mark.parametrize(
    "pem",
    [public_pem(rsa_key(1024)), unknown_key(), unknown_key()[:60], ELLIPTIC],
    ids=["short", "of no known kind", "half", "elliptic"],
)
def test_a_client_signs_with_an_rsa_key_of_a_decent_length(portal: Portal, pem: str) -> None:
    answer = portal.http.put("/rehearsal/v1/clients", json={"clientId": "mine", "publicKey": pem})
    assert issues(answer) == {("invalidInput", "publicKey", None)}
    with pytest.raises(ValueError):  # noqa: PT011 - some are not even keys
        controls.register_client(portal.database, "mine", pem)


def test_r36_a_supplier_answers_over_http(pajottegem: Acting) -> None:
    pajottegem.create("chaman", "/sender", SENDER)
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    pajottegem.create("chaman", "/delegationRequests/OCMW Online", body)
    url = f"{BASE}/delegationRequests/{pajottegem.number}/OCMW Online"
    http = pajottegem.portal.http
    assert problem(http.post(url, json={"answer": "perhaps"})) == (400, "badRequest")
    assert http.post(url, json={"answer": "accept"}).json()["status"] == "accepted"
    assert problem(http.post(url, json={"answer": "refuse"})) == (409, "alreadyDecided")
    assert problem(http.post(url + "x", json={"answer": "accept"})) == (404, "resourceNotFound")
    # The supplier's doing is no call of the client's.
    assert pajottegem.get("chaman", "/restAccounts/OCMW Online").json()["createdBy"] == "socius"


def test_a_client_is_registered_with_its_scopes(portal: Portal) -> None:
    (known,) = portal.http.get(f"{BASE}/clients").json()["items"]
    assert "scopes" not in known
    narrow = {"clientId": "narrow", "publicKey": known["publicKey"], "scopes": ["chaman:read"]}
    assert portal.http.put(f"{BASE}/clients", json=narrow).json() == narrow
    assert portal.http.get(f"{BASE}/clients").json()["items"] == [narrow, known]
    unknown = portal.http.put(f"{BASE}/clients", json={**narrow, "scopes": ["chaman:everything"]})
    assert problem(unknown) == (400, "badRequest")


def asked(centre: Acting) -> str:
    """The path of the answer to a new centre's request."""
    centre.create("chaman", "/sender", SENDER)
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    assert centre.create("chaman", "/delegationRequests/OCMW Online", body).status_code == 201
    return f"{BASE}/delegationRequests/{centre.number}/OCMW Online"


def test_r36_a_supplier_brings_its_own_certificate(pajottegem: Acting) -> None:
    url = asked(pajottegem)
    own = {"fileName": "socius.cer", "content": certificate(self_signed=True)}
    answer = pajottegem.portal.http.post(url, json={"answer": "accept", "certificate": own})
    assert answer.json()["status"] == "accepted"
    account = pajottegem.get("chaman", "/restAccounts/OCMW Online").json()
    assert (account["certificate"], account["management"]) == ("socius.cer", "external")
    kept = pajottegem.get("chaman", "/certificates/socius.cer").json()
    assert (kept["createdBy"], kept["usage"], kept["subject"]) == ("socius", "rest", "CN=OCMW Pajottegem")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"fileName": "socius.pfx", "content": pfx(b"secret")}, {"R43"}),
        ({"fileName": "socius.cer", "content": certificate(rsa_key(1024))}, {"R40"}),
        ({"fileName": "socius.cer", "content": certificate(self_signed=True, signs=False)}, {"R46"}),
        ({"fileName": "socius.cer", "content": certificate(begins="2020-01-01")}, {"R37"}),
    ],
    ids=["pfx", "short key", "key usage", "expired"],
)
def test_r36_a_suppliers_certificate_keeps_the_rules_too(
    pajottegem: Acting, own: dict[str, str], expected: set[str]
) -> None:
    """R37, R40, R43, R46: refused with every issue, and the request waits on."""
    answer = pajottegem.portal.http.post(asked(pajottegem), json={"answer": "accept", "certificate": own})
    found = issues(answer)
    assert {rule for *_, rule in found} == expected
    assert {name.partition(".")[0] for _, name, _ in found} == {"certificate"}
    assert pajottegem.get("chaman", "/delegationRequests/OCMW Online").json()["status"] == "pending"
    assert pajottegem.get("chaman", "/certificates").json()["total"] == 0


def test_r36_a_suppliers_certificate_replaces_none_of_the_centres(pajottegem: Acting) -> None:
    url = asked(pajottegem)
    ours = pajottegem.create(
        "chaman", "/certificates/portal.cer", {"content": certificate(), "usage": "rest"}
    ).json()
    own = {"fileName": "portal.cer", "content": certificate(self_signed=True)}
    refused = pajottegem.portal.http.post(url, json={"answer": "accept", "certificate": own})
    assert issues(refused) == {("rejectedInput", "certificate.fileName", "R37")}
    assert pajottegem.get("chaman", "/certificates/portal.cer").json() == ours


def test_r36_a_refusal_brings_no_certificate(pajottegem: Acting) -> None:
    own = {"fileName": "socius.cer", "content": certificate(self_signed=True)}
    refused = pajottegem.portal.http.post(asked(pajottegem), json={"answer": "refuse", "certificate": own})
    assert problem(refused) == (400, "badRequest")


# -- what the portal does by itself -----------------------------------------------------------------------------------


def test_r55_a_request_for_help_can_be_made_to_happen_and_its_mail_looked_at(galmaarden: Acting) -> None:
    """Of a municipality that merged, the merged centre receives it, and nobody is told until it has said whom to tell."""
    http = galmaarden.portal.http
    body = {"enterpriseNumber": HASSELT, "subject": "Leefloon"}
    before = http.get(f"{BASE}/mails", params={"kbo": HASSELT}).json()["total"]
    made = http.post(f"{BASE}/aidRequests", json=body)
    assert (made.status_code, made.json()["subject"], made.json()["read"]) == (201, "Leefloon", False)
    total = http.get(f"{BASE}/mails", params={"kbo": HASSELT}).json()["total"]
    assert total == before + 1
    last = http.get(f"{BASE}/mails", params={"kbo": HASSELT, "pageSize": 1, "page": total}).json()["items"][0]
    assert (last["kind"], last["organization"]) == ("newRequest", HASSELT)
    assert made.json()["id"] in last["text"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"enterpriseNumber": "0999999999"}, (404, "resourceNotFound")),
        ({"enterpriseNumber": "0212.212.343"}, (400, "badRequest")),
        ({}, (400, "badRequest")),
    ],
)
def test_a_request_for_help_goes_to_a_centre(
    portal: Portal, body: dict[str, str], expected: tuple[int, str]
) -> None:
    assert problem(portal.http.post(f"{BASE}/aidRequests", json=body)) == expected


def test_r12_a_number_gets_no_requests_before_its_first_day(portal_at: Callable[[str], Portal]) -> None:
    answer = portal_at("2024-12-02").http.post(f"{BASE}/aidRequests", json={"enterpriseNumber": PAJOTTEGEM})
    assert problem(answer) == (409, "notYetAvailable")


def test_r48_mutations_are_counted_and_files_lie_in_folders(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2025-02-03")
    http = portal.http
    counted = http.get(f"{BASE}/mutations", params={"kbo": "0212.212.343", "pageSize": 500}).json()["items"]
    assert {one["organization"] for one in counted} == {GALMAARDEN}
    assert {one["outcome"] for one in counted} >= {"delivered"}
    assert controls.list_mutations(portal.database, "0212.212.343") == counted
    files = http.get(f"{BASE}/boxFiles", params={"kbo": GALMAARDEN, "pageSize": 500}).json()["items"]
    assert {one["account"] for one in files} == {"FTP Galmaarden"}
    assert all(one["size"] > 0 and "fetchedAt" not in one for one in files)
    assert controls.list_folder_files(portal.database, GALMAARDEN) == files
    # New numbers have no account yet: what is sent to them is lost.
    assert controls.list_folder_files(portal.database, PAJOTTEGEM) == []
    lost = controls.list_mutations(portal.database, PAJOTTEGEM)
    assert {one["outcome"] for one in lost} == {"unticked"}


def test_looking_back_comes_in_pages(portal: Portal) -> None:
    for path in ("mails", "mutations", "boxFiles"):
        first = portal.http.get(f"{BASE}/{path}", params={"pageSize": 2}).json()
        assert len(first["items"]) == 2
        assert first["total"] > 2
        assert len(portal.http.get(first["next"]).json()["items"]) > 0
        assert portal.http.get(f"{BASE}/{path}", params={"who": "me"}).status_code == 400
