"""Certificates in any shape, for tests: keys of every kind, made once a session, and what only openssl makes."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_CURVES: dict[str, Any] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
}
_OTHERS: dict[str, Any] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "Ed448": ed448.Ed448PrivateKey.generate,
    "X25519": x25519.X25519PrivateKey.generate,
    "DSA": lambda: dsa.generate_private_key(2048),
}
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def key(kind: str, name: str = "own") -> Any:
    """A private key such as `RSA-3072`, one for each name in a session: RSA takes its time."""
    return _make_key(kind, name)


@cache
def _make_key(kind: str, name: str) -> Any:
    if kind.startswith("RSA-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    return ec.generate_private_key(_CURVES[kind]()) if kind in _CURVES else _OTHERS[kind]()


def key_pem(kind: str, name: str = "own") -> bytes:
    return bytes(key(kind, name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])


def made(
    kind: str = "P-384",
    *,
    own: bool = False,
    digest: Any = hashes.SHA384,
    usage: Sequence[str] | None = ("digital_signature",),
    begins: str = "2025-01-01",
    ends: str = "2027-01-01",
    subject: str = "OCMW Pajottegem",
    issuer: str | None = None,
    pss: bool = False,
    also: Sequence[x509.ExtensionType] = (),
) -> x509.Certificate:
    """One certificate; `own`: signed with its own key, under its own name or that of `issuer`. `usage` None leaves the
    key usage out."""
    if issuer is None:
        issuer = subject if own else "Authority"
    signer = key(kind) if own else key("RSA-2048" if pss else "P-384", "authority")
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key(kind).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromisoformat(begins).replace(tzinfo=UTC))
        .not_valid_after(datetime.fromisoformat(ends).replace(tzinfo=UTC))
    )
    if usage is not None:
        builder = builder.add_extension(x509.KeyUsage(*(name in usage for name in USAGES)), critical=True)
    for extension in also:
        builder = builder.add_extension(extension, critical=False)
    filled = padding.PSS(padding.MGF1(digest()), digest().digest_size) if pss else None
    return builder.sign(signer, digest() if digest else None, rsa_padding=filled)


def der(*args: Any, **more: Any) -> bytes:
    return made(*args, **more).public_bytes(Encoding.DER)


def pem(*args: Any, **more: Any) -> bytes:
    return made(*args, **more).public_bytes(Encoding.PEM)


def require_openssl() -> str:
    """The second opinion of these tests. Without it they say so, and none passes unseen."""
    found = shutil.which("openssl")
    if found is None:
        pytest.fail("these tests need the program openssl on PATH: `apt-get install openssl`")
    return found


def openssl(*arguments: str, **files: bytes) -> subprocess.CompletedProcess[bytes]:
    """Runs openssl in a folder of its own, with these files in it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return subprocess.run(
            [require_openssl(), *arguments], cwd=folder, capture_output=True, check=False, timeout=60
        )


@cache
def by_openssl(*arguments: str, kind: str = "RSA-2048") -> bytes:
    """What openssl prints in PEM for these arguments; the key is in the file `key`."""
    done = openssl(*arguments, key=key_pem(kind))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def reads_certificate(content: bytes) -> str:
    """The SHA-256 fingerprint that openssl reads out of a file; "" where it finds no certificate."""
    done = openssl("x509", "-in", "file", "-noout", "-fingerprint", "-sha256", file=content)
    return (
        done.stdout.decode().rpartition("=")[2].replace(":", "").strip().lower()
        if done.returncode == 0
        else ""
    )
