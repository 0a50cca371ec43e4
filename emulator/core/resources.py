"""What people save on the portal: finding it, and writing it under the contract's preconditions.

A resource belongs to an organisation, has a kind (`sender`, `ftpAccount`, ...) and a key that is unique among its kind.
Writing is only for transactions. An ETag is a number that the portal gives once: no two states ever share one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.core import problems, store

# The key of a single screen, of which an organisation has one.
SINGLE = ""

_COLUMNS = (
    "SELECT organization, kind, key, body, secret, etag, created_by, created_at, changed_at FROM resources"
)
_SELECT = _COLUMNS + " WHERE organization = ? AND kind = ?"
_SELECT_EVERYWHERE = _COLUMNS + " WHERE kind = ?"


@dataclass(frozen=True, slots=True)
class Resource:
    organization: str
    kind: str
    key: str
    body: dict[str, Any]
    secret: str | None
    etag: int
    created_by: str
    created_at: str
    changed_at: str

    @property
    def quoted_etag(self) -> str:
        return f'"{self.etag}"'

    def as_json(self) -> dict[str, Any]:
        """A saved body, with the fields that the portal adds."""
        return {
            **self.body,
            "createdBy": self.created_by,
            "createdAt": self.created_at,
            "changedAt": self.changed_at,
        }


def _resource(row: tuple[Any, ...]) -> Resource:
    organization, kind, key, body, *rest = row
    return Resource(organization, kind, key, json.loads(body), *rest)


def find(connection: sqlite3.Connection, organization: str, kind: str, key: str = SINGLE) -> Resource | None:
    row = connection.execute(
        _SELECT + " AND key = ?",
        (organization, kind, key),
    ).fetchone()
    return None if row is None else _resource(row)


def find_natural(
    connection: sqlite3.Connection, organization: str, kind: str, natural_key: str
) -> Resource | None:
    row = connection.execute(
        _SELECT + " AND natural_key = ?",
        (organization, kind, natural_key),
    ).fetchone()
    return None if row is None else _resource(row)


def every(connection: sqlite3.Connection, organization: str, kind: str) -> list[Resource]:
    """All of a kind, in the order in which they were made."""
    return page(connection, organization, kind, -1, 0)


def every_key(connection: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    """`(organization, key)` of all of a kind, at all organisations, in the order in which they were made."""
    return connection.execute(
        "SELECT organization, key FROM resources WHERE kind = ? ORDER BY seq", (kind,)
    ).fetchall()


def page(
    connection: sqlite3.Connection, organization: str, kind: str, size: int, offset: int
) -> list[Resource]:
    """`size` resources of a kind (-1: all) after the first `offset`, in the order in which they were made."""
    rows = connection.execute(
        _SELECT + " ORDER BY seq LIMIT ? OFFSET ?",
        (organization, kind, size, offset),
    )
    return [_resource(row) for row in rows]


def page_everywhere(
    connection: sqlite3.Connection, kind: str, members: Mapping[str, str], size: int, offset: int
) -> list[Resource]:
    """The same of all organisations together: those whose body has these members, with these values."""
    condition, values = _having(members)
    rows = connection.execute(
        _SELECT_EVERYWHERE + condition + " ORDER BY seq LIMIT ? OFFSET ?", (kind, *values, size, offset)
    )
    return [_resource(row) for row in rows]


def count_everywhere(connection: sqlite3.Connection, kind: str, members: Mapping[str, str]) -> int:
    condition, values = _having(members)
    row = connection.execute("SELECT count(*) FROM resources WHERE kind = ?" + condition, (kind, *values))  # noqa: S608
    return int(row.fetchone()[0])


def _having(members: Mapping[str, str]) -> tuple[str, list[str]]:
    """A condition, and the values for its marks."""
    return " AND json_extract(body, ?) = ?" * len(members), [
        part for name, value in members.items() for part in (f"$.{name}", value)
    ]


def count(connection: sqlite3.Connection, organization: str, kind: str) -> int:
    row = connection.execute(
        "SELECT count(*) FROM resources WHERE organization = ? AND kind = ?", (organization, kind)
    ).fetchone()
    return int(row[0])


def create(
    connection: sqlite3.Connection,
    organization: str,
    kind: str,
    key: str,
    body: Mapping[str, Any],
    by: str,
    at: str,
    *,
    natural_key: str | None = None,
    secret: str | None = None,
) -> Resource:
    """Save a new resource; `at` is portal time, `by` a client's id, `rsz` or `portal`."""
    etag = store.next_number(connection, "etag")
    connection.execute(
        "INSERT INTO resources (organization, kind, key, natural_key, body, secret, etag, created_by, created_at,"
        " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (organization, kind, key, natural_key, _dump(body), secret, etag, by, at, at),
    )
    return Resource(organization, kind, key, dict(body), secret, etag, by, at, at)


def replace(
    connection: sqlite3.Connection,
    resource: Resource,
    body: Mapping[str, Any],
    at: str,
    *,
    secret: str | None = None,
) -> Resource:
    """Save `body` in a resource's place; without a new `secret` it keeps the one that it has."""
    etag = store.next_number(connection, "etag")
    kept = resource.secret if secret is None else secret
    connection.execute(
        "UPDATE resources SET body = ?, secret = ?, etag = ?, changed_at = ?"
        " WHERE organization = ? AND kind = ? AND key = ?",
        (_dump(body), kept, etag, at, resource.organization, resource.kind, resource.key),
    )
    return Resource(
        resource.organization,
        resource.kind,
        resource.key,
        dict(body),
        kept,
        etag,
        resource.created_by,
        resource.created_at,
        at,
    )


def delete(connection: sqlite3.Connection, resource: Resource) -> None:
    connection.execute(
        "DELETE FROM resources WHERE organization = ? AND kind = ? AND key = ?",
        (resource.organization, resource.kind, resource.key),
    )


def check_put(headers: Mapping[str, str], existing: Resource | None) -> None:
    """The contract's section 3 for a PUT: 428 without a precondition, 412 where it does not hold."""
    if_none_match, if_match = headers.get("if-none-match"), headers.get("if-match")
    if if_none_match is None and if_match is None:
        raise problems.precondition_required(
            "A PUT needs If-None-Match: * (to create) or If-Match (to replace)"
        )
    if if_none_match is not None:
        _check_if_none_match(if_none_match)
        if if_match is not None:
            raise problems.bad_request(
                [
                    problems.Issue(
                        "rejectedInput",
                        "either If-Match or If-None-Match, not both",
                        "If-None-Match",
                        "header",
                    )
                ]
            )
        if existing is not None:
            raise problems.precondition_failed("It exists already")
    if if_match is not None:
        if existing is None:
            raise problems.precondition_failed("It does not exist (any more)")
        _check_if_match(if_match, existing)


def check_delete(headers: Mapping[str, str], existing: Resource | None, what: str) -> Resource:
    """The same for a DELETE, which needs `If-Match`; the resource to delete."""
    if_match = headers.get("if-match")
    if if_match is None:
        raise problems.precondition_required("A DELETE needs If-Match")
    if existing is None:
        raise problems.not_found(what)
    _check_if_match(if_match, existing)
    return existing


def _check_if_none_match(value: str) -> None:
    if value.strip() != "*":
        raise problems.bad_request(
            [problems.Issue("invalidInput", "only * has a meaning here", "If-None-Match", "header")]
        )


def _check_if_match(value: str, existing: Resource) -> None:
    """Strong comparison: a weak ETag never matches."""
    if value.strip() != "*" and existing.quoted_etag not in [tag.strip() for tag in value.split(",")]:
        raise problems.precondition_failed("It was changed meanwhile")


def _dump(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
