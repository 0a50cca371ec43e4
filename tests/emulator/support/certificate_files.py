"""Certificate files as centres and suppliers have them, good and bad."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

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
    also: x509.ExtensionType | None = None,
    issuer: str = "Authority",
) -> str:
    """The content of a `.cer` in base64; `signs` None leaves the key usage out, `issuer` is the authority's name."""
    key = key or ec.generate_private_key(P384)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OCMW Pajottegem")])
    authority = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)])
    begin = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if self_signed else authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    if signs is not None:
        usage = x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False)
        builder = builder.add_extension(usage, critical=True)
    if also is not None:
        builder = builder.add_extension(also, critical=False)
    signer = key if self_signed else AUTHORITY_KEY
    used = None if isinstance(signer, ed25519.Ed25519PrivateKey) else algorithm or hashes.SHA384()
    return base64.b64encode(builder.sign(signer, used).public_bytes(encoding)).decode()


def pem() -> bytes:
    return base64.b64decode(certificate(encoding=Encoding.PEM))


def private_key_pem() -> bytes:
    return AUTHORITY_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def with_negative_serial() -> bytes:
    """A certificate whose serial number is below 0, which no library issues."""
    made = base64.b64decode(certificate())
    serial = x509.load_der_x509_certificate(made).serial_number
    size = (serial.bit_length() + 8) // 8
    number = serial.to_bytes(size, "big")
    return made.replace(bytes([2, size]) + number, bytes([2, size, 0x80]) + number[1:], 1)


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    return bytes([tag, length] if length < 128 else [tag, 0x82, *divmod(length, 256)]) + content


def with_alternative_name(general_name: bytes) -> str:
    """An otherwise good certificate; `general_name` is the DER of its one subject alternative name."""
    names = x509.UnrecognizedExtension(x509.OID_SUBJECT_ALTERNATIVE_NAME, der(0x30, general_name))
    return certificate(also=names)


def slow_pfx() -> str:
    """A `.pfx` of which the MAC asks for two thousand million rounds."""
    data = der(6, bytes.fromhex("2a864886f70d010701"))
    sha256 = der(0x30, der(6, bytes.fromhex("608648016503040201")), der(5))
    digest = der(0x30, sha256, der(4, b"x" * 32))
    mac = der(0x30, digest, der(4, b"salt" * 2), der(2, (2**31 - 1).to_bytes(4, "big")))
    safe = der(0x30, data, der(0xA0, der(4, der(0x30))))
    return base64.b64encode(der(0x30, der(2, b"\x03"), safe, mac)).decode()


def unknown_key() -> str:
    """A public key in PEM of a kind that nobody knows."""
    kind = der(0x30, der(6, bytes.fromhex("2b0601040186f70901")))
    raw = base64.b64encode(der(0x30, kind, der(3, b"\x00" + b"x" * 32))).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{raw}\n-----END PUBLIC KEY-----\n"


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
