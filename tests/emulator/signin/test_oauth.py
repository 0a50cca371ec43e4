"""Signing in and acting for one organisation (contract, section 2; R65, R66)."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator import controls
from tests.emulator.conftest import (
    GALMAARDEN,
    PAJOTTEGEM,
    SIGN_IN_PATH,
    Acting,
    Portal,
    problem,
    public_pem,
)

ORGANIZATION = "/REST/accessManagement/v1/organizations/"


def refused(portal: Portal, form: dict[str, str]) -> tuple[int, str]:
    answer = portal.http.post(SIGN_IN_PATH, data=form)
    assert set(answer.json()) == {"error", "error_description"}
    return answer.status_code, answer.json()["error"]


def test_a_signed_assertion_becomes_a_token(portal: Portal) -> None:
    answer = portal.http.post(SIGN_IN_PATH, data=portal.form(PAJOTTEGEM))
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_r65_r66_a_token_serves_the_one_organisation_that_was_chosen(portal: Portal) -> None:
    headers = {"Authorization": f"Bearer {portal.token(PAJOTTEGEM)}"}
    assert portal.http.get(ORGANIZATION + PAJOTTEGEM, headers=headers).status_code == 200
    for other in (GALMAARDEN, "0000000000"):
        answer = portal.http.get(ORGANIZATION + other, headers=headers)
        assert problem(answer) == (403, "missingPermission")


def test_who_has_no_token_or_a_wrong_one_or_a_late_one_is_told_which(portal: Portal) -> None:
    path = ORGANIZATION + PAJOTTEGEM
    assert problem(portal.http.get(path)) == (401, "noAccessToken")
    assert problem(portal.http.get(path, headers={"Authorization": "Basic eDp5"})) == (401, "noAccessToken")
    wrong = portal.http.get(path, headers={"Authorization": "Bearer eDp5"})
    assert problem(wrong) == (401, "invalidAccessToken")
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    token = portal.token(PAJOTTEGEM)
    with closing(sqlite3.connect(portal.database)) as connection, connection:
        connection.execute("UPDATE tokens SET expires = ?", (int(time.time()) - 1,))
    connection.close()
    late = portal.http.get(path, headers={"Authorization": f"Bearer {token}"})
    assert problem(late) == (401, "expiredAccessToken")


def test_tokens_are_kept_hashed(portal: Portal) -> None:
    token = portal.token(PAJOTTEGEM)
    portal.http.close()
    assert token.encode() not in b"".join(
        path.read_bytes() for path in portal.database.parent.glob("portal-*")
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "http://elsewhere/REST/oauth/v5/token"},
        {"iss": "stranger", "sub": "stranger"},
        {"sub": "someone"},
        {"jti": None},
        {"exp": "soon"},
        {"iat": 10**400},
        {"jti": "\ud800"},
        {"jti": "a\x00b"},
        {"jti": ""},
        {"jti": "x" * 256},
        {"ssin": "\udfff"},
        {"iss": "\ud800", "sub": "\ud800"},
        {"iss": "0212212343/\ud800", "sub": "0212212343/\ud800"},
        {"sub": "\ud800"},
        {"aud": ["\ud800"]},
    ],
)
def test_an_assertion_is_checked_claim_by_claim(portal: Portal, claims: dict[str, Any]) -> None:
    form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(**claims))
    assert refused(portal, form) == (401, "invalid_client")


@pytest.mark.parametrize(
    "seconds_from_now",
    [{"iat": -1000, "exp": -700}, {"iat": 1000, "exp": 1300}, {"exp": 3600}],
    ids=["over", "not yet", "too long"],
)
def test_an_assertion_is_checked_by_the_clock(portal: Portal, seconds_from_now: dict[str, int]) -> None:
    now = int(time.time())
    claims = {name: now + seconds for name, seconds in seconds_from_now.items()}
    form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(**claims))
    assert refused(portal, form) == (401, "invalid_client")


def test_an_assertion_is_signed_by_the_clients_key_with_rs256(portal: Portal) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(portal.assertion(), options={"verify_signature": False})
    forged = jwt.encode(claims, stranger, "RS256")
    unsigned = jwt.encode(claims, "", "none")
    for assertion in (forged, unsigned, "no.jwt.at-all", ""):
        assert refused(portal, portal.form(PAJOTTEGEM, client_assertion=assertion)) == (401, "invalid_client")


def test_an_assertion_is_taken_once(portal: Portal) -> None:
    form = portal.form(PAJOTTEGEM)
    assert portal.http.post(SIGN_IN_PATH, data=form).status_code == 200
    assert refused(portal, form) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "basic"}, "invalid_request"),
        ({"acting_for": "0000000000"}, "invalid_request"),
        ({"surprise": "1"}, "invalid_request"),
    ],
)
def test_a_token_request_is_checked(portal: Portal, changes: dict[str, str], error: str) -> None:
    assert refused(portal, portal.form(PAJOTTEGEM, **changes)) == (400, error)


def test_r65_the_acting_organisation_must_be_chosen(portal: Portal) -> None:
    form = portal.form(PAJOTTEGEM)
    del form["acting_for"]
    assert refused(portal, form) == (400, "invalid_request")


def test_a_token_request_is_a_form_by_post(portal: Portal) -> None:
    assert portal.http.post(SIGN_IN_PATH, json=portal.form(PAJOTTEGEM)).json()["error"] == "invalid_request"
    twice = "&".join(["grant_type=client_credentials"] * 2)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert portal.http.post(SIGN_IN_PATH, content=twice, headers=headers).json()["error"] == "invalid_request"
    many = "&".join(f"a{number}=1" for number in range(50))
    assert portal.http.post(SIGN_IN_PATH, content=many, headers=headers).json()["error"] == "invalid_request"
    assert problem(portal.http.get(SIGN_IN_PATH)) == (405, "methodNotAllowed")


def test_only_rsa_keys_are_registered(portal: Portal) -> None:
    curve = ec.generate_private_key(ec.SECP384R1()).public_key()
    pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for key in (pem, "no key"):
        with pytest.raises(ValueError, match=r"."):
            controls.register_client(portal.database, "other", key)


def test_the_audience_is_the_portals_own_url_and_not_what_the_caller_calls_it(portal: Portal) -> None:
    other = "http://127.0.0.1:8600" + SIGN_IN_PATH
    form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(aud=other))
    assert refused(portal, form) == (401, "invalid_client")
    assert portal.http.post(other, data=form).status_code == 401
    assert portal.http.post(other, data=portal.form(PAJOTTEGEM)).status_code == 200


def test_reading_needs_no_token_for_lists_and_health(portal: Portal, pajottegem: Acting) -> None:
    assert portal.http.get("/REST/chaman/v1/health").json() == {"status": "UP"}
    suppliers = portal.http.get("/REST/chaman/v1/refData/suppliers").json()["items"]
    assert "socius" in {item["code"] for item in suppliers}
    assert pajottegem.get("eBox", "/box").status_code == 200


def test_an_assertion_is_used_up_by_a_request_that_is_refused_for_something_else(portal: Portal) -> None:
    form = portal.form(PAJOTTEGEM)
    assert refused(portal, {**form, "acting_for": "0000000000"}) == (400, "invalid_request")
    assert refused(portal, form) == (401, "invalid_client")


def test_who_is_given_other_scopes_or_another_key_signs_in_again(
    portal: Portal, key: rsa.RSAPrivateKey
) -> None:
    """What is taken away is taken away at once, and from nobody else."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    controls.register_client(portal.database, "other", public_pem(other))
    path = "/REST/chaman/v1/organizations/" + PAJOTTEGEM + "/ftpAccounts"
    for scopes, pem, status in (
        (None, public_pem(key), 200),
        ("chaman:read", public_pem(key), 401),
        ("chaman:read", public_pem(other), 401),
    ):
        headers = {"Authorization": f"Bearer {portal.token(PAJOTTEGEM)}"}
        controls.register_client(portal.database, "other", public_pem(key if scopes else other))
        controls.register_client(portal.database, "rehearsal", pem, scopes)
        assert portal.http.get(path, headers=headers).status_code == status
