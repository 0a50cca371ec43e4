"""The manual's rules on a certificate's file, on the portal's own side (R37, R40-R43, R45, R46). What a file holds:
`certificate_files`. Whatever is wrong is an issue, never an exception.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from emulator.core import reference
from emulator.core.problems import Issue
from emulator.systems.chaman import certificate_files

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
_RSA, _ECDSA = (rsa.RSAPublicKey,), (ec.EllipticCurvePublicKey,)
_EDWARDS = (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)
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
        certificate = certificate_files.load(base64.b64decode(content))
    except certificate_files.Refused as reason:
        return [*issues, reason.as_issue()], {}
    except binascii.Error:
        return [*issues, Issue("invalidInput", "the content is not base64", "content", rule="R43")], {}
    facts, signs = _facts(certificate), _signs(certificate)
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
        add(
            "outOfRange",
            f"valid for {_days(not_after - not_before)} days; at most {most} for an FTP account",
            "R45",
        )
    return issues


def _days(span: timedelta) -> int:
    """A day that has begun is a day."""
    return span.days + bool(span % timedelta(days=1))


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
    """Whether its own key signed it. Names prove nothing: an issuer of the same name may have another key, and a certificate
    may name an issuer that never saw it. They count only where the signature cannot be checked."""
    try:
        key, scheme = certificate.public_key(), _scheme(certificate)
        if not isinstance(key, scheme):
            return False
        arguments: tuple[Any, ...] = ()
        if scheme is not _EDWARDS:
            arguments = (certificate.signature_algorithm_parameters,)
        if scheme is _RSA:
            arguments = (*arguments, certificate.signature_hash_algorithm)
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, *arguments)
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm):
        return certificate.subject == certificate.issuer
    return True


def _scheme(certificate: x509.Certificate) -> Any:
    """The kinds of key that make such a signature. Raises `UnsupportedAlgorithm` for one that is not known here."""
    if certificate.signature_algorithm_oid in (SignatureAlgorithmOID.ED25519, SignatureAlgorithmOID.ED448):
        return _EDWARDS
    parameters = certificate.signature_algorithm_parameters
    if parameters is None:
        raise UnsupportedAlgorithm("a signature of an unknown kind")
    return _ECDSA if isinstance(parameters, ec.ECDSA) else _RSA


def _key_type(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name)
    return type(key).__name__.removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    """The hash of the signature; a scheme without one (Ed25519) has none of the allowed."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "unknown"
    return "no hash of its own" if algorithm is None else _HASHES.get(algorithm.name, algorithm.name)


def _signs(certificate: x509.Certificate) -> bool:
    """Whether the key usage includes digital signature (R46)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
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
