"""`fusion emulator delegation`, `postpone`, `token`, `clients`: who is at the other side."""

from __future__ import annotations

import base64
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from emulator import controls
from emulator.controls import rehearsal_ssin
from emulator.core import resources, store
from emulator.embedded import transport
from providers.settings import REHEARSAL_CLIENT_KEY
from tests.emulator.support.certificate_files import certificate
from tests.operations.conftest import Fusion
from tests.support.private import write_private

PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"


def public(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def signed_up(database: Path, root: Path, key: rsa.RSAPrivateKey) -> Path:
    """The portal with the checkout's client, as `fusion setup` leaves both."""
    file = root / REHEARSAL_CLIENT_KEY
    write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    controls.register_client(database, "rehearsal", public(key))
    return database


def asked(database: Path, token: str, path: str) -> httpx.Response:
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        url = f"/REST/accessManagement/v1/organizations/{GALMAARDEN}{path}"
        return http.get(url, headers={"Authorization": f"Bearer {token.strip()}"})


def test_the_copy_can_be_late(database: Path, fusion: Fusion) -> None:
    """R27."""
    ran = fusion("emulator", "postpone", "1010.784.738", "--days", "3")
    assert (ran.code, ran.out) == (0, "the RSZ copies access to 1010.784.738 at 2025-01-04T06:00:00+01:00\n")
    ran = fusion("emulator", "postpone", GALMAARDEN, "--days", "3")
    assert (ran.code, "No copy of access to come found" in ran.err) == (1, True)


def test_an_answer_to_a_request_that_is_not_there_is_an_error(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--accept")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "error: No delegation request found\n"


def test_a_request_that_was_answered_before_is_an_error(database: Path, fusion: Fusion) -> None:
    """R36; numbers are read with their dots."""
    ran = fusion("emulator", "delegation", "0212.212.343", "OCMW Online", "--refuse", "--reason", "too late")
    assert ran.code == 1
    assert "answered this request" in ran.err


def test_an_answer_has_to_be_given(database: Path, fusion: Fusion) -> None:
    """Saying neither is no refusal."""
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online")
    assert ran.code == 1
    assert "--accept" in ran.err


@pytest.fixture
def waiting(signed_up: Path) -> Path:
    """Pajottegem has asked socius to manage its certificate."""
    controls.set_clock(signed_up, "2025-02-03")
    body = {"authorizations": ["ocmwOnlineRequestsRead"], "supplier": "socius", "status": "pending"}
    at = "2025-02-03T09:00:00+01:00"
    with closing(store.connect(signed_up)) as connection, store.transaction(connection):
        resources.create(connection, PAJOTTEGEM, "delegationRequest", "OCMW Online", body, "rehearsal", at)
    return signed_up


def test_r36_the_supplier_accepts_with_its_own_certificate(
    waiting: Path, fusion: Fusion, tmp_path: Path
) -> None:
    own = tmp_path / "socius.cer"
    own.write_bytes(base64.b64decode(certificate(self_signed=True)))
    arguments = (
        "emulator",
        "delegation",
        "1010.784.738",
        "OCMW Online",
        "--accept",
        "--certificate",
        str(own),
    )
    ran = fusion(*arguments)
    assert (ran.code, ran.out) == (0, "OCMW Online: accepted\n")
    with closing(store.connect(waiting)) as connection:
        account = resources.find(connection, PAJOTTEGEM, "restAccount", "OCMW Online")
    assert account is not None
    assert (account.body["certificate"], account.created_by) == ("socius.cer", "socius")


def test_r36_a_certificate_that_is_refused_says_all_that_is_wrong(
    waiting: Path, fusion: Fusion, tmp_path: Path
) -> None:
    """R43, R46; and the request waits on."""
    own = tmp_path / "socius.pem"
    own.write_bytes(base64.b64decode(certificate(self_signed=True, signs=False)))
    arguments = ("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--accept", "--certificate", str(own))
    ran = fusion(*arguments)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "error: certificate.fileName: the file's name ends in .cer; .pfx is refused (R43)",
        "certificate.content: self-signed without the key usage digital signature (R46)",
    ]
    assert fusion(*arguments[:-3], "--accept").out == "OCMW Online: accepted\n"


def test_a_refusal_takes_no_certificate(waiting: Path, fusion: Fusion, tmp_path: Path) -> None:
    own = tmp_path / "socius.cer"
    own.touch()
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--refuse", "--certificate", str(own))
    assert ran.code == 1
    assert "--certificate goes with --accept" in ran.err


def test_clients_are_added_with_scopes_and_listed(
    database: Path, fusion: Fusion, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    file = tmp_path / "public.pem"
    file.write_text(public(key))
    assert fusion("emulator", "clients", "add", "wide", str(file)).out == "wide: all\n"
    narrow = ("--scope", "chaman:read", "--scope", "eBox:read")
    assert fusion("emulator", "clients", "add", "narrow", str(file), *narrow).code == 0
    head, _, *rows = fusion("emulator", "clients").out.splitlines()
    assert head.split() == ["clientId", "scopes"]
    assert [row.split() for row in rows] == [["narrow", "chaman:read", "eBox:read"], ["wide", "all"]]
    listed = fusion("emulator", "clients", "--format", "json").json
    assert [(one["clientId"], one.get("scopes")) for one in listed] == [
        ("narrow", ["chaman:read", "eBox:read"]),
        ("wide", None),
    ]
    assert fusion("emulator", "clients", "add", "wrong", str(file), "--scope", "everything").code == 1
    file.write_text("no key")
    ran = fusion("emulator", "clients", "add", "wrong", str(file))
    assert (ran.code, ran.err.startswith("error: wrong cannot sign in with that")) == (1, True)
    assert len(controls.list_clients(database)) == 2


def test_a_token_is_the_clients_or_a_persons(signed_up: Path, fusion: Fusion) -> None:
    """R65, R66; who signed in is in the journal as the portal's number."""
    client = fusion("emulator", "token", "0212.212.343").out
    assert asked(signed_up, client, "").status_code == 200
    (chief,) = asked(signed_up, client, "/chiefAccessManagers").json()["chiefAccessManagers"]
    assert chief["ssin"] == rehearsal_ssin("els.peeters")
    person = fusion("emulator", "token", GALMAARDEN, "--person", "els.peeters")
    assert (person.code, person.err) == (0, "")
    assert asked(signed_up, person.out, "/chiefAccessManagers").status_code == 200
    assert fusion("emulator", "journal", "--format", "json").json[-1]["person"] == chief["personId"]
    shown = fusion("emulator", "journal").out
    assert chief["personId"] in shown
    assert chief["ssin"] not in shown


def test_a_person_without_access_gets_no_token_and_stays_unnamed(signed_up: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "token", GALMAARDEN, "--person", "nobody.here")
    assert (ran.code, ran.out) == (3, "")
    assert "this person has no access" in ran.err
    assert rehearsal_ssin("nobody.here") not in ran.err
