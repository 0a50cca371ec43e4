"""Every call that the portal got, without secrets: when, what, acting for whom, by which client, with what result.

A write's entry is made in the transaction of the write: the journal shows exactly the writes that were made.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from emulator import problems

TOKEN_PATH = "/REST/oauth/v5/token"


@dataclass(slots=True)
class Entry:
    """A call on its way; `client` and `acting_for` are filled in when they are known.

    `status` is what the client was answered, 0 where the connection broke; `fault` says what a rehearsed fault did.
    """

    method: str
    path: str
    client: str | None = None
    acting_for: str | None = None
    fault: str | None = None


def write(connection: sqlite3.Connection, at: str, entry: Entry, status: int) -> None:
    connection.execute(
        "INSERT INTO journal (at, method, path, acting_for, client, status, fault) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            at,
            entry.method,
            problems.without_ssin(entry.path),
            entry.acting_for,
            entry.client,
            status,
            entry.fault,
        ),
    )


def read(
    connection: sqlite3.Connection,
    *,
    writes: bool = False,
    enterprise_number: str | None = None,
    since: str | None = None,
    size: int = -1,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The calls in order: `{seq, at, method, path, actingFor, client, status, fault?}`.

    :param writes: only calls that can change something at an organisation (not GET, HEAD or a sign-in).
    :param enterprise_number: only calls under this number: acting for it, or with it in the path.
    :param since: only calls from this portal moment on (RFC 3339 with the Belgian offset).
    """
    where, parameters = _conditions(writes, enterprise_number, since)
    rows = connection.execute(
        f"SELECT seq, at, method, path, acting_for, client, status, fault FROM journal WHERE {where}"
        " ORDER BY seq LIMIT ? OFFSET ?",
        (*parameters, size, offset),
    )
    names = ("seq", "at", "method", "path", "actingFor", "client", "status", "fault")
    entries = [dict(zip(names, row, strict=True)) for row in rows]
    for entry in entries:
        if entry["fault"] is None:
            del entry["fault"]
    return entries


def count(
    connection: sqlite3.Connection, *, writes: bool, enterprise_number: str | None, since: str | None
) -> int:
    where, parameters = _conditions(writes, enterprise_number, since)
    row = connection.execute(f"SELECT count(*) FROM journal WHERE {where}", parameters).fetchone()
    return int(row[0])


def _conditions(writes: bool, enterprise_number: str | None, since: str | None) -> tuple[str, list[str]]:
    where, parameters = ["1"], []
    if writes:
        where.append("method NOT IN ('GET', 'HEAD') AND path <> ?")
        parameters.append(TOKEN_PATH)
    if enterprise_number is not None:
        where.append("(acting_for = ? OR path LIKE ? ESCAPE '!' OR path LIKE ? ESCAPE '!')")
        inside = "%/organizations/" + enterprise_number.replace("!", "!!").replace("%", "!%").replace(
            "_", "!_"
        )
        parameters += [enterprise_number, inside, inside + "/%"]
    if since is not None:
        where.append("at >= ?")
        parameters.append(since)
    return " AND ".join(where), parameters
