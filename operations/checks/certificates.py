"""Certificates: whether each that an account uses is there and valid, and for how long, at every centre (R37, R45).

An account that is released (R61) waits for people to close it, and not for another certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from operations.checks.context import Context, Props
from operations.checks.results import FAILED, OK, TODO, WAITING, Check, Verdict
from providers import paths
from schemas.counts import format_count
from schemas.systems import System
from schemas.validity import Validity
from stacks.planned import Centre

VALID, USELESS = "valid", "useless"


@dataclass(frozen=True)
class Life:
    """How long a certificate lives: one of `VALID`, `SOON` (to end), `USELESS` (today), and that in words."""

    result: str
    detail: str
    days: int = 0


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.centres:
        yield Check(
            centre, System.CERTIFICATES, "certificates", partial(_check_certificates, context, centre), "R37"
        )


def find_life(context: Context, centre: Centre, file_name: str) -> Life:
    """Of the certificate that an account names; one that is gone is as good as expired."""
    return _read_lives(context, centre).get(file_name) or _missing(file_name)


def _read_lives(context: Context, centre: Centre) -> dict[str, Life]:
    """Of all that the portal has, by file name."""
    certificates = context.portal(centre).get_items(paths.certificates(centre.kbo))
    return {str(one["fileName"]): _judge(context, one) for one in certificates}


def _missing(file_name: str) -> Life:
    return Life(USELESS, f"its certificate {file_name} is not there any more: upload another")


def _judge(context: Context, certificate: Props) -> Life:
    validity, today, name = Validity.of(certificate), context.today, certificate["fileName"]
    days = validity.days_left(today)
    if days < 0:
        return Life(USELESS, f"the certificate {name} expired on {validity.last}: upload a new one")
    if validity.first > today:
        return Life(
            USELESS, f"the certificate {name} is not valid before {validity.first}: upload one that is"
        )
    more = format_count(days, "day")
    return Life(
        validity.find_end(today) or VALID,
        f"the certificate {name} is valid until {validity.last}, {more} more",
        days,
    )


def _check_certificates(context: Context, centre: Centre) -> Iterator[Verdict]:
    portal = context.portal(centre)
    lives = _read_lives(context, centre)
    accounts = {
        "ftpAccounts": paths.ftp_accounts(centre.kbo),
        "restAccounts": paths.rest_accounts(centre.kbo),
    }
    released = {item: day for item in accounts if (day := context.released_on(centre, item))}
    used = {
        str(account["certificate"])
        for item, path in accounts.items()
        if item not in released
        for account in portal.get_items(path)
        if account.get("certificate")
    }
    if not used and centre.role == "merged":
        yield Verdict(WAITING, "no account has one yet")
        return
    # What no account uses harms nobody when it ends.
    in_use = [lives.get(name) or _missing(name) for name in sorted(used)]
    for found in in_use:
        if found.result != VALID:
            yield Verdict(FAILED if found.result == USELESS else TODO, found.detail)
    if all(found.result == VALID for found in in_use):
        first = f"; {format_count(min(found.days for found in in_use), 'day')} at least" if in_use else ""
        let_go = "".join(f"; {item} released on {day}" for item, day in released.items())
        yield Verdict(OK, f"{len(in_use)} in use of {len(lives)}{first}{let_go}")
