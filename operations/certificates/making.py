"""A centre's own private keys, requests to an authority (CSR) and self-signed certificates. R40, R41, R42, R46."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from providers.contract import BELGIUM
from schemas.certificate_rules import KEYS, SIGNATURES
from schemas.declaration import Fusion

DEFAULT_KEY = "RSA-3072"
"""Of the permitted kinds the one that every authority and every program takes."""

_LONGEST_NAME = 64  # of a name in a certificate (RFC 5280, appendix A.1)
_CURVES: dict[str, type[ec.EllipticCurve]] = {"P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
Digest = hashes.SHA256 | hashes.SHA384 | hashes.SHA512
_DIGESTS: dict[str, Digest] = dict(
    zip(SIGNATURES, (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()), strict=True)
)
# As strong as the key: RFC 5480, section 4.
_USUAL_DIGESTS = {"P-384": "SHA-384", "P-521": "SHA-512"}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Wanted:
    """A key of one of `KEYS`, and one of `SIGNATURES` to sign with; "": the usual one for that key."""

    key: str = DEFAULT_KEY
    digest: str = ""

    @property
    def hash(self) -> Digest:
        return _DIGESTS[self.digest or _USUAL_DIGESTS.get(self.key, "SHA-256")]


def make_key(kind: str) -> PrivateKey:
    """A new private key of one of `KEYS`."""
    assert kind in KEYS
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind]())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("RSA-")))


def format_key(key: PrivateKey) -> bytes:
    """PKCS#8 in PEM, in clear: the software that uses it must start without a person."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(content: bytes) -> PrivateKey | None:
    """What `format_key` wrote; None where it is cut off, or something else."""
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) else None


def belong_together(key: PrivateKey, certificate: bytes) -> bool:
    """Whether a certificate, in DER, is of this key. One whose key cannot be read is not."""

    def as_bytes(public: Any) -> bytes:
        return bytes(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    return as_bytes(public) == as_bytes(key.public_key())


def kind_of(key: PrivateKey) -> str:
    """Which of `KEYS` it is; another one says its own name."""
    if isinstance(key, rsa.RSAPrivateKey):
        return f"RSA-{key.key_size}"
    return next((kind for kind, curve in _CURVES.items() if curve().name == key.curve.name), key.curve.name)


def name_of(fusion: Fusion) -> x509.Name:
    """The merged centre, with its number as European certificates have it (ETSI EN 319 412-1)."""
    name = f"OCMW {fusion.name}"[:_LONGEST_NAME]
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRBE-{fusion.ocmw.kbo}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def make_request(key: PrivateKey, name: x509.Name, wanted: Wanted) -> bytes:
    """A request to an authority (PKCS#10) in PEM; it asks for the key usage digital signature."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.add_extension(_usage(), critical=True).sign(key, wanted.hash).public_bytes(Encoding.PEM)


def make_self_signed(key: PrivateKey, name: x509.Name, wanted: Wanted, first: date, days: int) -> bytes:
    """A self-signed certificate in DER, for digital signatures, valid for so many whole days as the portal counts them: made
    just after midnight it can be used at once."""
    begins = datetime.combine(first, time(), BELGIUM).astimezone(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days, seconds=-1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .sign(key, wanted.hash)
    )
    return certificate.public_bytes(Encoding.DER)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
