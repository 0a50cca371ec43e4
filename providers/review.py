"""The day on which people ask whether what is retained at a disappearing centre is still needed (R05, R61).

Whether it has come goes by the portal's own date, so that a rehearsal in 2025 is not told of 2026. From that day on the
review *waits* for people: the plan and the stack's `waiting` output say so, until `retain.reviewOn` names a later day. A
centre where everything is released has none.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict

from providers import access
from providers.base import Props
from providers.pending_work import PendingWork, PendingWorkProvider
from providers.waiting import Waiting

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class ReviewProvider(PendingWorkProvider):
    """Whether the portal's date has come to the day of the review."""

    title = "review of what is retained"
    name = "review"

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        # Each answer of the portal says what day it is there.
        portal.get(f"{access.API}/{props['organization']}")
        if portal.today < date.fromisoformat(props["on"]):
            return None
        reason = f"waits for a decision: is what is retained here still needed? Review date {props['on']}"
        return Waiting(reason, "R61", "the centre")


class ReviewInputs(TypedDict):
    organization: str
    on: str
    """A date."""


class Review(PendingWork, module="retained", name="Review"):
    """The review of one centre."""

    provider_class = ReviewProvider
    inputs = ReviewInputs
