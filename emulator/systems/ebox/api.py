"""E-Box: the documents of an organisation, also of a disappearing one (R61)."""

from __future__ import annotations

import json
import sqlite3
from functools import cache
from typing import Any

from emulator.core import common_operations, problems, resources, store, waves
from emulator.core.ids import opaque_id
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.core.waves import Wave

# What was there before a rehearsal came in over the two years before it, the last ones unread.
KIND = "box"  # in files of layout 1 already: an E-Box, and never the folder of an FTP account
_BEFORE, _HOUR = -62, 10  # days from the mergers

_INSERT = (
    "INSERT INTO documents (id, organization, kind, sender, subject, text, received_at, read_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SHOWN = "id, kind, sender, subject, received_at, read_at"


def deliver(
    connection: sqlite3.Connection,
    organization: str,
    kind: str,
    sender: str,
    subject: str,
    text: str,
    at: str,
) -> None:
    """Put a document in an organisation's box, unread."""
    key = opaque_id("document", store.next_number(connection, "document"))
    connection.execute(_INSERT, (key, organization, kind, sender, subject, text, at, None))


def fill(connection: sqlite3.Connection, organization: str, wave: Wave, documents: int, unread: int) -> None:
    """So many documents of before a wave, the last `unread` of them unread."""
    if not documents:
        return
    rows = []
    for place, number in enumerate(store.next_numbers(connection, "document", documents)):
        days = 6 * (documents - place)
        read = None if place >= documents - unread else _days_before(wave, days - 1)
        subject, text = f"Bericht {place + 1}", "Bericht om te oefenen."
        key = opaque_id("document", number)
        rows.append((key, organization, "message", "RSZ", subject, text, _days_before(wave, days), read))
    connection.executemany(_INSERT, rows)


@cache
def _days_before(wave: Wave, days: int) -> str:
    return wave.at(_BEFORE - days, _HOUR).isoformat()


def take_over_counts(connection: sqlite3.Connection) -> None:
    """Layout 1 kept how many documents a box held, and not the documents."""
    rows = connection.execute("SELECT organization, body FROM resources WHERE kind = ?", (KIND,)).fetchall()
    for organization, body in rows:
        counts = json.loads(body)
        fill(connection, organization, waves.every()[0], counts["documents"], counts["unread"])


def get_box(call: Call) -> Answer:
    """Every number has a box from its first day, open unless the portal closed it; one that got nothing yet is empty."""
    documents, unread = call.connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE read_at IS NULL) FROM documents WHERE organization = ?",
        (call.number,),
    ).fetchone()
    box = resources.find(call.connection, call.number, KIND)
    status = "open" if box is None else box.body["status"]
    return Answer(200, {"status": status, "documents": documents, "unread": unread})


def list_documents(call: Call) -> Answer:
    """Newest first, without their text; `unread` narrows it down."""
    number, size = common_operations.paging(call.query)
    unread = common_operations.flag(call.query, "unread")
    chosen = "organization = :centre AND (:unread IS NULL OR (read_at IS NULL) = :unread)"
    values = {"centre": call.number, "unread": unread}
    (total,) = call.connection.execute(
        f"SELECT count(*) FROM documents WHERE {chosen}",  # noqa: S608
        values,
    ).fetchone()
    rows = call.connection.execute(
        f"SELECT {_SHOWN} FROM documents WHERE {chosen} ORDER BY seq DESC LIMIT :size OFFSET :skipped",  # noqa: S608
        values | {"size": size, "skipped": (number - 1) * size},
    )
    items = [_as_json(*row) for row in rows]
    return Answer(200, {"items": items, **common_operations.page_members(call, number, size, total)})


def get_document(call: Call) -> Answer:
    """With its text. Looking at it does not mark it as read."""
    *shown, text = _find(call)
    return Answer(200, {**_as_json(*shown), "text": text})


def put_read(call: Call) -> Answer:
    """Marking a read document as read again keeps the moment of the first time."""
    key, *_ = _find(call)
    call.connection.execute(
        "UPDATE documents SET read_at = CASE WHEN ? THEN coalesce(read_at, ?) END WHERE id = ?",
        (call.body["read"], call.at, key),
    )
    *shown, _ = _find(call)
    return Answer(200, _as_json(*shown))


def _find(call: Call) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = call.connection.execute(
        f"SELECT {_SHOWN}, text FROM documents WHERE id = ? AND organization = ?",  # noqa: S608
        (call.path["id"], call.number),
    ).fetchone()
    if row is None:
        raise problems.not_found("document")
    return row


def _as_json(
    key: str, kind: str, sender: str, subject: str, received_at: str, read_at: str | None
) -> dict[str, Any]:
    shown = {
        "id": key,
        "kind": kind,
        "sender": sender,
        "subject": subject,
        "receivedAt": received_at,
        "read": read_at is not None,
    }
    return shown if read_at is None else {**shown, "readAt": read_at}


ORGANIZATION = "/organizations/{enterpriseNumber}"

API = Api(
    "/REST/eBox/v1",
    "eBox",
    "E-Box",
    "The box of an organisation; that of a disappearing one stays open.",
    (
        common_operations.HEALTH,
        Operation(
            "GET",
            ORGANIZATION + "/box",
            "getBox",
            "The box of an organisation",
            get_box,
            answer="systems.ebox:Box",
            needs=(Need.ACTIVE,),
            rules=("R61",),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/documents",
            "listDocuments",
            "The documents in the box, newest first",
            list_documents,
            answer="systems.ebox:BoxDocumentList",
            needs=(Need.ACTIVE,),
            query=(*common_operations.PAGING, "unread"),
            rules=("R61", "R69"),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/documents/{id}",
            "getDocument",
            "A document with its text",
            get_document,
            answer="systems.ebox:BoxDocumentWithText",
            needs=(Need.ACTIVE,),
            rules=("R61",),
        ),
        Operation(
            "PUT",
            ORGANIZATION + "/documents/{id}/read",
            "putDocumentRead",
            "Mark a document as read, or as unread",
            put_read,
            body="systems.ebox:ReadBody",
            answer="systems.ebox:BoxDocument",
            needs=(Need.ACTIVE,),
            rules=("R61",),
        ),
    ),
    permission="eBox",
)
