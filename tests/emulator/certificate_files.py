"""Certificate files as centres and suppliers have them, good and bad."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12

P256, P384, P521 = ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()
AUTHORITY_KEY = ec.generate_private_key(P384)


def certificate(
    key: Any = None,
    *,
    self_signed: bool = False,
    algorithm: Any = None,
    signs: bool | None = True,
    begins: str = "2025-01-01",
    days: int = 700,
    encoding: Encoding = Encoding.DER,
) -> str:
    """The content of a `.cer` in base64; `signs` None leaves the key usage out."""
    key = key or ec.generate_private_key(P384)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OCMW Pajottegem")])
    issuer = (
        subject if self_signed else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority")])
    )
    begin = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    if signs is not None:
        usage = x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False)
        builder = builder.add_extension(usage, critical=True)
    signer = key if self_signed else AUTHORITY_KEY
    used = None if isinstance(signer, ed25519.Ed25519PrivateKey) else algorithm or hashes.SHA384()
    return base64.b64encode(builder.sign(signer, used).public_bytes(encoding)).decode()


def pfx(password: bytes | None) -> str:
    """A `.pfx`: a key with its certificate, which nobody should send anywhere."""
    key = ec.generate_private_key(P384)
    loaded = x509.load_der_x509_certificate(base64.b64decode(certificate(key, self_signed=True)))
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

    protection = NoEncryption() if password is None else BestAvailableEncryption(password)
    return base64.b64encode(
        pkcs12.serialize_key_and_certificates(b"x", key, loaded, None, protection)
    ).decode()


def rsa_key(size: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=size)
