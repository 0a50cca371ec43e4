"""E-Boxes: that of a disappearing centre must stay open and go on being read, for up to a year, until it is released (R61).

Nothing is marked as read here: that is for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Context, Props, day_of, parse_moment
from operations.checks.results import FAILED, OK, TODO, Check, Verdict
from providers import paths
from providers.contract import PAGE_SIZE
from schemas.counts import format_count
from schemas.systems import System
from stacks.planned import Centre


def list_checks(context: Context) -> Iterator[Check]:
    for centre in context.centres:
        yield Check(centre, System.E_BOX, "E-Box", partial(_check_ebox, context, centre), "R61")


def _check_ebox(context: Context, centre: Centre) -> Iterator[Verdict]:
    portal = context.portal(centre)
    ebox = portal.get(paths.e_box(centre.kbo)).body
    if day := context.released_on(centre, "eBox"):
        yield Verdict(OK, f"nobody has to read it any more: eBox released on {day}")
        return
    if ebox["status"] != "open":
        yield Verdict(FAILED, f"it is {ebox['status']}: ask ocmw-cpas@smals.be to open it", rule="R61")
    if centre.role != "disappearing":
        if ebox["status"] == "open":
            yield Verdict(
                OK, f"open; {ebox['unread']} unread of {format_count(ebox['documents'], 'document')}"
            )
        return
    unread, oldest = 0, None
    for page in portal.pages(paths.unread_documents(centre.kbo, PAGE_SIZE)):
        unread += len(page)
        oldest = _oldest(oldest, page)
    if unread and oldest:
        yield Verdict(TODO, f"{unread} unread, the oldest of {day_of(parse_moment(oldest))}: have them read")
    elif ebox["status"] == "open":
        yield Verdict(OK, f"open; all of {format_count(ebox['documents'], 'document')} read")


def _oldest(oldest: str | None, page: list[Props]) -> str | None:
    """RFC 3339 texts of one portal, whose offsets may differ by summer time."""
    moments = [item["receivedAt"] for item in page] + ([oldest] if oldest else [])
    return min(moments, key=parse_moment, default=None)
