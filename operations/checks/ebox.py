"""E-Boxes: that of a disappearing centre must stay open and go on being read, for up to a year (R61).

Nothing is marked as read here: that is for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from operations.checks.context import Props, Subject, day, moment, number
from operations.checks.results import FAILED, OK, TODO, Answer, Question
from providers import paths
from schemas.systems import System
from stacks.planned import Centre

PAGE = 500


def questions(subject: Subject) -> Iterator[Question]:
    for centre in subject.centres:
        yield Question(centre, System.E_BOX, "E-Box", partial(_box, subject, centre), "R61")


def _box(subject: Subject, centre: Centre) -> Iterator[Answer]:
    portal = subject.portal(centre)
    box = portal.get(paths.e_box(centre.kbo)).body
    if box["status"] != "open":
        yield Answer(FAILED, f"it is {box['status']}: ask ocmw-cpas@smals.be to open it", rule="R61")
    if centre.role != "disappearing":
        if box["status"] == "open":
            yield Answer(OK, f"open; {box['unread']} unread of {number(box['documents'], 'document')}")
        return
    unread, oldest = 0, None
    for page in portal.pages(paths.unread_documents(centre.kbo, PAGE)):
        unread += len(page)
        oldest = _older(oldest, page)
    if unread and oldest:
        yield Answer(TODO, f"{unread} unread, the oldest of {day(moment(oldest))}: have them read")
    elif box["status"] == "open":
        yield Answer(OK, f"open; all of {number(box['documents'], 'document')} read")


def _older(oldest: str | None, page: list[Props]) -> str | None:
    """RFC 3339 texts of one portal, whose offsets may differ by summer time."""
    moments = [item["receivedAt"] for item in page] + ([oldest] if oldest else [])
    return min(moments, key=moment, default=None)
