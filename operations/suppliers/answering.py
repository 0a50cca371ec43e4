"""What has to be done with a certificate at one centre, and doing it: by what the portal has now, never by memory.

A run that was killed, a call whose answer was lost, a second run: each looks at the portal again, and knows the
certificate by its fingerprint. What is answered is what was seen: where the centre, or a colleague, changed it after that,
nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from operations.suppliers.desk import Delegation, Desk, Held, Seen, Standing
from providers.problems import readable
from schemas.certificates import Certificate
from schemas.errors import NotFound, PreconditionFailed
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
    CHANGED = "changed"


_GONE = "the account is gone, and was not asked for again"


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
            return Verdict(Step.NOT_ASKED, _GONE)
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


def carry_out(desk: Desk, planned: Delegation, certificate: Certificate) -> Verdict:
    """Do what `decide` says of the account as it is now, where that is what was planned for.

    :param planned: the delegation as whoever answers has seen it.
    :returns: `ACCEPT` or `RENEW` where that was done, else why nothing was.
    :raises PortalError: where the portal does not do it.
    """
    tried: list[Verdict] = []

    def attempt() -> Verdict:
        seen = _look_again(desk, planned)
        if seen is None:
            return _WITHDRAWN
        verdict = decide(seen.delegation, certificate)
        if verdict.step is Step.NOTHING and tried:
            return tried[-1]  # it is there by our own call, whose answer did not come
        if not verdict.writes:
            return verdict
        if seen.delegation.essence != planned.essence:
            return _CHANGED
        tried.append(verdict)
        write = desk.accept if verdict.step is Step.ACCEPT else desk.renew
        write(seen, certificate)
        return verdict

    return _until_seen_as_it_is(attempt)


def refuse(desk: Desk, planned: Delegation, reason: str) -> Verdict:
    """Refuse a request that waits for an answer, where it is the one that was seen.

    :param planned: the delegation as whoever answers has seen it.
    :returns: `REFUSE` where that was done, `NOTHING` where it was refused before, `NOT_ASKED` where nothing waits, `CHANGED`
        where another request waits.
    :raises PortalError: where the portal does not do it.
    """
    tried = False

    def attempt() -> Verdict:
        nonlocal tried
        seen = _look_again(desk, planned)
        if seen is None:
            return _WITHDRAWN
        match seen.delegation.standing:
            case Standing.REFUSED:
                # With our reason it was our own call, whose answer did not come.
                return Verdict(
                    Step.REFUSE if tried and seen.delegation.reason == readable(reason) else Step.NOTHING
                )
            case Standing.GONE:
                return Verdict(Step.NOT_ASKED, _GONE)
            case Standing.MANAGED:
                return Verdict(Step.NOT_ASKED, "it was accepted before: the centre can delete the account")
        if seen.delegation.essence != planned.essence:
            return _CHANGED
        tried = True
        desk.refuse(seen, reason)
        return Verdict(Step.REFUSE)

    return _until_seen_as_it_is(attempt)


_CHANGED = Verdict(Step.CHANGED, "it was changed meanwhile: look again")
_WITHDRAWN = Verdict(Step.CHANGED, "the centre withdrew it meanwhile: look again")


def _look_again(desk: Desk, planned: Delegation) -> Seen | None:
    """None where nothing is there any more."""
    try:
        return desk.look_at(planned.number, planned.account)
    except NotFound:
        return None


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
    of_centre = [one for one in delegations if one.number == number]
    found = [one for one in of_centre if account in (None, one.account)]
    # What has been answered long ago does not stand in the way of what is there to do.
    open_ones = [one for one in found if one.standing in (Standing.ASKED, Standing.MANAGED)] or found
    if len(open_ones) == 1:
        return open_ones[0]
    if open_ones:
        raise LookupError(
            f"{dotted(number)} has several accounts with you ({_names(open_ones)}): say which with --account"
        )
    if of_centre:
        raise LookupError(
            f"{dotted(number)} has no account {readable(account or '')} with you: there is {_names(of_centre)}"
        )
    raise LookupError(f"{dotted(number)} has asked nothing of you")


def _names(delegations: list[Delegation]) -> str:
    return ", ".join(one.shown_account for one in delegations)
