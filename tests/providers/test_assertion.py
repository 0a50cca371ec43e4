"""Keys and certificates in PEM: what is taken as a REST account's pair, and what is said of everything else."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from operations.rehearsals.certificates import certificate_and_key
from providers.assertion import NoPair, pair_of, signer_of
from providers.settings import Settings
from schemas.errors import LoginRefused

START_OF_KEY = "-----BEGIN PRIVATE KEY-----"
# An EC key as RFC 5915 has it: version, key, the curve's OID (secp160r1, prime239v1).
CURVES = {
    "secp160r1": (21, bytes.fromhex("06052b81040008")),
    "prime239v1": (30, bytes.fromhex("06082a8648ce3d030104")),
}


def parts(name: str) -> tuple[str, str]:
    """A certificate and its key."""
    certificate, start, key = certificate_and_key(name, date(2025, 1, 1)).partition(START_OF_KEY)
    return certificate, start + key


def on_curve(name: str) -> str:
    size, oid = CURVES[name]
    inside = bytes([2, 1, 1, 4, size]) + bytes(range(1, size + 1)) + bytes([0xA0, len(oid)]) + oid
    content = base64.b64encode(bytes([0x30, len(inside)]) + inside).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{content}\n-----END EC PRIVATE KEY-----\n"


def test_in_a_bundle_the_certificate_is_that_of_the_key_in_any_order() -> None:
    own, key = parts("account")
    fingerprint = x509.load_pem_x509_certificate(own.encode()).fingerprint(SHA256()).hex()
    for order in permutations([own, parts("authority")[0], key]):
        pair = pair_of("".join(order))
        assert pair.sha256 == fingerprint
        content = base64.b64decode(pair.signer.header["x5c"][0])
        assert x509.load_der_x509_certificate(content).fingerprint(SHA256()).hex() == fingerprint


def test_a_public_key_beside_it_is_not_taken_for_the_private_one() -> None:
    own, key = parts("account")
    public = (
        load_pem_private_key(key.encode(), None)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    assert pair_of(own + key + public).sha256 == pair_of(own + key).sha256


def test_without_the_keys_own_certificate_there_is_no_pair() -> None:
    _, key = parts("account")
    with pytest.raises(NoPair, match="belongs to another certificate"):
        pair_of(parts("authority")[0] + key)
    with pytest.raises(NoPair, match="belongs to none of the certificates"):
        pair_of(parts("authority")[0] + parts("other")[0] + key)


def test_of_two_keys_none_is_chosen() -> None:
    with pytest.raises(NoPair, match="it has 2 private keys"):
        pair_of("".join(parts("account") + parts("other")))


@pytest.mark.parametrize("curve", CURVES)
def test_r40_a_key_on_a_curve_that_nobody_reads_is_of_a_kind_that_is_not_taken(curve: str) -> None:
    with pytest.raises(NoPair, match="of a kind that the portal does not take \\(R40\\)"):
        pair_of(parts("account")[0] + on_curve(curve))


@pytest.mark.parametrize("curve", CURVES)
def test_as_a_clients_key_it_is_refused_with_the_way_out(curve: str) -> None:
    settings = Settings("https://portal.example", "client", None, Path("unused"), 5)
    with pytest.raises(LoginRefused, match="is not an RSA private key in PEM"):
        signer_of(replace(settings, client_key=on_curve(curve)))
