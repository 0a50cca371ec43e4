"""Requests of OCMW Online that are still under a disappearing number: on the day of the merger Smals links them to the
merged centre, whose software alone reads them from then on (R64).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict

from providers import paths
from providers.base import Props
from providers.pending_work import PendingWork, PendingWorkProvider
from providers.waiting import Waiting

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class OnlineRequestsProvider(PendingWorkProvider):
    """How many are left; none of them is looked into."""

    title = "requests of OCMW Online"
    name = "onlineRequests"

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        left = portal.get(paths.online_requests(props["organization"], page_size=1)).body["total"]
        if not left:
            return None
        if portal.today < date.fromisoformat(props["linkedOn"]):
            reason = f"waits for requests to be linked to {props['mergedInto']}"
            return Waiting(reason, "R64", "Smals", props["linkedOn"])
        reason = (
            f"waits for {left} requests to be linked to {props['mergedInto']}, due on {props['linkedOn']}"
        )
        return Waiting(reason, "R64", "Smals")


class OnlineRequestsInputs(TypedDict):
    organization: str
    mergedInto: str
    """A name."""
    linkedOn: str
    """A date."""


class OnlineRequests(PendingWork, module="online", name="Requests"):
    """The requests under one disappearing number."""

    provider_class = OnlineRequestsProvider
    inputs = OnlineRequestsInputs
