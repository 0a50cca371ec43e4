"""Forms and attestations by the batch: stopped under the old number, entered again under the new (R06-R11).

Each step can be sent again: what was done before is no refusal, and a batch whose answer got lost does nothing twice. What
is stopped is entered again before more is stopped, so that a run that breaks off leaves a page of forms at most without
their successors; the next run begins with these.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from providers import paths, session
from providers.base import Props
from providers.contract import PAGE_SIZE
from schemas.errors import NotYetAvailable, PortalRefused

if TYPE_CHECKING:
    from providers.portal import WritingPortal

ENTER_AGAIN, OVER = "enterAgain", "over"
"""What the declaration may say of what ended on the last day though not for the merger; nothing: it is undecided."""
TOLD_EVERY_SECONDS = 5
LISTED = 5
"""How many ids of a reason are kept; the numbers are complete."""


@dataclass
class Progress:
    """What a run has done so far; `refused` has the first detail and the first `LISTED` ids of each reason."""

    title: str
    total: int
    stopped: int = 0
    entered: int = 0
    refused: dict[str, Props] = field(default_factory=dict)
    spoke: float = field(default_factory=monotonic)

    def count(self, results: Iterable[Props]) -> int:
        """Note the refusals of a batch; how many are done, be it by people (R70) or by a call whose answer got lost."""
        done = 0
        for one in results:
            if one["result"] != "refused":
                done += 1
                continue
            nothing = {
                "reason": one["reason"],
                "detail": one.get("detail", ""),
                "count": 0,
                "ids": [],
            }
            group = self.refused.setdefault(one["reason"], nothing)
            group["count"] += 1
            if len(group["ids"]) < LISTED:
                group["ids"].append(one.get("id") or one["predecessor"]["id"])
        return done

    def tell(self, *, now: bool = False) -> None:
        """A line that the engine shows among its messages: now, or when the last one is some seconds old."""
        if not now and monotonic() - self.spoke < TOLD_EVERY_SECONDS:
            return
        self.spoke = monotonic()
        sys.stdout.write(
            f"{self.title}: {self.stopped} stopped, {self.entered} entered again of {self.total}\n"
        )
        sys.stdout.flush()


def move(props: Props, progress: Progress) -> None:
    """Enter again what an earlier run stopped, then stop and enter again page by page; `progress` says what was done.

    :param props: of `providers.dossiers`.
    :raises PortalError: for a batch without an answer.
    """
    for step in ("enter", "ended") if props.get("ended") == ENTER_AGAIN else ("enter",):
        for ids in _pages(props, step):
            _enter(props, ids, progress)
    for ids in _pages(props, "stop"):
        _enter(props, _stop(props, ids, progress), progress)


def _stop(props: Props, ids: list[str], progress: Progress) -> list[str]:
    """Stop a page of forms; those that are stopped now."""
    path = paths.form_stops(props["organization"], props["kind"])
    dates = {"endDate": props["stopOn"], "mergerOn": props["restartOn"]}
    results = _send(session.writing(props["organization"]), path, {**dates, "ids": ids}, "ids")
    progress.stopped += progress.count(results)
    progress.tell()
    return [key for key, one in zip(ids, results, strict=True) if one["result"] != "refused"]


def _enter(props: Props, ids: list[str], progress: Progress) -> None:
    path = paths.form_successions(props["successor"], props["kind"])
    predecessors = [{"enterpriseNumber": props["organization"], "id": key} for key in ids]
    body = {"startDate": props["restartOn"], "predecessors": predecessors}
    results = _send(session.writing(props["successor"]), path, body, "predecessors")
    progress.entered += progress.count(results)
    progress.tell()


def _send(portal: WritingPortal, path: str, body: Props, items: str) -> list[Props]:
    """What the portal says of each of a batch. One that it refuses as a whole goes again in halves, so that what is wrong
    with one form keeps no other back.

    :raises PortalError: without an answer, or where it is too early for any.
    """
    batch = body[items]
    if not batch:
        return []
    try:
        return list(portal.add(path, body).body["items"])
    except NotYetAvailable:
        raise
    except PortalRefused as error:
        if len(batch) == 1:
            said = {
                "reason": error.problem.rpartition(":")[2],
                "detail": "; ".join([error.detail, *map(str, error.issues)]),
            }
            key = batch[0] if items == "ids" else batch[0]["id"]
            return [{"id": key, "result": "refused", **said}]
        half = len(batch) // 2
        halves = (batch[:half], batch[half:])
        return [one for part in halves for one in _send(portal, path, {**body, items: part}, items)]


def _pages(props: Props, step: str) -> Iterator[list[str]]:
    """What is left of a step. What is done meanwhile leaves the collection, and the next page begins after the last."""
    portal = session.reading(props["organization"])
    path = paths.merger_work_items(props["organization"], props["kind"], props["restartOn"], step, PAGE_SIZE)
    for page in portal.pages(path):
        yield [form["id"] for form in page]


def reasons(refused: Iterable[Props]) -> str:
    """Refusals in a line: how many of each reason, what it means, and the first ids."""
    return "; ".join(
        f"{one['count']:.0f} {one['reason']} ({one['detail']}): {', '.join(one['ids'])}"
        + (", …" if one["count"] > len(one["ids"]) else "")
        for one in refused
    )
