"""The RSZ's copy of access to the merged centre (R15), and what comes before it: access lists that are up to date, and chief
access managers reported to Flanders, by the manual's day (R13, R14).

People and the RSZ do all of this: until the copy is made it waits for the centre up to that day, then for the RSZ.
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


class AccessCopyProvider(PendingWorkProvider):
    """Whether access was copied."""

    title = "copy of access"
    name = "accessCopy"

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        merged = portal.get(paths.organization(props["organization"])).body
        if merged["accessCopied"]:
            return None
        report_by = props.get("reportBy")
        if report_by and portal.today <= date.fromisoformat(report_by):
            reason = (
                "waits for access lists to be up to date and chief access managers to be reported to Flanders, with "
                "`fusion chief-access-managers`"
            )
            return Waiting(reason, "R13, R14", "the centre", report_by)
        return Waiting(
            "waits for the RSZ's copy of access", "R15", "RSZ", merged.get("accessCopyPlannedOn") or ""
        )


class AccessCopyInputs(TypedDict):
    organization: str
    reportBy: str | None
    """A date, where the manual sets one."""


class AccessCopy(PendingWork, module="access", name="AccessCopy"):
    """The copy to one merged centre."""

    provider_class = AccessCopyProvider
    inputs = AccessCopyInputs
