"""What a certificate's file holds: the one certificate, DER or PEM, or in words what it is instead (R43).

PEM is read as openssl reads it: what is taken here is a certificate for others too. What a file is instead is told by
how it begins: nothing is opened, no password is asked.
"""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

MAX_BYTES = 64 * 1024
FILE, PFX = "certificate-file", "R43"
"""The rules of findings: of a file that is no certificate, and of a `.pfx`, whatever its name is."""

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BEGIN = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?$", re.MULTILINE)
_BLOCK = re.compile(
    rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n((?:[A-Za-z0-9+/]+={0,2}[ \t]*\r?\n)+)-----END \1-----[ \t]*\r?$",
    re.MULTILINE,
)
_BARE_BASE64 = re.compile(rb"MII[A-Za-z0-9+/\s]{40,}={0,2}\s*")
_SEQUENCE = rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)"
_OBJECT = rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_PFX = re.compile(_SEQUENCE + rb"\x02\x01\x03" + _SEQUENCE + _OBJECT + rb"[\x01\x02]", re.DOTALL)
_PKCS7 = re.compile(_SEQUENCE + _OBJECT + rb"\x02", re.DOTALL)
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE")
_PFX_REASON = (
    "holds a .pfx (PKCS#12), in which a private key is: export the certificate alone, as "
    "`openssl pkcs12 -in FILE -clcerts -nokeys` does, and leave the .pfx out of git"
)
_OTHER_BLOCKS = {
    "TRUSTED CERTIFICATE": "holds a certificate in openssl's own form: `openssl x509 -in FILE` prints the usual one",
    "PKCS7": "holds a bundle (PKCS#7, .p7b): `openssl pkcs7 -in FILE -print_certs` prints what is in it; take your own",
    "CMS": "holds a bundle (CMS): take your own certificate out of it",
    "CERTIFICATE REQUEST": "holds a request (CSR), not a certificate: the authority answers it with one",
    "NEW CERTIFICATE REQUEST": "holds a request (CSR), not a certificate: the authority answers it with one",
    "X509 CRL": "holds a list of revoked certificates (CRL), not a certificate",
    "PUBLIC KEY": "holds a public key alone, not a certificate",
}
_PRIVATE_KEY_REASON = (
    "holds a private key: take it out, here and from git's history, and have the key replaced"
)


class CertificateError(ValueError):
    """A file is not one certificate; `rule` is the finding's rule."""

    def __init__(self, rule: str, message: str) -> None:
        self.rule = rule
        super().__init__(message)


def load_one(content: bytes, name: str) -> x509.Certificate:
    """The one certificate in a file's bytes; messages call the file `name`. Raises `CertificateError`."""
    text = content.removeprefix(_BOM)
    if len(content) > MAX_BYTES:
        raise CertificateError(FILE, f"{name} is too large for one certificate")
    if not content.strip():
        raise CertificateError(FILE, f"{name} is not a certificate: it is empty")
    if content.startswith(_UTF_16):
        raise CertificateError(
            FILE, f"{name} is not a certificate in DER or PEM: save its text as ASCII or UTF-8"
        )
    if b"PRIVATE KEY-----" in content:
        raise CertificateError(FILE, f"{name} {_PRIVATE_KEY_REASON}")
    return _load_der(_decode(text, name) if b"-----BEGIN" in text else text, name)


def _decode(text: bytes, name: str) -> bytes:
    """The DER of the one block of PEM."""
    labels = [label.decode() for label in _BEGIN.findall(text)]
    certificates = [label for label in labels if label in _CERTIFICATES]
    if len(certificates) > 1:
        raise CertificateError(FILE, f"{name} holds {len(certificates)} certificates: leave one")
    for label in labels:
        if label not in _CERTIFICATES:
            reason = _OTHER_BLOCKS.get(label, f"holds a part {label}")
            beside = ", beside a certificate: leave the certificate alone" if certificates else ""
            raise CertificateError(FILE, f"{name} {reason}{beside}")
    if not labels:
        raise CertificateError(
            FILE,
            f"{name} is not a certificate in PEM: `-----BEGIN CERTIFICATE-----` must be a line of its own, with nothing "
            "before or behind it",
        )
    block = _BLOCK.search(text)
    if block is None and b"-----END" not in text:
        raise CertificateError(
            FILE, f"{name} is not a whole certificate: it is cut off, its line END is missing"
        )
    try:
        return base64.b64decode(b"".join(block[2].split()) if block else b"!", validate=True)
    except binascii.Error:
        raise CertificateError(
            FILE,
            f"{name} is not a certificate in PEM: between BEGIN and END there is something else than base64",
        ) from None


def _load_der(der: bytes, name: str) -> x509.Certificate:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about serial numbers: a finding says it once
        try:
            certificate = x509.load_der_x509_certificate(der)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise _name_other(der, name) from None
        try:
            _ = (
                certificate.extensions,
                certificate.subject.rfc4514_string(),
                certificate.issuer.rfc4514_string(),
            )
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            raise CertificateError(
                FILE,
                f"{name}: a part of the certificate cannot be read (a name or an extension): have it issued again",
            ) from None
        if certificate.serial_number <= 0:
            raise CertificateError(FILE, f"{name}: its serial number is not positive: have it issued again")
    return certificate


def _name_other(content: bytes, name: str) -> CertificateError:
    """What the bytes are that are no certificate."""
    if _PFX.match(content):
        return CertificateError(PFX, f"{name} {_PFX_REASON}")
    if _PKCS7.match(content):
        return CertificateError(FILE, f"{name} {_OTHER_BLOCKS['PKCS7']}")
    if _BARE_BASE64.fullmatch(content):
        return CertificateError(
            FILE,
            f"{name} is not a certificate in PEM: the lines BEGIN CERTIFICATE and END CERTIFICATE are missing",
        )
    if (kind := _kind_of_der(content)) is not None:
        return CertificateError(FILE, f"{name} {kind}")
    if (size := _size_of_der(content)) is not None and size != len(content):
        what = "is cut off" if size > len(content) else "has something behind it"
        return CertificateError(
            FILE, f"{name} is not one whole certificate: it {what} ({len(content)} bytes, and it says {size})"
        )
    return CertificateError(FILE, f"{name} is not a certificate in DER or PEM")


def _kind_of_der(content: bytes) -> str | None:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    def is_private_key() -> object:
        return serialization.load_der_private_key(content, None)

    kinds = (
        (x509.load_der_x509_csr, _OTHER_BLOCKS["CERTIFICATE REQUEST"]),
        (x509.load_der_x509_crl, _OTHER_BLOCKS["X509 CRL"]),
        (serialization.load_der_public_key, _OTHER_BLOCKS["PUBLIC KEY"]),
    )
    for load, reason in kinds:
        try:
            load(content)
        except (ValueError, UnsupportedAlgorithm):
            continue
        return reason
    try:
        is_private_key()
    except TypeError:
        return _PRIVATE_KEY_REASON  # behind a password
    except (ValueError, UnsupportedAlgorithm):
        return None
    return _PRIVATE_KEY_REASON


def _size_of_der(content: bytes) -> int | None:
    """How many bytes the outermost sequence says it has; None for what is no sequence."""
    if len(content) < 2 or content[0] != 0x30:
        return None
    first = content[1]
    if first < 0x80:
        return first + 2
    count = first & 0x7F
    return int.from_bytes(content[2 : 2 + count], "big") + 2 + count if 0 < count <= 4 else None
