"""Certificates of ChaMan's accounts: reads `.cer` files and checks them by the manual's rules. R37–R46."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

from schemas.declaration import Draft
from schemas.document import Document
from schemas.files import Outside, Unreadable, read_file
from schemas.findings import Finding, Path
from schemas.reference import reference
from schemas.validity import Validity

if TYPE_CHECKING:
    from cryptography import x509

KEYS = ("RSA-2048", "RSA-3072", "RSA-4096", "P-384", "P-521")
SIGNATURES = ("SHA-256", "SHA-384", "SHA-512")
MAX_BYTES = 64 * 1024

Usage = Literal["ftp", "rest"]
Problem = tuple[str, str]
"""A rule and what is wrong."""


class CertificateError(ValueError):
    """A file is not one certificate; `rule` is the finding's rule."""

    def __init__(self, rule: str, message: str) -> None:
        self.rule = rule
        super().__init__(message)


@dataclass(frozen=True)
class Certificate:
    """The contents of a certificate. Times are UTC; `sha256` is the fingerprint in hex; `der` is the certificate itself."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    self_signed: bool
    digital_signature: bool
    sha256: str
    der: bytes

    @property
    def validity(self) -> Validity:
        return Validity(self.not_before.date(), self.not_after.date())


def read_certificate(path: FilePath, within: FilePath | None = None) -> Certificate:
    """The certificate in a `.cer` file, DER or PEM; `within` is the folder that a link must not lead out of.

    Raises `CertificateError`.
    """
    if path.suffix.lower() != ".cer":
        raise CertificateError("R43", f"{path.name} is not a .cer file")
    try:
        content = read_file(path, MAX_BYTES + 1, within)
    except Outside as error:
        raise CertificateError("certificate-path", f"{path.name}: {error}") from None
    except Unreadable as error:
        raise CertificateError("certificate-file", f"{path.name}: {error}") from None
    return parse_certificate(content, path.name)


def parse_certificate(content: bytes, name: str) -> Certificate:
    """The one certificate in a file's bytes, DER or PEM. Raises `CertificateError`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    if len(content) > MAX_BYTES:
        raise CertificateError("certificate-file", f"{name} is too large for one certificate")
    if b"PRIVATE KEY" in content:
        raise CertificateError(
            "certificate-file",
            f"{name} holds a private key: take it out, here and from git's history, and have the key replaced",
        )
    try:
        certificate = _load(content, name)
        return Certificate(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            key=_key(certificate),
            signature=_signature(certificate),
            self_signed=_is_self_signed(certificate),
            digital_signature=_has_digital_signature(certificate),
            sha256=certificate.fingerprint(SHA256()).hex(),
            der=certificate.public_bytes(Encoding.DER),
        )
    except CertificateError:
        raise
    except Exception:
        raise CertificateError("certificate-file", f"{name} is not a certificate in DER or PEM") from None


def _load(content: bytes, name: str) -> x509.Certificate:
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about serial numbers: a finding says it once
        if b"-----BEGIN" in content:
            certificate, *others = x509.load_pem_x509_certificates(content)
            if others:
                many = len(others) + 1
                raise CertificateError("certificate-file", f"{name} holds {many} certificates: leave one")
        else:
            certificate = x509.load_der_x509_certificate(content)
        if certificate.serial_number <= 0:
            raise CertificateError(
                "certificate-file", f"{name}: its serial number is not positive: have it issued again"
            )
    return certificate


def certificate_problems(
    certificate: Certificate, usage: Usage, takes_effect: date | None = None
) -> list[Problem]:
    """The rules that an FTP or REST account's certificate breaks, each with why: those that it breaks on every day. Whether
    it is valid today is asked where the portal's day is known (`providers.chaman`)."""
    problems: list[Problem] = []
    if certificate.key not in KEYS:
        problems.append(("R40", f"its key is {certificate.key}; allowed: {', '.join(KEYS)}"))
    if certificate.signature not in SIGNATURES:
        problems.append(
            ("R41", f"it is signed with {certificate.signature}; allowed: {', '.join(SIGNATURES)}")
        )
    if certificate.self_signed and usage == "ftp":
        problems.append(("R42", "it is self-signed: an FTP account needs one of a certificate authority"))
    if certificate.self_signed and not certificate.digital_signature:
        problems.append(("R46", "it is self-signed and lacks the key usage digital signature"))
    validity = certificate.validity
    if takes_effect and validity.has_ended_before(takes_effect):
        problems.append(("R37", validity.describe_not_on(takes_effect)))
    longest = reference().ftp_certificate_max_days
    if usage == "ftp" and certificate.not_after - certificate.not_before > timedelta(days=longest):
        days = (certificate.not_after - certificate.not_before).days
        problems.append(("R45", f"it is valid for {days} days, an FTP account's for at most {longest}"))
    return problems


def check(draft: Draft, document: Document, directory: FilePath) -> Iterator[Finding]:
    """Findings about the certificates that a declaration names, relative to `directory`."""
    if draft.accounts is None:
        return
    named: list[tuple[Path, str, Usage]] = []
    if draft.accounts.ftp:
        named.append((("accounts", "ftp", "certificate"), draft.accounts.ftp.certificate, "ftp"))
    if draft.accounts.rest and (own := draft.accounts.rest.certificate_management.own):
        named.append(
            (("accounts", "rest", "certificateManagement", "own", "certificate"), own.certificate, "rest")
        )
    for path, name, usage in named:
        try:
            certificate = read_certificate(directory / name, directory)
        except CertificateError as error:
            yield document.finding(path, error.rule, str(error))
            continue
        for rule, reason in certificate_problems(certificate, usage, draft.takes_effect):
            yield document.finding(path, rule, f"{name}: {reason}")


def _key(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}.get(
            key.curve.name, key.curve.name
        )
    return type(key).__name__.lstrip("_").removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name.upper().replace("SHA", "SHA-", 1) if algorithm else "an unknown algorithm"


def _is_self_signed(certificate: x509.Certificate) -> bool:
    """By its own key, and not only under its own name: an issuer may have several keys."""
    from cryptography.exceptions import InvalidSignature

    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except Exception:
        return True  # a signature of a kind that nobody here can check: its own word counts
    return True


def _has_digital_signature(certificate: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        return False
