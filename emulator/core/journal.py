"""Every call that the portal got, without secrets: when, what, acting for whom, by which client, with what result.

A write's entry is made in the transaction of the write. So the entries with an `outcome` below 400 are exactly the writes
that were made.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.core import problems

TOKEN_PATH = "/REST/oauth/v5/token"  # noqa: S105 - a path


# Longer than any path that the portal has; what is beyond it was somebody's try.
LONGEST_PATH = 1000


@dataclass(slots=True)
class Entry:
    """A call on its way; who calls for whom is filled in when it is known, `fault` when one fires."""

    method: str
    path: str
    client: str | None = None
    acting_for: str | None = None
    fault: str | None = None
    person: str | None = None


def write(
    connection: sqlite3.Connection, at: str, entry: Entry, status: int, outcome: int | None = None
) -> None:
    """Add a call.

    :param status: what its client was answered, 0 where the connection broke.
    :param outcome: the call's own status where a fault answered another; None with a fault: it was not carried out.
    """
    connection.execute(
        "INSERT INTO journal (at, method, path, acting_for, client, status, fault, person, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            at,
            entry.method,
            problems.without_ssin(entry.path)[:LONGEST_PATH],
            entry.acting_for,
            entry.client,
            status,
            entry.fault,
            entry.person,
            status if entry.fault is None else outcome,
        ),
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which calls: all of them, or fewer.

    :param writes: only calls that can change something at an organisation (not GET, HEAD, a sign-in or a restoration).
    :param enterprise_number: only calls under this number: acting for it, or with it in the path.
    :param since: only calls from this portal moment on (RFC 3339 with the Belgian offset).
    :param path: only calls whose path this glob matches; `*` also goes over slashes.
    :param statuses: only calls that were answered with one of these, first and last.
    """

    writes: bool = False
    enterprise_number: str | None = None
    since: str | None = None
    path: str | None = None
    statuses: tuple[int, int] | None = None


def statuses(text: str) -> tuple[int, int]:
    """The first and the last status that `409` or `4xx` stands for.

    :raises ValueError: for anything else.
    """
    if re.fullmatch(r"[1-5]xx", text):
        return int(text[0]) * 100, int(text[0]) * 100 + 99
    if re.fullmatch(r"0|[1-5][0-9][0-9]", text):
        return int(text), int(text)
    raise ValueError("a status (409; 0: the connection broke) or a class of them (4xx)")


RESTORED = "RESTORE"


def write_restoration(connection: sqlite3.Connection, at: str, name: str) -> None:
    """Note that a checkpoint was put back: the writes after it, which stand above this line, are undone."""
    write(connection, at, Entry(RESTORED, f"/rehearsal/v1/checkpoints/{name}"), 200)


_MATCHING = """
    FROM journal
    WHERE (NOT :writes OR (method NOT IN ('GET', 'HEAD', 'RESTORE', 'SFTP') AND path <> :token_path))
    AND (:number IS NULL OR acting_for = :number OR instr(path || '/', '/organizations/' || :number || '/'))
    AND (:since IS NULL OR at >= :since)
    AND (:path IS NULL OR path GLOB :path)
    AND (:first IS NULL OR status BETWEEN :first AND :last)
"""


def read(
    connection: sqlite3.Connection, selection: Selection, size: int = -1, offset: int = 0
) -> list[dict[str, Any]]:
    """The calls in order: `{seq, at, method, path, actingFor, client, status, outcome?, fault?, person?}`; `size` -1: all.

    `outcome` is the call's own status; without it a fault kept the call from being carried out.
    """
    rows = connection.execute(
        "SELECT seq, at, method, path, acting_for, client, status, outcome, fault, person"
        + _MATCHING
        + "ORDER BY seq LIMIT :size OFFSET :offset",
        {**_parameters(selection), "size": size, "offset": offset},
    )
    names = ("seq", "at", "method", "path", "actingFor", "client", "status", "outcome", "fault", "person")
    entries = [dict(zip(names, row, strict=True)) for row in rows]
    for entry in entries:
        for name in ("outcome", "fault", "person"):
            if entry[name] is None:
                del entry[name]
    return entries


def was_made(entry: Mapping[str, Any]) -> bool:
    """Whether a call did what it asks for, whatever its client was answered."""
    return bool(entry.get("outcome", 500) < 400)


def count(connection: sqlite3.Connection, selection: Selection) -> int:
    row = connection.execute("SELECT count(*)" + _MATCHING, _parameters(selection)).fetchone()
    return int(row[0])


def _parameters(selection: Selection) -> dict[str, Any]:
    first, last = selection.statuses or (None, None)
    return {
        "path": selection.path,
        "first": first,
        "last": last,
        "writes": selection.writes,
        "token_path": TOKEN_PATH,
        "number": selection.enterprise_number,
        "since": selection.since,
    }
