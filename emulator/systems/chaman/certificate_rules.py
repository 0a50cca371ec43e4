"""The portal's own reading of a certificate file, and the manual's rules on it (R37, R40-R43, R45, R46).

Files come from anyone: whatever cannot be read is an issue, never an exception.
"""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emulator.core import reference
from emulator.core.problems import Issue

EXTENSION = ".cer"
KEY_TYPES = frozenset({"RSA-2048", "RSA-3072", "RSA-4096", "P-384", "P-521"})
SIGNATURES = frozenset({"SHA-256", "SHA-384", "SHA-512"})
_HASHES = {
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
# What reading a certificate may say of one that it cannot.
_UNREADABLE = (
    ValueError,
    binascii.Error,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
# How a .pfx begins: a sequence of version 3 and content that is data or signed data (RFC 7292, section 4).
_PKCS12 = re.compile(
    rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03"
    rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x01\x02]",
    re.DOTALL,
)
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def examine(content: str, file_name: str, usage: str, now: datetime) -> tuple[list[Issue], dict[str, Any]]:
    """All that is wrong with a file for this usage today, and what it says of itself.

    :param content: the file in base64; the file is DER or PEM.
    :param usage: `ftp` or `rest`.
    :returns: the issues, and `subject, issuer, notBefore, notAfter, keyType, signatureAlgorithm, selfSigned, sha256`
        (empty when the file cannot be read).
    """
    issues = []
    if not file_name.lower().endswith(EXTENSION):
        issues.append(
            Issue("invalidInput", "the file's name ends in .cer; .pfx is refused", "fileName", "path", "R43")
        )
    try:
        raw = base64.b64decode(content)
        certificate = _load(raw)
        facts = _facts(certificate)
        signs = _signs(certificate)
    except _Refused as reason:
        return [*issues, Issue("rejectedInput", str(reason), "content", rule="R43")], {}
    except _UNREADABLE:
        kind = "a .pfx with a key in it" if _is_pkcs12(content) else "not a certificate that can be read"
        return [*issues, Issue("invalidInput", f"the content is {kind}", "content", rule="R43")], {}
    return issues + _issues(facts, signs, usage, now), facts


def _issues(facts: dict[str, Any], signs: bool, usage: str, now: datetime) -> list[Issue]:
    issues = []

    def add(kind: str, detail: str, rule: str) -> None:
        issues.append(Issue(kind, detail, "content", rule=rule))

    if facts["keyType"] not in KEY_TYPES:
        add(
            "rejectedInput",
            f"a key of kind {facts['keyType']}; allowed are {', '.join(sorted(KEY_TYPES))}",
            "R40",
        )
    if facts["signatureAlgorithm"] not in SIGNATURES:
        add(
            "rejectedInput",
            f"signed with {facts['signatureAlgorithm']}; allowed are {', '.join(sorted(SIGNATURES))}",
            "R41",
        )
    if facts["selfSigned"] and usage != "rest":
        add("rejectedInput", "self-signed, which only REST accounts may have", "R42")
    if facts["selfSigned"] and not signs:
        add("rejectedInput", "self-signed without the key usage digital signature", "R46")
    not_before, not_after = (
        datetime.fromisoformat(facts["notBefore"]),
        datetime.fromisoformat(facts["notAfter"]),
    )
    if not not_before <= now <= not_after:
        add("invalidPeriod", "not valid today", "R37")
    most = reference.ftp_certificate_max_days()
    if usage == "ftp" and not_after - not_before > timedelta(days=most):
        add("outOfRange", f"valid for more than {most} days, the most for an FTP account", "R45")
    return issues


class _Refused(Exception):
    """What is in the file can be read, and is not one certificate and nothing else."""


def _load(raw: bytes) -> x509.Certificate:
    if b"PRIVATE KEY" in raw:
        raise _Refused("the file holds a private key: take it out, and have the key replaced")
    with warnings.catch_warnings():
        # Of a serial number that is none; the issue says so.
        warnings.simplefilter("ignore")
        found = (
            x509.load_pem_x509_certificates(raw)
            if b"-----BEGIN" in raw
            else [x509.load_der_x509_certificate(raw)]
        )
        if len(found) > 1:
            raise _Refused(f"{len(found)} certificates are in the file, and one is asked")
        if found[0].serial_number < 1:
            raise _Refused("its serial number is not positive")
    return found[0]


def _facts(certificate: x509.Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "notBefore": certificate.not_valid_before_utc.isoformat(),
        "notAfter": certificate.not_valid_after_utc.isoformat(),
        "keyType": _key_type(certificate),
        "signatureAlgorithm": _signature(certificate),
        "selfSigned": _is_self_signed(certificate),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether its own key signed it. An issuer of the same name with another key is somebody else."""
    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return True  # cannot be checked, and nobody else claims it
    return True


def _key_type(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name)
    return type(key).__name__.removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    """The hash of the signature; a scheme without one (Ed25519) has none of the allowed."""
    algorithm = certificate.signature_hash_algorithm
    return "no hash of its own" if algorithm is None else _HASHES.get(algorithm.name, algorithm.name)


def _signs(certificate: x509.Certificate) -> bool:
    """Whether the key usage includes digital signature (R46)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        return False


def _is_pkcs12(content: str) -> bool:
    """Told from other files for the sake of a clear message: this is the mistake that the manual warns of.

    By how it begins, and never opened: the file says itself how long that would take.
    """
    try:
        return _PKCS12.match(base64.b64decode(content)) is not None
    except ValueError:
        return False


def self_signed(common_name: str, now: datetime) -> str:
    """A supplier's own certificate for REST, for two years, in base64. Nobody signs with its key, which is not kept."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name[:64])])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=730))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA384())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
