"""Files that people take for certificates, good and bad: which rules each breaks, and whether openssl finds one in it.

Judged on `DAY`. Client and portal must both say what stands here, each by code of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

from tests.support.certificate_making import by_openssl, der, key, key_pem, made, named, pem

DAY = date(2025, 2, 3)


@dataclass(frozen=True)
class Case:
    """A file. `ftp` and `rest` are the rules that it breaks for such an account; `openssl`: it finds a certificate in it.

    `says` is in our reason, where the file is refused as a file.
    """

    name: str
    content: Callable[[], bytes]
    ftp: str = ""
    rest: str = ""
    openssl: bool = True
    says: str = ""


def _good(name: str, content: Callable[[], bytes]) -> Case:
    return Case(name, content)


def _both(name: str, rules: str, content: Callable[[], bytes]) -> Case:
    return Case(name, content, rules, rules)


def _no_file(name: str, says: str, content: Callable[[], bytes], *, openssl: bool = False) -> Case:
    return Case(name, content, "R43", "R43", openssl, says)


def _own(**more: Any) -> Callable[[], bytes]:
    return lambda: der(own=True, **more)


def _request() -> x509.CertificateSigningRequest:
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(named("OCMW"))
        .sign(key("P-384"), hashes.SHA384())
    )


def _pfx(password: bytes | None) -> bytes:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"x", key("P-384"), made(own=True), None, how)


def _revoked() -> bytes:
    from datetime import UTC, datetime

    builder = x509.CertificateRevocationListBuilder().issuer_name(named("Authority"))
    day = datetime(2025, 1, 1, tzinfo=UTC)
    made_list = (
        builder.last_update(day)
        .next_update(datetime(2025, 3, 1, tzinfo=UTC))
        .sign(key("P-384"), hashes.SHA384())
    )
    return made_list.public_bytes(Encoding.DER)


def _swap(old: str, new: str, content: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same bytes with other ones of the same length in them, both in hex."""
    return lambda: content().replace(bytes.fromhex(old), bytes.fromhex(new))


def _negative_serial() -> bytes:
    certificate = made()
    size = (certificate.serial_number.bit_length() + 8) // 8
    number = certificate.serial_number.to_bytes(size, "big")
    content = certificate.public_bytes(Encoding.DER)
    return content.replace(bytes([2, size]) + number, bytes([2, size, 0x80]) + number[1:], 1)


def _lines(join: bytes = b"\n", before: bytes = b"", content: Callable[[], bytes] = pem) -> bytes:
    """PEM with other ends of its lines, or something before each."""
    return b"".join(before + line + join for line in content().splitlines())


_X509 = (
    "req",
    "-x509",
    "-key",
    "key",
    "-subj",
    "/CN=OCMW",
    "-days",
    "700",
    "-addext",
    "keyUsage=digitalSignature",
)
_CONSTRAINTS = x509.BasicConstraints(ca=True, path_length=None)

CASES = (
    # -- keys: R40
    *(_good(f"key {kind}", partial(der, kind)) for kind in ("RSA-2048", "RSA-3072", "RSA-4096")),
    *(_good(f"key {kind}", partial(der, kind)) for kind in ("P-384", "P-521")),
    *(
        _both(f"key {kind}", "R40", partial(der, kind))
        for kind in ("RSA-1024", "RSA-2040", "P-256", "secp256k1", "brainpoolP384r1", "Ed25519", "Ed448", "DSA", "X25519")
    ),
    # The identifier of the key's kind is one that nobody has.
    _both("key of an unknown kind", "R40", _swap("2a8648ce3d0201", "2a8648ce3d0209", der)),
    _both("key on an unknown curve", "R40", _swap("2b81040022", "2b81040055", der)),
    # -- signatures: R41
    *(_good(f"signed with {h.name}", partial(der, digest=h)) for h in (hashes.SHA256, hashes.SHA384, hashes.SHA512)),
    *(
        _both(f"signed with {h.name}", "R41", partial(der, digest=h))
        for h in (hashes.SHA224, hashes.SHA3_256, hashes.SHA3_384)
    ),
    _good("signed with RSA-PSS and SHA-256", lambda: der(pss=True, digest=hashes.SHA256)),
    _good("signed with RSA-PSS and SHA-512", lambda: der("RSA-2048", pss=True, digest=hashes.SHA512)),
    _both("signed with RSA-PSS and SHA-224", "R41", lambda: der(pss=True, digest=hashes.SHA224)),
    Case("self-signed with SHA-1", lambda: by_openssl(*_X509, "-sha1"), "R37 R41 R42", "R37 R41"),
    Case("self-signed with MD5", lambda: by_openssl(*_X509, "-md5"), "R37 R41 R42", "R37 R41"),
    _both("signed in an unknown way", "R41", _swap("2a8648ce3d040303", "2a8648ce3d040377", der)),
    Case("self-signed with Ed25519", _own(kind="Ed25519", digest=None), "R40 R41 R42", "R40 R41"),
    Case("self-signed with P-256", _own(kind="P-256", digest=hashes.SHA256), "R40 R42", "R40"),
    # -- who signed it, and what for (R42, R46)
    Case("self-signed", _own(), "R42"),
    Case("self-signed, RSA", _own(kind="RSA-2048", digest=hashes.SHA256), "R42"),
    Case("self-signed, no key usage", _own(usage=None), "R42 R46", "R46"),
    Case("self-signed, another key usage", _own(usage=("key_encipherment",)), "R42 R46", "R46"),
    Case("self-signed, an empty key usage", _own(usage=()), "R42 R46", "R46"),
    Case("self-signed, more key usage", _own(usage=("digital_signature", "key_encipherment")), "R42"),
    Case("self-signed, of an authority", _own(usage=("digital_signature", "key_cert_sign"), also=[_CONSTRAINTS]), "R42"),
    Case("self-signed, only of an authority", _own(usage=("key_cert_sign",), also=[_CONSTRAINTS]), "R42 R46", "R46"),
    Case("self-signed, without a name", _own(subject=""), "R42"),
    _good("an authority's, signed by another", lambda: der(usage=("key_cert_sign",), also=[_CONSTRAINTS])),
    _good("signed by another, no key usage", lambda: der(usage=None)),
    _good("an issuer of the same name with another key", lambda: der(issuer="OCMW Pajottegem", usage=None)),
    _good("an issuer of the same name with another kind of key",
          lambda: der("RSA-2048", issuer="OCMW Pajottegem", usage=None)),
    Case("self-signed under another's name", _own(issuer="Authority"), "R42"),
    Case("self-signed under another's name, RSA", _own(kind="RSA-2048", digest=hashes.SHA256, issuer="Authority"), "R42"),
    Case("self-signed under another's name, no key usage", _own(issuer="Authority", usage=None), "R42 R46", "R46"),
    Case("self-signed with RSA-PSS, under another's name",
         _own(kind="RSA-2048", pss=True, digest=hashes.SHA256, issuer="Authority"), "R42"),
    Case("self-signed with Ed25519 under another's name",
         _own(kind="Ed25519", digest=None, issuer="Authority"), "R40 R41 R42", "R40 R41"),
    # Nobody can check this signature, so its own word counts.
    Case("self-signed by its names, with a key of an unknown kind",
         _swap("2a8648ce3d0201", "2a8648ce3d0209", _own()), "R40 R42", "R40"),
    _good("signed by nobody with a name", lambda: der(issuer="")),
    # -- when it is valid (R37, R45)
    _both("expired", "R37", lambda: der(begins="2023-01-01", ends="2025-01-31")),
    _both("not yet valid", "R37", lambda: der(begins="2025-02-05")),
    _good("begins with the day, in Belgium", lambda: der(begins="2025-02-02T23:00:00")),
    _good("ends with the day, in Belgium", lambda: der(ends="2025-02-03T22:59:59")),
    _both("ends as the day begins", "R37", lambda: der(ends="2025-02-03")),
    Case("just not too long", lambda: der(begins="2025-01-01", ends="2028-01-02")),
    Case("a second too long", lambda: der(begins="2025-01-01", ends="2028-01-02T00:00:01"), "R45"),
    Case("a day too long", lambda: der(begins="2025-01-01", ends="2028-01-03"), "R45"),
    Case("until 2050", lambda: der(ends="2050-06-01"), "R45"),
    Case("until the end of the calendar", lambda: der(ends="9999-12-31"), "R45"),
    _both("of the last second of the calendar", "R37",
          lambda: der(begins="9999-12-31T23:59:58", ends="9999-12-31T23:59:59")),
    Case("self-signed, until 2060", _own(ends="2060-01-01"), "R42 R45"),
    Case("everything wrong", _own(kind="Ed448", digest=None, usage=None, begins="2010-01-01", ends="2024-01-01"),
         "R37 R40 R41 R42 R45 R46", "R37 R40 R41 R46"),
    # -- names
    _good("a name with signs of other alphabets", lambda: der(subject="OCMW Ĳzer – Ñandú 社会")),
    _good("a name of quotes and commas", lambda: der(subject='OCMW "A", B+C=D\\; <x>')),
    # -- PEM as it comes
    _good("PEM", pem),
    _good("PEM with CRLF", lambda: pem().replace(b"\n", b"\r\n")),
    _good("PEM with a byte order mark", lambda: b"\xef\xbb\xbf" + pem()),
    _good("text before PEM", lambda: b"Bag Attributes\n    friendlyName: ftp\n" + pem()),
    _good("text behind PEM", lambda: pem() + b"\nsent on Monday\n"),
    _good("PEM without its last line end", lambda: pem().rstrip()),
    _good("PEM with spaces behind its lines", lambda: _lines(b"  \n")),
    _good("PEM under its old label", lambda: pem().replace(b"CERTIFICATE", b"X509 CERTIFICATE")),
    _no_file("PEM with CR alone", "a line of its own", lambda: _lines(b"\r")),
    _no_file("PEM that is indented", "a line of its own", lambda: _lines(before=b"    ")),
    _no_file("PEM behind other text on its line", "a line of its own", lambda: b"cert: " + pem()),
    _no_file("PEM with empty lines", "something else than base64", lambda: _lines(b"\n\n")),
    _no_file("PEM with a header", "something else than base64",
             lambda: pem().replace(b"-----\n", b"-----\nComment: x\n\n", 1)),
    _no_file("PEM with a damaged sign", "something else than base64", lambda: pem().replace(b"\nMI", b"\nM!", 1)),
    _no_file("PEM cut off", "its line END is missing", lambda: pem()[:300]),
    _no_file("PEM in UTF-16", "save its text as ASCII or UTF-8", lambda: pem().decode().encode("utf-16")),
    _no_file("base64 without its lines", "lines BEGIN", lambda: b"\n".join(pem().splitlines()[1:-1])),
    _no_file("PEM with nothing in it", "base64", lambda: b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
    _no_file("openssl's trusted form", "openssl's own form",
             lambda: pem().replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE"), openssl=True),
    # -- more, less or other than one certificate
    _no_file("chain in one file", "2 certificates", lambda: pem() + pem(own=True, subject="Authority"), openssl=True),
    _no_file("two leaves", "2 certificates", lambda: pem() + pem("P-521"), openssl=True),
    _no_file("private key beside it", "private key", lambda: key_pem("P-384") + pem(), openssl=True),
    _no_file("private key alone, PEM", "private key", lambda: key_pem("P-384")),
    _no_file("private key alone, DER", "private key", lambda: bytes(
        key("P-384").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))),
    _no_file("private key behind a password", "private key", lambda: bytes(
        key("P-384").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))),
    _no_file("PKCS#12 under another name", ".pfx", lambda: _pfx(None), openssl=True),
    _no_file("PKCS#12 with a password", ".pfx", lambda: _pfx(b"secret")),
    _no_file("PKCS#7, DER", "PKCS#7", lambda: pkcs7.serialize_certificates([made()], Encoding.DER)),
    _no_file("PKCS#7, PEM", "PKCS#7", lambda: pkcs7.serialize_certificates([made()], Encoding.PEM)),
    _no_file("request, PEM", "request", lambda: _request().public_bytes(Encoding.PEM)),
    _no_file("request, DER", "request", lambda: _request().public_bytes(Encoding.DER)),
    _no_file("revocation list", "revoked", _revoked),
    _no_file("public key", "public key", lambda: bytes(
        key("P-384").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))),
    _no_file("request beside it", "request", lambda: _request().public_bytes(Encoding.PEM) + pem(), openssl=True),
    _no_file("DER cut off", "cut off", lambda: der()[:-7]),
    _no_file("something behind DER", "behind it", lambda: der() + b"\n", openssl=True),
    _no_file("something before DER", "not a certificate", lambda: b"\n" + der()),
    _no_file("DER in base64 twice", "not a certificate", lambda: base64.b64encode(pem())),
    _no_file("negative serial number", "serial number", _negative_serial, openssl=True),
    _no_file("a name that cannot be read", "cannot be read", lambda: der(also=[
        x509.UnrecognizedExtension(x509.OID_SUBJECT_ALTERNATIVE_NAME, bytes.fromhex("3004a5023000"))]), openssl=True),
    _no_file("empty", "empty", lambda: b""),
    _no_file("blank", "empty", lambda: b" \r\n"),
    _no_file("a page of the web", "not a certificate", lambda: b"<!DOCTYPE html><title>Log in</title>"),
    _no_file("any bytes", "not a certificate", lambda: bytes(range(256))),
    _no_file("10 MB", "too large", lambda: der() + b"\0" * 10_000_000, openssl=True),
)  # fmt: skip
