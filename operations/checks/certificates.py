"""Certificates: how long each that an account uses is still valid, at every centre (R37, R45)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from operations.checks.shape import FAILED, OK, TODO, WAITING, Answer, Question
from operations.checks.subject import Props, Subject, day, moment, number
from providers import chaman
from stacks.plan import CHAMAN, Centre

SOON_DAYS = 60
VALID, SOON, EXPIRED = "valid", "soon", "expired"


@dataclass(frozen=True)
class Life:
    """How long a certificate lives: one of `VALID`, `SOON`, `EXPIRED`, and that in words."""

    result: str
    detail: str
    days: int


def questions(subject: Subject) -> Iterator[Question]:
    for centre in subject.centres:
        yield Question(centre, CHAMAN, "certificates", partial(_certificates, subject, centre), "R37")


def life(subject: Subject, centre: Centre, file_name: str) -> Life:
    """Of the certificate that an account names; one that is gone is as good as expired."""
    for certificate in subject.portal(centre).get_items(f"{chaman.API}/{centre.kbo}/certificates"):
        if certificate["fileName"] == file_name:
            return _life(subject, certificate)
    return Life(EXPIRED, f"its certificate {file_name} is not there any more: upload another", 0)


def _life(subject: Subject, certificate: Props) -> Life:
    last = day(moment(certificate["notAfter"]))
    days = (last - subject.today).days
    name = certificate["fileName"]
    if days < 0:
        return Life(EXPIRED, f"the certificate {name} expired on {last}: upload a new one", days)
    result = SOON if days <= SOON_DAYS else VALID
    return Life(result, f"the certificate {name} is valid until {last}, {number(days, 'day')} more", days)


def _certificates(subject: Subject, centre: Centre) -> Iterator[Answer]:
    portal, base = subject.portal(centre), f"{chaman.API}/{centre.kbo}"
    certificates = portal.get_items(f"{base}/certificates")
    used = {
        account["certificate"]
        for kind in ("ftpAccounts", "restAccounts")
        for account in portal.get_items(f"{base}/{kind}")
        if account.get("certificate")
    }
    if not used and centre.role == "merged":
        yield Answer(WAITING, "no account has one yet")
        return
    lives = {certificate["fileName"]: _life(subject, certificate) for certificate in certificates}
    for name, found in sorted(lives.items()):
        # What no account uses harms nobody when it ends.
        if name in used and found.result != VALID:
            yield Answer(FAILED if found.result == EXPIRED else TODO, found.detail)
    if not any(name in used and found.result != VALID for name, found in lives.items()):
        in_use = [found.days for name, found in lives.items() if name in used]
        first = f"; {number(min(in_use), 'day')} at least" if in_use else ""
        yield Answer(OK, f"{len(in_use)} in use of {len(lives)}{first}")
