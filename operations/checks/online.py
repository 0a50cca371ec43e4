"""OCMW Online: requests for help are linked to the merged centre, whose software reads them (R64)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context
from operations.checks.results import FAILED, OK, TODO, WAITING, Check, Verdict
from providers import paths
from providers.contract import PAGE_SIZE
from schemas.counts import format_count
from schemas.errors import NotFound
from schemas.systems import System
from stacks.planned import Centre


def list_checks(context: Context) -> Iterator[Check]:
    yield Check(context.merged, System.ONLINE_REQUESTS, "requests", partial(_check_merged, context), "R64")
    for centre in context.disappearing:
        yield Check(
            centre,
            System.ONLINE_REQUESTS,
            "old requests",
            partial(_check_disappearing, context, centre),
            "R64",
        )


def _check_merged(context: Context) -> Iterator[Verdict]:
    """Read as the merged centre's software does, acting for it."""
    centre = context.merged
    sent: Counter[str] = Counter()
    for page in context.portal(centre).pages(paths.online_requests(centre.kbo, PAGE_SIZE)):
        sent.update(request["submittedTo"] for request in page)
    linked = [f"{one.name} {sent[one.kbo]}" for one in context.disappearing if sent[one.kbo]]
    if not sent and context.today >= context.fusion.takes_effect:
        yield Verdict(
            TODO, "none can be read, and none was linked: ask whether the old centres had any (R67)"
        )
        return
    old = f"; linked from {', '.join(linked)}" if linked else ""
    yield Verdict(OK, f"{format_count(sum(sent.values()), 'request')} can be read{old}")


def _check_disappearing(context: Context, centre: Centre) -> Iterator[Verdict]:
    try:
        left = context.portal(centre).get(paths.online_requests(centre.kbo, page_size=1)).body["total"]
    except NotFound:
        left = 0
    if context.today < context.fusion.takes_effect:
        yield Verdict(
            WAITING,
            f"{format_count(left, 'request')}, linked to {context.fusion.name} on {context.fusion.takes_effect}",
        )
    elif left:
        yield Verdict(
            FAILED,
            f"{format_count(left, 'request')} still under this number, where nobody's software reads them: ask (R67)",
        )
    else:
        yield Verdict(OK, "none is left under this number")
