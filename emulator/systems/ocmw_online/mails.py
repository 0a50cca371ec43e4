"""The mails of OCMW Online about requests for help (R55, R56): kept for a rehearsal to look at, and sent nowhere.

A mail names a request by the portal's number for it: no names, no INSZ, nothing of the request's content.
"""

from __future__ import annotations

import sqlite3
from typing import Any

NEW_REQUEST, UNREAD_REMINDER = "newRequest", "unreadReminder"


def send(
    connection: sqlite3.Connection,
    at: str,
    organization: str,
    recipient: str,
    kind: str,
    subject: str,
    text: str,
) -> None:
    connection.execute(
        "INSERT INTO mails (at, organization, recipient, kind, subject, text) VALUES (?, ?, ?, ?, ?, ?)",
        (at, organization, recipient, kind, subject, text),
    )


def read(connection: sqlite3.Connection, organization: str | None) -> list[dict[str, Any]]:
    """The mails to a centre, or to all, oldest first."""
    rows = connection.execute(
        "SELECT at, organization, recipient, kind, subject, text FROM mails"
        " WHERE :centre IS NULL OR organization = :centre ORDER BY seq",
        {"centre": organization},
    )
    names = ("at", "organization", "recipient", "kind", "subject", "text")
    return [dict(zip(names, row, strict=True)) for row in rows]
