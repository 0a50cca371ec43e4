"""What has to be done with a certificate at one centre, and doing it: by what the portal has now, never by memory.

A run that was killed, a call whose answer was lost, a second run: each looks at the portal again, and knows the
certificate by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from operations.suppliers.desk import Delegation, Desk, Held, Standing
from schemas.certificates import Certificate
from schemas.errors import PreconditionFailed
from schemas.identifiers import dotted

ROUNDS = 5
"""How often it is looked again where somebody else was faster."""


class Step(StrEnum):
    """What is to be done, or was done, at one centre."""

    ACCEPT = "accept"
    RENEW = "renew"
    REFUSE = "refuse"
    NOTHING = "already there"
    WRONG = "wrong"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Verdict:
    step: Step
    reason: str = ""

    @property
    def writes(self) -> bool:
        return self.step in (Step.ACCEPT, Step.RENEW, Step.REFUSE)


def decide(delegation: Delegation, certificate: Certificate) -> Verdict:
    """What is to be done with a certificate that is in order."""
    match delegation.standing:
        case Standing.ASKED:
            return Verdict(Step.ACCEPT)
        case Standing.REFUSED:
            return Verdict(Step.NOT_ASKED, f"it was refused ({delegation.reason}), and not asked again")
        case Standing.GONE:
            return Verdict(Step.NOT_ASKED, "the account is gone, and was not asked for again")
    assert delegation.certificate is not None, "a managed account has a certificate (R37)"
    return _compare(delegation.certificate, certificate)


def _compare(held: Held, certificate: Certificate) -> Verdict:
    if held.sha256 == certificate.sha256:
        return Verdict(Step.NOTHING)
    if held.before == certificate.sha256:
        return Verdict(Step.WRONG, "it was renewed since: this is the one before")
    if certificate.not_before < held.begins:
        return Verdict(
            Step.WRONG,
            f"it begins on {certificate.not_before:%Y-%m-%d}, before the one that the account has "
            f"({held.begins:%Y-%m-%d}): a renewal is newer",
        )
    return Verdict(Step.RENEW)


def carry_out(desk: Desk, number: str, account: str, certificate: Certificate) -> Verdict:
    """Do what `decide` says of the account as it is now.

    :returns: `ACCEPT` or `RENEW` where that was done, else why nothing was.
    :raises PortalError: where the portal does not do it.
    """
    tried: list[Verdict] = []

    def attempt() -> Verdict:
        seen = desk.look_at(number, account)
        verdict = decide(seen.delegation, certificate)
        if verdict.step is Step.NOTHING and tried:
            return tried[-1]  # it is there by our own call, whose answer did not come
        if verdict.writes:
            tried.append(verdict)
            write = desk.accept if verdict.step is Step.ACCEPT else desk.renew
            write(seen, certificate)
        return verdict

    return _until_seen_as_it_is(attempt)


def refuse(desk: Desk, number: str, account: str, reason: str) -> Verdict:
    """Refuse a request that waits for an answer.

    :returns: `REFUSE` where that was done, `NOTHING` where it was refused before, `NOT_ASKED` where nothing waits.
    :raises PortalError: where the portal does not do it.
    """

    def attempt() -> Verdict:
        seen = desk.look_at(number, account)
        if seen.delegation.standing is Standing.REFUSED:
            return Verdict(Step.NOTHING)
        if seen.delegation.standing is not Standing.ASKED:
            return Verdict(Step.NOT_ASKED, "it was accepted before: the centre can delete the account")
        desk.refuse(seen, reason)
        return Verdict(Step.REFUSE)

    return _until_seen_as_it_is(attempt)


def _until_seen_as_it_is(attempt: Callable[[], Verdict]) -> Verdict:
    """Look again where it changed between reading and writing. :raises PreconditionFailed: where it never stands still."""
    for _ in range(ROUNDS - 1):
        with suppress(PreconditionFailed):
            return attempt()
    return attempt()


def choose(delegations: list[Delegation], number: str, account: str | None) -> Delegation:
    """The one delegation of a centre; of several the one whose account is named.

    :raises LookupError: with the sentence, where there is none or it is not said which.
    """
    found = [one for one in delegations if one.number == number and account in (None, one.account)]
    # What has been answered long ago does not stand in the way of what is there to do.
    open_ones = [one for one in found if one.standing in (Standing.ASKED, Standing.MANAGED)] or found
    if len(open_ones) == 1:
        return open_ones[0]
    if open_ones:
        names = ", ".join(one.account for one in open_ones)
        raise LookupError(
            f"{dotted(number)} has several accounts with you ({names}): say which with --account"
        )
    raise LookupError(f"{dotted(number)} has asked nothing of you")
