"""Certificates as the tests need them: good ones and one for each way to be wrong. Keys live in memory only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Wanted:
    """How a certificate should be. `issuer` None means self-signed, else an authority signs it, with a key like `signer`."""

    key: str = "P-384"
    digest: Any = hashes.SHA384
    issuer: str | None = "Test CA"
    signer: str = "P-384"
    digital_signature: bool | None = True
    not_before: str = "2024-10-01"
    not_after: str = "2026-10-01"


FILES = {
    "good.cer": Wanted(),
    "rsa-2048.cer": Wanted(key="RSA-2048"),
    "p-521.cer": Wanted(key="P-521", digest=hashes.SHA512),
    "p-256.cer": Wanted(key="P-256"),
    "rsa-1024.cer": Wanted(key="RSA-1024"),
    "ed25519.cer": Wanted(key="Ed25519", digest=None, issuer=None),
    "sha-224.cer": Wanted(digest=hashes.SHA224),
    "self-signed.cer": Wanted(issuer=None),
    "self-signed-long.cer": Wanted(issuer=None, not_after="2044-10-01"),
    "self-signed-other-usage.cer": Wanted(issuer=None, digital_signature=False),
    "self-signed-no-usage.cer": Wanted(issuer=None, digital_signature=None),
    "own-name-other-key.cer": Wanted(issuer="ftp.testdorp.example", signer="P-521", digital_signature=None),
    "ended.cer": Wanted(not_before="2023-01-01", not_after="2024-12-30"),
    "too-long.cer": Wanted(not_before="2024-10-01", not_after="2030-10-01"),
}


@cache
def key(kind: str, _whose: str = "own") -> Any:
    if kind.startswith("RSA-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    curves: dict[str, Any] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    return (
        ed25519.Ed25519PrivateKey.generate() if kind == "Ed25519" else ec.generate_private_key(curves[kind])
    )


def make(wanted: Wanted) -> x509.Certificate:
    subject = _name("ftp.testdorp.example")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if wanted.issuer is None else _name(wanted.issuer))
        .public_key(key(wanted.key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromisoformat(wanted.not_before).replace(tzinfo=UTC))
        .not_valid_after(datetime.fromisoformat(wanted.not_after).replace(tzinfo=UTC))
    )
    if wanted.digital_signature is not None:
        usage = [wanted.digital_signature, not wanted.digital_signature, *[False] * 7]
        builder = builder.add_extension(x509.KeyUsage(*usage), critical=True)
    signer = key(wanted.key) if wanted.issuer is None else key(wanted.signer, "authority")
    return builder.sign(signer, wanted.digest() if wanted.digest else None)


def write_all(directory: Path) -> None:
    """Writes every file of `FILES`, and those that are wrong as files, into `directory/certificates`."""
    target = directory / "certificates"
    target.mkdir(parents=True)
    for name, wanted in FILES.items():
        (target / name).write_bytes(make(wanted).public_bytes(Encoding.DER))
    pem = make(FILES["good.cer"]).public_bytes(Encoding.PEM)
    private = key("P-384").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (target / "good-pem.cer").write_bytes(pem)
    (target / "negative-serial.cer").write_bytes(with_negative_serial())
    (target / "two.cer").write_bytes(pem + pem)
    (target / "private-key.cer").write_bytes(private + pem)
    (target / "no-certificate.cer").write_bytes(
        b"-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n"
    )
    (target / "binary.cer").write_bytes(bytes(range(256)))
    (target / "empty.cer").write_bytes(b"")
    (target / "large.cer").write_bytes(pem + b"\n" * 100_000)


def with_negative_serial() -> bytes:
    """A certificate whose serial number is below 0, which no library issues."""
    made = make(Wanted())
    der, size = made.public_bytes(Encoding.DER), (made.serial_number.bit_length() + 8) // 8
    number = made.serial_number.to_bytes(size, "big")
    return der.replace(bytes([2, size]) + number, bytes([2, size, 0x80]) + number[1:], 1)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
