"""What the program declares of each resource of ChaMan (`providers.chaman`)."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SenderContactInputs(TypedDict):
    organization: str
    name: str
    phone: str
    """E.164."""
    email: str
    language: str
    """nl, fr or de."""


class CertificateInputs(TypedDict):
    organization: str
    fileName: str
    usage: str
    """ftp or rest."""
    sha256: str
    """Hexadecimal."""
    subject: str
    notBefore: str
    """A moment, as `notAfter`: both as they stand in the file."""
    notAfter: str
    takesEffect: str
    """A date: no account needs the certificate before."""
    content: str
    """The file in base64; it is never compared, and never shown."""


class FtpAccountInputs(TypedDict):
    organization: str
    accountName: str
    type: str
    username: str
    password: str
    """Secret."""
    authorizations: list[str]
    """Codes."""
    certificate: str
    """The file name of a certificate."""


class RestAccountInputs(TypedDict):
    """With `supplier` under external management, with `certificate` under the centre's own."""

    organization: str
    accountName: str
    authorizations: list[str]
    """Codes."""
    certificate: NotRequired[str]
    """The file name of a certificate."""
    supplier: NotRequired[str]
    """A code."""
    askedAgainOn: NotRequired[str | None]
    """A date: a supplier who refused is asked again."""
