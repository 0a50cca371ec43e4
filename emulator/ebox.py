"""E-Box: the documents that an organisation gets, that of a disappearing one included (R61)."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from emulator import resources, store, tables
from emulator.opaque import opaque
from emulator.operation import Answer, Api, Call, Operation

# What was there before a rehearsal came in over the two years before it, the last ones unread.
KIND = "box"
_BEFORE = datetime.fromisoformat("2024-10-31T10:00:00+01:00")


def get_box(call: Call) -> Answer:
    """Every number has a box from its first day, open unless the portal closed it; one that got nothing yet is empty."""
    documents, unread = call.connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE read_at IS NULL) FROM documents WHERE organization = ?",
        (call.number,),
    ).fetchone()
    box = resources.find(call.connection, call.number, KIND)
    status = "open" if box is None else box.body["status"]
    return Answer(200, {"status": status, "documents": documents, "unread": unread})


def deliver(
    connection: sqlite3.Connection,
    organization: str,
    kind: str,
    sender: str,
    subject: str,
    text: str,
    at: str,
    read_at: str | None = None,
) -> None:
    """Put a document in an organisation's box, unread unless `read_at` says otherwise."""
    key = opaque("document", store.next_number(connection, "document"))
    connection.execute(
        "INSERT INTO documents (id, organization, kind, sender, subject, text, received_at, read_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, organization, kind, sender, subject, text, at, read_at),
    )


def fill(connection: sqlite3.Connection, organization: str, documents: int, unread: int) -> None:
    """So many documents of before the rehearsal, the last `unread` of them unread."""
    for number in range(documents):
        at = _BEFORE - timedelta(days=6 * (documents - number))
        moment = at.isoformat(timespec="seconds")
        read = (
            None if number >= documents - unread else (at + timedelta(days=1)).isoformat(timespec="seconds")
        )
        subject = f"Bericht {number + 1}"
        deliver(connection, organization, "message", "RSZ", subject, "Bericht om te oefenen.", moment, read)


def take_over_counts(connection: sqlite3.Connection) -> None:
    """Layout 1 kept how many documents a box held, and not the documents."""
    rows = connection.execute("SELECT organization, body FROM resources WHERE kind = ?", (KIND,)).fetchall()
    for organization, body in rows:
        counts = json.loads(body)
        fill(connection, organization, counts["documents"], counts["unread"])


API = Api(
    "/REST/eBox/v1",
    "eBox",
    "E-Box",
    "The box of an organisation; that of a disappearing one stays open.",
    (
        tables.HEALTH,
        Operation(
            "GET",
            "/organizations/{enterpriseNumber}/box",
            "getBox",
            "The box of an organisation",
            get_box,
            answer="ebox:Box",
            needs=("active",),
            rules=("R61",),
        ),
    ),
    permission="eBox",
)
