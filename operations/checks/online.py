"""OCMW Online: requests for help are linked to the merged centre, whose software reads them (R64)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from operations.checks.context import Subject, number
from operations.checks.results import FAILED, OK, TODO, WAITING, Answer, Question
from providers import paths
from schemas.errors import NotFound
from schemas.systems import System
from stacks.planned import Centre

PAGE = 500


def questions(subject: Subject) -> Iterator[Question]:
    yield Question(subject.merged, System.ONLINE_REQUESTS, "requests", partial(_at_merged, subject), "R64")
    for centre in subject.disappearing:
        yield Question(
            centre, System.ONLINE_REQUESTS, "old requests", partial(_at_disappearing, subject, centre), "R64"
        )


def _at_merged(subject: Subject) -> Iterator[Answer]:
    """Read as the merged centre's software does, acting for it."""
    centre = subject.merged
    sent: Counter[str] = Counter()
    for page in subject.portal(centre).pages(paths.online_requests(centre.kbo, PAGE)):
        sent.update(request["submittedTo"] for request in page)
    linked = [f"{one.name} {sent[one.kbo]}" for one in subject.disappearing if sent[one.kbo]]
    if not sent and subject.today >= subject.fusion.takes_effect:
        yield Answer(TODO, "none can be read, and none was linked: ask whether the old centres had any (R67)")
        return
    old = f"; linked from {', '.join(linked)}" if linked else ""
    yield Answer(OK, f"{number(sum(sent.values()), 'request')} can be read{old}")


def _at_disappearing(subject: Subject, centre: Centre) -> Iterator[Answer]:
    try:
        left = subject.portal(centre).get(paths.online_requests(centre.kbo, page_size=1)).body["total"]
    except NotFound:
        left = 0
    if subject.today < subject.fusion.takes_effect:
        yield Answer(
            WAITING,
            f"{number(left, 'request')}, linked to {subject.fusion.name} on {subject.fusion.takes_effect}",
        )
    elif left:
        yield Answer(
            FAILED,
            f"{number(left, 'request')} still under this number, where nobody's software reads them: ask (R67)",
        )
    else:
        yield Answer(OK, "none is left under this number")
