"""Certificates: whether each that an account uses is there and valid, and for how long, at every centre (R37, R45)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from operations.checks.context import Props, Subject, day, moment, number
from operations.checks.results import FAILED, OK, TODO, WAITING, Answer, Question
from providers import paths
from schemas.systems import System
from stacks.planned import Centre

SOON_DAYS = 60
VALID, SOON, USELESS = "valid", "soon", "useless"


@dataclass(frozen=True)
class Life:
    """How long a certificate lives: one of `VALID`, `SOON` (to end), `USELESS` (today), and that in words."""

    result: str
    detail: str
    days: int = 0


def questions(subject: Subject) -> Iterator[Question]:
    for centre in subject.centres:
        yield Question(
            centre, System.CERTIFICATES, "certificates", partial(_certificates, subject, centre), "R37"
        )


def life(subject: Subject, centre: Centre, file_name: str) -> Life:
    """Of the certificate that an account names; one that is gone is as good as expired."""
    return _lives(subject, centre).get(file_name) or _gone(file_name)


def _lives(subject: Subject, centre: Centre) -> dict[str, Life]:
    """Of all that the portal has, by file name."""
    certificates = subject.portal(centre).get_items(paths.certificates(centre.kbo))
    return {str(one["fileName"]): _life(subject, one) for one in certificates}


def _gone(file_name: str) -> Life:
    return Life(USELESS, f"its certificate {file_name} is not there any more: upload another")


def _life(subject: Subject, certificate: Props) -> Life:
    first, last = (day(moment(certificate[name])) for name in ("notBefore", "notAfter"))
    days = (last - subject.today).days
    name = certificate["fileName"]
    if days < 0:
        return Life(USELESS, f"the certificate {name} expired on {last}: upload a new one")
    if first > subject.today:
        return Life(USELESS, f"the certificate {name} is not valid before {first}: upload one that is")
    result = SOON if days <= SOON_DAYS else VALID
    return Life(result, f"the certificate {name} is valid until {last}, {number(days, 'day')} more", days)


def _certificates(subject: Subject, centre: Centre) -> Iterator[Answer]:
    portal = subject.portal(centre)
    lives = _lives(subject, centre)
    used = {
        str(account["certificate"])
        for path in (paths.ftp_accounts(centre.kbo), paths.rest_accounts(centre.kbo))
        for account in portal.get_items(path)
        if account.get("certificate")
    }
    if not used and centre.role == "merged":
        yield Answer(WAITING, "no account has one yet")
        return
    # What no account uses harms nobody when it ends.
    in_use = [lives.get(name) or _gone(name) for name in sorted(used)]
    for found in in_use:
        if found.result != VALID:
            yield Answer(FAILED if found.result == USELESS else TODO, found.detail)
    if all(found.result == VALID for found in in_use):
        first = f"; {number(min(found.days for found in in_use), 'day')} at least" if in_use else ""
        yield Answer(OK, f"{len(in_use)} in use of {len(lives)}{first}")
