"""What waits, for whom and until when: "not yet" in words for people (R06, R12, R15, R24, R27, R28, R35, R59)."""

from __future__ import annotations

from schemas.errors import NotYetAvailable

UNCONFIRMED = "cleanUpUnconfirmed"
"""The one reason that is not the portal's."""
_REASONS = {
    "organizationNotActive": ("the number's first day: it is not active yet (R12)", "KBO"),
    "accessNotCopied": ("the RSZ's copy of the merging centres' access data (R27)", "RSZ"),
    "mergerNotInEffect": (
        "the merger on the declared day: by the portal it is not in effect (R06)",
        "portal",
    ),
    "screenNotOpen": ("this screen to open; the portal tells the centres by e-mail (R59)", "RSZ"),
    UNCONFIRMED: ("the day of cleanUp.confirmedOn: nobody goes before (R24)", "the calendar"),
    "senderMissing": ("the sender's contact data, confirmed at the first sign-in (R28)", "sender contact"),
}


def waiting_for(error: NotYetAvailable) -> dict[str, str]:
    """`{reason, whom, until?}` of a refusal for now; `until` is a date, absent where nobody knows it."""
    reason, whom = _REASONS.get(error.reason, (error.detail, "portal"))
    waiting = {"reason": f"waits for {reason}", "whom": whom}
    if error.available_from:
        waiting["until"] = str(error.available_from)
    return waiting
