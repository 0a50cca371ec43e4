"""The portal's own reading of what a certificate's file holds: one certificate in DER or PEM, and nothing else (R43).

Files come from anyone: whatever is no certificate is refused with what it is, told by its beginning and never opened.
"""

from __future__ import annotations

import base64
import binascii
import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from emulator.core.problems import Issue

_CERTIFICATE = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})
_DATA = bytes.fromhex("06092a864886f70d0107")
_SIGNED, _KINDS_IN_A_PFX = b"\x02", (b"\x01", b"\x02")
# What reading a certificate may say of one that it cannot.
_UNREADABLE = (
    ValueError,
    TypeError,
    binascii.Error,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class Refused(Exception):
    """Not one certificate and nothing else; the text says what is there instead. `kind` is the issue's."""

    def __init__(self, text: str, kind: str = "invalidInput") -> None:
        self.kind = kind
        super().__init__(text)

    def as_issue(self) -> Issue:
        return Issue(self.kind, str(self), "content", rule="R43")


def load(raw: bytes) -> x509.Certificate:
    """The certificate in a file. Raises `Refused`."""
    raw = raw[3:] if raw[:3] == b"\xef\xbb\xbf" else raw
    if not raw.split():
        raise Refused("the file is empty")
    if b"PRIVATE KEY-----" in raw:
        raise Refused("the file holds a private key: take it out, and have the key replaced", "rejectedInput")
    der = _from_pem(raw) if b"-----BEGIN" in raw else raw
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a serial number that is none; the issue says so
        try:
            found = x509.load_der_x509_certificate(der)
        except _UNREADABLE:
            raise Refused(f"the content is {_name(der)}") from None
        try:
            list(found.extensions), found.subject.rfc4514_string(), found.issuer.rfc4514_string()
        except _UNREADABLE:
            raise Refused(
                "the content is a certificate with a name or an extension that cannot be read"
            ) from None
        if found.serial_number < 1:
            raise Refused("its serial number is not positive", "rejectedInput")
    return found


def _from_pem(raw: bytes) -> bytes:
    """The DER between the two lines of the one block, line by line."""
    label, body = "", list[bytes]()
    blocks: list[tuple[str, list[bytes], bool]] = []
    for line in raw.replace(b"\r\n", b"\n").split(b"\n"):
        text = line.rstrip(b" \t")
        if text.startswith(b"-----BEGIN ") and text.endswith(b"-----") and b"\r" not in text:
            label, body = text[11:-5].decode("latin-1"), []
            blocks.append((label, body, False))
        elif label and text == b"-----END " + label.encode("latin-1") + b"-----":
            blocks[-1] = (label, body, True)
            label = ""
        elif label:
            body.append(text)
    if not blocks:
        raise Refused("the content is text in which no line is BEGIN CERTIFICATE and nothing else")
    certificates = sum(name in _CERTIFICATE for name, *_ in blocks)
    if certificates > 1:
        raise Refused(f"{certificates} certificates are in the file, and one is asked", "rejectedInput")
    if others := [name for name, *_ in blocks if name not in _CERTIFICATE]:
        raise Refused(f"the file holds {others[0]}, and one certificate is asked", "rejectedInput")
    _, lines, is_whole = blocks[0]
    if not is_whole:
        raise Refused("the content is a part of a certificate: its line END is missing")
    if not lines or not all(lines):
        raise Refused("the content is no certificate in PEM: lines between BEGIN and END are empty")
    try:
        return base64.b64decode(b"".join(lines), validate=True)
    except binascii.Error:
        raise Refused("the content is no certificate in PEM: what it holds is not base64") from None


def _name(raw: bytes) -> str:
    """What a file is that is no certificate, for the sake of a clear message."""
    if raw[:1] == b"\x30":
        inside = raw[_header(raw) :]
        if inside[:3] == b"\x02\x01\x03":  # version 3, and then data or signed data (RFC 7292, section 4)
            content = inside[3:]
            if content[:1] == b"\x30" and _starts(content[_header(content) :], _KINDS_IN_A_PFX):
                return "a .pfx with a key in it"
        if _starts(inside, (_SIGNED,)):
            return "a bundle (.p7b), not one certificate"
        length = (
            int.from_bytes(raw[2 : _header(raw)], "big") if raw[1:2] > b"\x80" else raw[1] if raw[1:] else 0
        )
        if length + _header(raw) > len(raw):
            return "not a certificate that can be read: its end is missing"
    return "not a certificate that can be read"


def _header(raw: bytes) -> int:
    """How many bytes stand before what a sequence holds."""
    return 2 + (raw[1] & 0x7F if raw[1:2] > b"\x80" else 0)


def _starts(raw: bytes, kinds: tuple[bytes, ...]) -> bool:
    return any(raw.startswith(_DATA + kind) for kind in kinds)
