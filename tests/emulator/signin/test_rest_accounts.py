"""A REST account signs in with its certificate, as the software behind it does (contract, section 2; R33, R37)."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emulator import controls
from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    GALMAARDEN,
    PAJOTTEGEM,
    SENDER,
    SIGN_IN_PATH,
    Acting,
    Portal,
    problem,
)
from tests.emulator.support.certificate_files import P384, P521, certificate

CLIENT = f"{PAJOTTEGEM}/OCMW Online"
ACCOUNT = "/restAccounts/OCMW%20Online"
KEYS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES384": ec.generate_private_key(P384),
    "ES512": ec.generate_private_key(P521),
}


def make_account(centre: Acting, key: Any, authorizations: list[str] | None = None) -> str:
    """An account of one's own with a certificate for this key, whose content in base64 comes back."""
    content = certificate(key, self_signed=True)
    assert centre.create("chaman", "/sender", SENDER).status_code == 201
    uploaded = centre.create("chaman", "/certificates/rest.cer", {"usage": "rest", "content": content})
    assert uploaded.status_code == 201, uploaded.text
    body = {"authorizations": authorizations or ALL_OF_OCMW_ONLINE, "certificate": "rest.cer"}
    assert centre.create("chaman", ACCOUNT, body).status_code == 201
    return content


def sign_in(
    portal: Portal, content: str, algorithm: str = "ES384", key: Any = None, **claims: Any
) -> dict[str, Any]:
    """The answer to the account's sign-in, its status in `status`."""
    standard = jwt.decode(portal.assertion(), options={"verify_signature": False})
    assertion = jwt.encode(
        {**standard, "iss": CLIENT, "sub": CLIENT, **claims},
        key or KEYS[algorithm],
        algorithm,
        headers={"x5c": [content]},
    )
    form = portal.form("", client_assertion=assertion)
    answer = portal.http.post(
        SIGN_IN_PATH, data={name: value for name, value in form.items() if name != "acting_for"}
    )
    return {"status": answer.status_code, **answer.json()}


def call(portal: Portal, token: str, path: str, number: str = PAJOTTEGEM) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return portal.http.get(path.format(f"/v1/organizations/{number}"), headers=headers)


@pytest.mark.parametrize("algorithm", KEYS)
def test_r33_its_software_signs_in_with_the_accounts_certificate(
    portal: Portal, pajottegem: Acting, algorithm: str
) -> None:
    content = make_account(pajottegem, KEYS[algorithm])
    signed_in = sign_in(portal, content, algorithm)
    assert (signed_in["status"], signed_in["scope"]) == (200, "ocmwOnline:read ocmwOnline:write")
    token = signed_in["access_token"]
    assert call(portal, token, "/REST/ocmwOnline{}/requests").status_code == 200
    assert problem(call(portal, token, "/REST/chaman{}/sender")) == (403, "missingScope")
    assert problem(call(portal, token, "/REST/ocmwOnline{}/requests", GALMAARDEN)) == (
        403,
        "missingPermission",
    )
    (last,) = controls.journal(portal.database)[-1:]
    assert (last["client"], last["actingFor"]) == (CLIENT, PAJOTTEGEM)


def test_r33_it_may_what_its_authorizations_say_at_each_call(portal: Portal, pajottegem: Acting) -> None:
    content = make_account(pajottegem, KEYS["ES384"], [*ALL_OF_OCMW_ONLINE, "integrationsConsult"])
    token = sign_in(portal, content)["access_token"]
    assert call(portal, token, "/REST/integrations{}/forms").status_code == 200
    less = {"authorizations": ALL_OF_OCMW_ONLINE, "certificate": "rest.cer"}
    assert pajottegem.replace("chaman", ACCOUNT, less).status_code == 200
    assert problem(call(portal, token, "/REST/integrations{}/forms")) == (403, "missingScope")
    assert call(portal, token, "/REST/ocmwOnline{}/requests").status_code == 200
    assert pajottegem.delete("chaman", ACCOUNT).status_code == 204
    assert problem(call(portal, token, "/REST/ocmwOnline{}/requests")) == (403, "missingScope")
    assert sign_in(portal, content)["error"] == "invalid_client"


def test_who_has_another_key_or_certificate_is_not_let_in(portal: Portal, pajottegem: Acting) -> None:
    content = make_account(pajottegem, KEYS["ES384"])
    stranger = ec.generate_private_key(P384)
    for refused in (
        sign_in(portal, content, key=stranger),
        sign_in(portal, certificate(stranger, self_signed=True), key=stranger),
        sign_in(portal, "", key=stranger),
        sign_in(portal, "no base64!"),
        sign_in(portal, content, iss=f"{PAJOTTEGEM}/Another", sub=f"{PAJOTTEGEM}/Another"),
        sign_in(portal, content, iss=f"{GALMAARDEN}/OCMW Online", sub=f"{GALMAARDEN}/OCMW Online"),
        sign_in(portal, content, "RS256"),
    ):
        assert (refused["status"], refused["error"]) == (401, "invalid_client")


def test_it_works_for_its_own_organisation_and_for_no_person(portal: Portal, pajottegem: Acting) -> None:
    content = make_account(pajottegem, KEYS["ES384"])
    assert sign_in(portal, content, ssin="85073003328")["error"] == "invalid_grant"
    assertion = jwt.encode(
        jwt.decode(portal.assertion(), options={"verify_signature": False}) | {"iss": CLIENT, "sub": CLIENT},
        KEYS["ES384"],
        "ES384",
        headers={"x5c": [content]},
    )
    answer = portal.http.post(SIGN_IN_PATH, data=portal.form(GALMAARDEN, client_assertion=assertion))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_r37_an_expired_certificate_lets_nobody_in(portal: Portal, pajottegem: Acting) -> None:
    content = make_account(pajottegem, KEYS["ES384"])
    controls.set_clock(portal.database, "2026-12-02")
    refused = sign_in(portal, content)
    assert refused["error"] == "invalid_client"
    assert "R37" in refused["error_description"]


def test_r36_a_supplier_that_accepted_signs_in_with_what_it_uploaded(
    portal: Portal, pajottegem: Acting
) -> None:
    pajottegem.create("chaman", "/sender", SENDER)
    request = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    pajottegem.create("chaman", "/delegationRequests/OCMW%20Online", request)
    content = certificate(KEYS["ES384"], self_signed=True)
    controls.answer_delegation(portal.database, PAJOTTEGEM, "OCMW Online", True, None, (None, content))
    assert base64.b64decode(content)
    assert pajottegem.get("chaman", ACCOUNT).json()["certificate"] == f"socius-{PAJOTTEGEM}.cer"
    assert sign_in(portal, content)["status"] == 200


def test_r36_r37_a_supplier_renews_without_a_gap(portal: Portal, pajottegem: Acting) -> None:
    """The software behind the account goes on with the earlier certificate until it has the new one."""
    pajottegem.create("chaman", "/sender", SENDER)
    request = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    pajottegem.create("chaman", "/delegationRequests/OCMW%20Online", request)
    first = certificate(KEYS["ES384"], self_signed=True)
    controls.answer_delegation(portal.database, PAJOTTEGEM, "OCMW Online", True, None, (None, first))
    second, third = (certificate(KEYS["ES384"], self_signed=True) for _ in range(2))
    socius, account = portal.supplier("socius"), f"/organizations/{PAJOTTEGEM}/accounts/OCMW%20Online"

    def renew(name: str, content: str) -> None:
        renewed = socius.put(account, {"certificate": {"fileName": name, "content": content}})
        assert renewed.status_code == 200

    renew("socius-2.cer", second)
    assert [sign_in(portal, one)["status"] for one in (first, second, third)] == [200, 200, 401]
    renew("socius-3.cer", third)
    assert [sign_in(portal, one)["status"] for one in (first, second, third)] == [401, 200, 200]
    assert pajottegem.delete("chaman", "/certificates/socius-2.cer").status_code == 204
    assert [sign_in(portal, one)["status"] for one in (first, second, third)] == [401, 401, 200]
    # Another certificate under its name is not the one before.
    pajottegem.create("chaman", "/certificates/socius-2.cer", {"content": first, "usage": "rest"})
    assert [sign_in(portal, one)["status"] for one in (first, second, third)] == [401, 401, 200]
    assert "previousSha256" not in socius.get(account).json()


def test_a_registered_client_has_no_id_like_a_rest_accounts(portal: Portal) -> None:
    known = controls.list_clients(portal.database)[0]["publicKey"]
    with pytest.raises(ValueError, match="REST accounts"):
        controls.register_client(portal.database, CLIENT, known)
