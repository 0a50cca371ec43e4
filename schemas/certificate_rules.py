"""What the manual asks of an account's certificate, rule by rule, with what was found and what is allowed. R37–R46.

The one place on our side that decides it; the portal has its own, on purpose. What a file holds: `certificate_files`; which
day counts is the caller's to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Literal

from schemas.certificate_files import CertificateError
from schemas.certificates import Certificate, read_certificate
from schemas.counts import format_count
from schemas.declaration import Draft
from schemas.document import Document
from schemas.findings import Finding, Path
from schemas.reference import reference

KEYS = ("RSA-2048", "RSA-3072", "RSA-4096", "P-384", "P-521")
SIGNATURES = ("SHA-256", "SHA-384", "SHA-512")
RULES = ("R37", "R38", "R40", "R41", "R42", "R43", "R44", "R45", "R46")
"""Those that are about a certificate's file, in the manual's order."""

KEPT, BROKEN, NOT_JUDGED = "kept", "broken", "not judged"

Usage = Literal["ftp", "rest"]


@dataclass(frozen=True)
class Judgement:
    """One rule about one certificate: `KEPT`, `BROKEN` or `NOT_JUDGED`; what was found and what is allowed, in words."""

    rule: str
    result: str
    found: str
    allowed: str

    @property
    def reason(self) -> str:
        """`its key is P-256; allowed: RSA-2048, …`."""
        return f"{self.found}; allowed: {self.allowed}"


def judge(certificate: Certificate, usage: Usage, day: date | None, file_name: str) -> list[Judgement]:
    """Each of `RULES` about a certificate for an FTP or a REST account.

    :param day: on which it must be valid; None: whether it is, is not judged.
    """
    return list(_judge(certificate, usage, day, file_name))


def judge_unreadable(reason: str) -> list[Judgement]:
    """The same of a file that holds no certificate; `reason` says what it holds."""
    return [
        Judgement(rule, BROKEN, reason, "one certificate in a .cer file, DER or PEM")
        if rule == "R43"
        else Judgement(rule, NOT_JUDGED, "no certificate was read", "")
        for rule in RULES
    ]


def broken_rules(certificate: Certificate, usage: Usage, takes_effect: date | None = None) -> list[Judgement]:
    """The rules that it breaks on every day from the merger on. Whether it is valid today is asked where the portal's day is
    known (`providers.chaman`)."""
    # One that begins after the merger may be a renewal: its own first day counts then.
    day = takes_effect and max(takes_effect, certificate.validity.first)
    return [one for one in judge(certificate, usage, day, "") if one.result == BROKEN]


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
        for one in broken_rules(certificate, usage, draft.takes_effect):
            yield document.finding(path, one.rule, f"{name}: {one.reason}")


def _judge(certificate: Certificate, usage: Usage, day: date | None, file_name: str) -> Iterator[Judgement]:
    def ruling(rule: str, kept: bool | None, found: str, allowed: str) -> Judgement:
        return Judgement(rule, NOT_JUDGED if kept is None else KEPT if kept else BROKEN, found, allowed)

    validity, ftp, own = certificate.validity, usage == "ftp", certificate.self_signed
    hour = f", {certificate.not_after:%H:%M} UTC" if certificate.ends_during(validity.last) else ""
    days = certificate.days
    lasts = f"it is valid for {format_count(days, 'day')}"
    yield ruling(
        "R37",
        None if day is None else not (validity.reason_against(day, day) or certificate.ends_during(day)),
        f"it is valid from {validity.first} to {validity.last}{hour}",
        f"valid on {day}" if day else "valid on the day when an account has it",
    )
    yield ruling(
        "R38",
        None if ftp else True,
        f"it is of {certificate.subject or 'nobody whom it names'}",
        "the OCMW's own, which a file does not tell" if ftp else "the OCMW's or the supplier's",
    )
    yield ruling("R40", certificate.key in KEYS, f"its key is {certificate.key}", ", ".join(KEYS))
    yield ruling(
        "R41",
        certificate.signature in SIGNATURES,
        f"it is signed with {certificate.signature}",
        ", ".join(SIGNATURES),
    )
    yield ruling(
        "R42",
        (not ftp) if own else None,
        "it is self-signed" if own else f"it is signed by {certificate.issuer or 'somebody without a name'}",
        f"signed by a global certificate authority{'' if ftp else ', or self-signed'}"
        + ("" if own else "; whether it is global, a file does not tell"),
    )
    yield ruling(
        "R43",
        not file_name or file_name.lower().endswith(".cer"),
        f"the file is called {file_name}" if file_name else "one certificate",
        "one certificate in a .cer file, DER or PEM",
    )
    yield ruling(
        "R44", None if ftp or not own else True, lasts, "any time, for a REST account's that is self-signed"
    )
    longest = reference().ftp_certificate_max_days
    yield ruling(
        "R45",
        days <= longest if ftp else None,
        lasts,
        f"at most {longest} days, for an FTP account's",
    )
    usages = (
        f"has the key usage {', '.join(certificate.key_usage)}"
        if certificate.key_usage
        else "has no key usage"
    )
    yield ruling(
        "R46",
        certificate.digital_signature if own else None,
        f"it is {'' if own else 'not '}self-signed and {usages}",
        "the key usage digital signature, where it is self-signed",
    )
