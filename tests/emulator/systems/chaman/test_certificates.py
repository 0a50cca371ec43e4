"""Certificates on the portal's own side (R37, R40-R43, R45, R46)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from tests.emulator.conftest import SENDER, Acting, issues, problem
from tests.emulator.support import certificate_files as files

API, PATH = "chaman", "/certificates/pajottegem.cer"


@pytest.fixture
def sender(pajottegem: Acting) -> Acting:
    assert pajottegem.create(API, "/sender", SENDER).status_code == 201
    return pajottegem


def upload(centre: Acting, content: str, usage: str = "ftp", path: str = PATH) -> Any:
    return centre.create(API, path, {"content": content, "usage": usage})


@pytest.mark.parametrize(
    ("make_key", "kind"),
    [
        (lambda: files.rsa_key(2048), "RSA-2048"),
        (lambda: files.rsa_key(3072), "RSA-3072"),
        (lambda: ec.generate_private_key(files.P384), "P-384"),
        (lambda: ec.generate_private_key(files.P521), "P-521"),
    ],
)
def test_r40_keys_that_are_allowed(sender: Acting, make_key: Any, kind: str) -> None:
    answer = upload(sender, files.certificate(make_key()))
    assert answer.status_code == 201
    assert answer.json()["keyType"] == kind


@pytest.mark.parametrize(
    "make_key",
    [
        lambda: files.rsa_key(1024),
        lambda: ec.generate_private_key(files.P256),
        lambda: ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate,
    ],
)
def test_r40_no_other_keys(sender: Acting, make_key: Any) -> None:
    assert issues(upload(sender, files.certificate(make_key()))) == {("rejectedInput", "content", "R40")}


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_r41_signatures_that_are_allowed(sender: Acting, algorithm: hashes.HashAlgorithm) -> None:
    assert upload(sender, files.certificate(algorithm=algorithm)).status_code == 201


@pytest.mark.parametrize("algorithm", [hashes.SHA224(), hashes.SHA3_256()])
def test_r41_no_other_signatures(sender: Acting, algorithm: hashes.HashAlgorithm) -> None:
    assert issues(upload(sender, files.certificate(algorithm=algorithm))) == {
        ("rejectedInput", "content", "R41")
    }


def test_r42_self_signed_is_for_rest_only(sender: Acting) -> None:
    own = files.certificate(self_signed=True)
    assert issues(upload(sender, own, "ftp")) == {("rejectedInput", "content", "R42")}
    answer = upload(sender, own, "rest")
    assert answer.status_code == 201
    assert answer.json()["selfSigned"] is True


@pytest.mark.parametrize("signs", [False, None])
def test_r46_self_signed_has_the_usage_digital_signature(sender: Acting, signs: bool | None) -> None:
    answer = upload(sender, files.certificate(self_signed=True, signs=signs), "rest")
    assert issues(answer) == {("rejectedInput", "content", "R46")}
    assert upload(sender, files.certificate(signs=signs), "rest").status_code == 201


def test_r41_r40_r46_everything_wrong_with_a_file_at_once(sender: Acting) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    answer = upload(sender, files.certificate(key, self_signed=True, signs=False, days=2000))
    assert issues(answer) == {
        ("rejectedInput", "content", "R40"),
        ("rejectedInput", "content", "R41"),
        ("rejectedInput", "content", "R42"),
        ("rejectedInput", "content", "R46"),
        ("outOfRange", "content", "R45"),
    }


def test_r45_validity_has_an_upper_bound_for_ftp_only(sender: Acting) -> None:
    long = files.certificate(days=1097)
    assert issues(upload(sender, long, "ftp")) == {("outOfRange", "content", "R45")}
    assert upload(sender, long, "rest").status_code == 201
    assert upload(sender, files.certificate(days=1096), "ftp", "/certificates/other.cer").status_code == 201


@pytest.mark.parametrize(("begins", "days"), [("2025-02-04", 100), ("2024-01-01", 100)])
def test_r37_a_certificate_is_valid_today(sender: Acting, begins: str, days: int) -> None:
    answer = upload(sender, files.certificate(begins=begins, days=days))
    assert issues(answer) == {("invalidPeriod", "content", "R37")}


@pytest.mark.parametrize("name", ["pajottegem.pfx", "pajottegem.p12", "pajottegem.pem", "cer"])
def test_r43_the_file_ends_in_cer(sender: Acting, name: str) -> None:
    answer = upload(sender, files.certificate(), path=f"/certificates/{name}")
    assert issues(answer) == {("invalidInput", "fileName", "R43")}


@pytest.mark.parametrize("password", [None, b"secret"])
def test_r43_a_pfx_is_refused_under_any_name(sender: Acting, password: bytes | None) -> None:
    answer = upload(sender, files.pfx(password))
    assert issues(answer) == {("invalidInput", "content", "R43")}
    assert "pfx" in answer.json()["issues"][0]["detail"]


@pytest.mark.parametrize("content", [b"", b"hello", b"0\x82\x01\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_is_an_issue(sender: Acting, content: bytes) -> None:
    answer = upload(sender, base64.b64encode(content or b" ").decode())
    assert issues(answer) == {("invalidInput", "content", "R43")}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files.pem() * 2, "2 certificates"),
        (
            files.pem() + files.private_key_pem(),
            "holds a private key: take it out, and have the key replaced",
        ),
        (files.with_negative_serial(), "serial number"),
    ],
)
def test_r43_a_file_is_one_certificate_and_nothing_else(sender: Acting, content: bytes, words: str) -> None:
    answer = upload(sender, base64.b64encode(content).decode())
    assert issues(answer) == {("rejectedInput", "content", "R43")}
    assert words in answer.json()["issues"][0]["detail"]


def test_a_text_before_a_certificate_in_pem_does_not_matter(sender: Acting) -> None:
    content = base64.b64encode(b"Bag Attributes\n" + files.pem()).decode()
    assert upload(sender, content).status_code == 201


def test_r42_an_issuer_of_the_same_name_with_another_key_is_somebody_else(sender: Acting) -> None:
    """And where nothing is said of the key's usage, R46 has nothing to say of it."""
    content = files.certificate(issuer="OCMW Pajottegem", signs=None)
    answer = upload(sender, content)
    assert answer.status_code == 201
    assert answer.json()["selfSigned"] is False


@pytest.mark.parametrize("content", ["no base64!", "AAAA=AAA", "====", "A"])
def test_what_is_no_base64_is_an_issue(sender: Acting, content: str) -> None:
    (issue,) = issues(upload(sender, content))
    assert issue[1] == "content"


def test_a_file_may_be_pem_and_tells_what_it_is(sender: Acting) -> None:
    answer = upload(sender, files.certificate(encoding=Encoding.PEM))
    assert answer.status_code == 201
    kept = {
        name: answer.json()[name]
        for name in ("fileName", "usage", "subject", "issuer", "selfSigned", "notBefore")
    }
    assert kept == {
        "fileName": "pajottegem.cer",
        "usage": "ftp",
        "subject": "CN=OCMW Pajottegem",
        "issuer": "CN=Authority",
        "selfSigned": False,
        "notBefore": "2025-01-01T00:00:00+00:00",
    }
    assert len(answer.json()["sha256"]) == 64
    assert "content" not in answer.json()
    assert sender.get(API, "/certificates").json()["items"] == [answer.json()]


def test_r37_a_certificate_in_use_stays_and_keeps_its_usage(sender: Acting) -> None:
    upload(sender, files.certificate())
    account = {
        "type": "FTP",
        "username": "pajot2025",
        "password": "Zomer,2025!",
        "authorizations": ["mutations"],
        "certificate": "pajottegem.cer",
    }
    sender.create(API, "/ftpAccounts/a", account)
    refused = sender.delete(API, PATH)
    assert problem(refused) == (409, "inUse")
    assert refused.json()["existing"] == "a"
    answer = sender.replace(API, PATH, {"content": files.certificate(), "usage": "rest"})
    assert issues(answer) == {("rejectedInput", "usage", "R37")}
    assert sender.replace(API, PATH, {"content": files.certificate(), "usage": "ftp"}).status_code == 200
    sender.delete(API, "/ftpAccounts/a")
    assert sender.delete(API, PATH).status_code == 204


@pytest.mark.timeout(60)  # opening it takes minutes
def test_r43_a_pfx_is_told_by_its_beginning_and_never_opened(sender: Acting) -> None:
    """It says itself how often its password is hashed: the portal would stand still for minutes."""
    answer = upload(sender, files.slow_pfx())
    assert issues(answer) == {("invalidInput", "content", "R43")}
    assert ".pfx" in answer.json()["issues"][0]["detail"]


@pytest.mark.parametrize("tag", [0xA3, 0xA5], ids=["x400Address", "ediPartyName"])
def test_a_certificate_with_names_that_cannot_be_read_is_refused(sender: Acting, tag: int) -> None:
    content = files.with_alternative_name(files.der(tag, files.der(0x30)))
    assert issues(upload(sender, content)) == {("invalidInput", "content", "R43")}
