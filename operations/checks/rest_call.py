"""The REST account, used: signed in with its certificate as the centre's software does, and OCMW Online asked (R33, R37).

Who holds the certificate's key can do that: the centre under own management, else the supplier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from operations.checks.context import Context, Props
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Check, Verdict
from providers import paths, session
from providers.assertion import NoPair, Pair, pair_of
from providers.portal import ReadingPortal
from schemas.accounts import RestAccount
from schemas.counts import format_count
from schemas.errors import LoginRefused, NotFound
from schemas.systems import System
from stacks.planned import Centre

CHECK = "REST call"


def list_checks(context: Context) -> Iterator[Check]:
    accounts = context.fusion.accounts
    if accounts and accounts.rest:
        yield Check(
            context.merged,
            System.REST_ACCOUNT,
            CHECK,
            partial(_check_call, context, context.merged, accounts.rest),
            "R33",
        )


def _check_call(context: Context, centre: Centre, declared: RestAccount) -> Iterator[Verdict]:
    try:
        account = context.portal(centre).get(paths.rest_account(centre.kbo, declared.name)).body
    except NotFound:
        yield Verdict(WAITING, f"not called: there is no REST account {declared.name} yet")
        return
    try:
        pair = pair_of(context.secrets.key(context.fusion.rest_key))
    except KeyError:
        yield _explain_no_key(context, account, "its certificate and key are not in the secrets")
        return
    except NoPair as wrong:
        yield Verdict(UNKNOWN, f"not called: `{context.fusion.rest_key}` of the secrets' keys: {wrong}")
        return
    known = context.portal(centre).get(paths.certificate(centre.kbo, account["certificate"])).body
    if known["sha256"] != pair.sha256:
        yield _explain_no_key(context, account, "it has another certificate than the secrets")
        return
    yield _call_portal(centre, declared.name, pair)


def _explain_no_key(context: Context, account: Props, why: str) -> Verdict:
    """Without the key nothing was called; under external management it is at the supplier's."""
    way_out = f"put both in the secrets, `keys: {{{context.fusion.rest_key}: …}}`"
    supplier = account.get("supplier")
    if supplier is None:
        return Verdict(UNKNOWN, f"not called: {why}; {way_out}")
    return Verdict(TODO, f"not called: {why}; have {supplier} call it, or {way_out}", rule="R36")


def _call_portal(centre: Centre, name: str, pair: Pair) -> Verdict:
    """What the software does first: sign in, and look for requests."""
    with closing(session.connection().signed_in_as(f"{centre.kbo}/{name}", pair.signer)) as software:
        portal = ReadingPortal(software, centre.kbo)
        try:
            found = portal.get(paths.online_requests(centre.kbo, page_size=1)).body["total"]
        except LoginRefused as refused:
            return Verdict(FAILED, f"the portal refuses it: {refused.detail}; `pulumi up`, then ask (R67)")
    return Verdict(
        OK, f"signed in with its certificate; {format_count(found, 'request')} of OCMW Online can be read"
    )
