"""The REST account, used: signed in with its certificate as the centre's software does, and OCMW Online asked (R33, R37).

Who holds the certificate's key can do that: the centre under own management, else the supplier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from operations.checks.context import Props, Subject, number
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Answer, Question
from providers import paths, session
from providers.assertion import NoPair, Pair, pair_of
from providers.portal import ReadingPortal
from schemas.accounts import RestAccount
from schemas.errors import LoginRefused, NotFound
from schemas.systems import System
from stacks.planned import Centre

CHECK = "REST call"


def questions(subject: Subject) -> Iterator[Question]:
    accounts = subject.fusion.accounts
    if accounts and accounts.rest:
        yield Question(
            subject.merged,
            System.REST_ACCOUNT,
            CHECK,
            partial(_called, subject, subject.merged, accounts.rest),
            "R33",
        )


def _called(subject: Subject, centre: Centre, declared: RestAccount) -> Iterator[Answer]:
    try:
        account = subject.portal(centre).get(paths.rest_account(centre.kbo, declared.name)).body
    except NotFound:
        yield Answer(WAITING, f"not called: there is no REST account {declared.name} yet")
        return
    try:
        pair = pair_of(subject.secrets.key(subject.fusion.rest_key))
    except KeyError:
        yield _not_ours(subject, account, "its certificate and key are not in the secrets")
        return
    except NoPair as wrong:
        yield Answer(UNKNOWN, f"not called: `{subject.fusion.rest_key}` of the secrets' keys: {wrong}")
        return
    known = subject.portal(centre).get(paths.certificate(centre.kbo, account["certificate"])).body
    if known["sha256"] != pair.sha256:
        yield _not_ours(subject, account, "it has another certificate than the secrets")
        return
    yield _call(centre, declared.name, pair)


def _not_ours(subject: Subject, account: Props, why: str) -> Answer:
    """Without the key nothing was called; under external management it is at the supplier's."""
    way_out = f"put both in the secrets, `keys: {{{subject.fusion.rest_key}: …}}`"
    supplier = account.get("supplier")
    if supplier is None:
        return Answer(UNKNOWN, f"not called: {why}; {way_out}")
    return Answer(TODO, f"not called: {why}; have {supplier} call it, or {way_out}", rule="R36")


def _call(centre: Centre, name: str, pair: Pair) -> Answer:
    """What the software does first: sign in, and look for requests."""
    with closing(session.connection().signed_in_as(f"{centre.kbo}/{name}", pair.signer)) as software:
        portal = ReadingPortal(software, centre.kbo)
        try:
            found = portal.get(paths.online_requests(centre.kbo, page_size=1)).body["total"]
        except LoginRefused as refused:
            return Answer(FAILED, f"the portal refuses it: {refused.detail}; `pulumi up`, then ask (R67)")
    return Answer(
        OK, f"signed in with its certificate; {number(found, 'request')} of OCMW Online can be read"
    )
