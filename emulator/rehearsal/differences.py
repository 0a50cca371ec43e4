"""The differences between two moments of a portal, for people to read.

Content that people save is compared field by field. Things that come in numbers (forms, files, documents, mails, mutations,
requests) are counted, and listed one by one only where details are asked for. People stand as the portal's numbers for them.
A password is only said to have changed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.calendar import clock
from emulator.rehearsal import checkpoints

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_PASSWORD = "password"  # noqa: S105 - a field's name


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its values; None where it has none, both None of a password."""

    name: str
    old: Any = None
    new: Any = None

    def as_json(self) -> dict[str, Any]:
        members = {"name": self.name, "old": self.old, "new": self.new}
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    :param organization: an enterprise number; empty for what is the whole portal's.
    :param name: the organisation's.
    :param what: a kind of resource, `organization`, `clock`, or one of `FLOWS`.
    :param fields: of what changed.
    """

    organization: str
    name: str
    what: str
    key: str
    change: str
    fields: tuple[Field, ...] = ()

    def as_json(self) -> dict[str, Any]:
        members = {
            "organization": self.organization,
            "name": self.name,
            "what": self.what,
            "key": self.key,
            "change": self.change,
            "fields": [field.as_json() for field in self.fields],
        }
        return {name: value for name, value in members.items() if value}


@dataclass(frozen=True, slots=True)
class Flow:
    """A kind of thing that comes in numbers: how it is counted, and which details are told of each (SQL)."""

    what: str
    table: str
    group: tuple[str, ...]
    key: str
    fields: tuple[str, ...]


_READ = "CASE WHEN read_at IS NULL THEN 'unread' ELSE 'read' END"
FLOWS = (
    Flow(
        "forms",
        "forms",
        ("kind", "quality_code", "status"),
        "id",
        (
            "kind",
            "quality_code",
            "person_id",
            "reference",
            "start_date",
            "end_date",
            "locked_until",
            "predecessor",
            "successor",
        ),
    ),
    Flow("documents", "documents", ("kind", _READ), "id", ("kind", "sender", "subject", "read_at")),
    Flow(
        "boxFiles",
        "box_files",
        ("account", "kind", "CASE WHEN fetched_at IS NULL THEN 'waiting' ELSE 'fetched' END"),
        "account || '/' || name",
        ("kind", "length(content) AS size", "received_at", "fetched_at"),
    ),
    Flow("mutations", "mutations", ("outcome",), "seq", ("sent_at", "type", "person_id", "outcome")),
    Flow("mails", "mails", ("kind",), "seq", ("at", "kind", "recipient", "subject")),
    Flow("aidRequests", "aid_requests", (_READ,), "id", ("submitted_to", "subject", "read_at")),
)
# What the others show of these is enough: people's numbers, user names beside their accounts, what the clock brings.
_UNTOLD = frozenset({"events", "organizations", "persons", "resources", "usernames"})

_Key = tuple[str, str, str]
_State = dict[_Key, dict[str, Any]]


def compare(old: sqlite3.Connection, new: sqlite3.Connection, details: bool = False) -> list[Difference]:
    """All that differs, by organisation, kind and key.

    :param details: what comes in numbers one by one instead of counted.
    """
    # One number for a person in both, whichever came first.
    people = {**_people(new), **_people(old)}
    before, after = _state(old, people, details), _state(new, people, details)
    names = {**_names(old), **_names(new)}
    found = []
    for key in sorted(before.keys() | after.keys()):
        difference = _difference(key, before.get(key), after.get(key), names)
        if difference is not None:
            found.append(difference)
    return found


def _difference(
    key: _Key, old: dict[str, Any] | None, new: dict[str, Any] | None, names: Mapping[str, str]
) -> Difference | None:
    organization, what, name = key
    place = (organization, names.get(organization, ""), what, name)
    counted = (old or new or {}).keys() == {"count"}
    if counted:
        old, new = old or {"count": 0}, new or {"count": 0}
    if old is None or new is None:
        return Difference(*place, ADDED if old is None else REMOVED)
    fields = tuple(
        Field(field) if field == _PASSWORD else Field(field, old.get(field), new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    )
    return Difference(*place, CHANGED, fields) if fields else None


def _state(connection: sqlite3.Connection, people: Mapping[str, str], details: bool) -> _State:
    state: _State = {("", "clock", ""): {"now": clock.now(connection).isoformat(timespec="seconds")}}
    state |= _organizations(connection)
    state |= _resources(connection, people)
    for flow in FLOWS:
        state |= _one_by_one(connection, flow) if details else _counted(connection, flow)
    state |= _others(connection)
    return state


def _organizations(connection: sqlite3.Connection) -> _State:
    rows, (_, *names) = _rows(connection, "SELECT * FROM organizations")
    return {(number, "organization", ""): dict(zip(names, row, strict=True)) for number, *row in rows}


def _resources(connection: sqlite3.Connection, people: Mapping[str, str]) -> _State:
    state = {}
    rows = connection.execute("SELECT organization, kind, key, body, secret, created_by FROM resources")
    for organization, kind, key, text, secret, created_by in rows:
        body = json.loads(text)
        # A user's key is the portal's own and differs each time that they are added.
        name = _person(body.pop("ssin"), people) if "ssin" in body else key
        fields = {**dict(_flat(_anonymous(body, people))), "createdBy": created_by}
        state[organization, kind, name] = fields if secret is None else {**fields, _PASSWORD: secret}
    return state


def _anonymous(value: Any, people: Mapping[str, str]) -> Any:
    """The same with the portal's number for each INSZ; of somebody who is no more than that, the number alone."""
    if isinstance(value, list):
        return [_anonymous(item, people) for item in value]
    if not isinstance(value, dict):
        return value
    told = {name: _anonymous(item, people) for name, item in value.items() if name != "ssin"}
    if "ssin" not in value:
        return told
    person = _person(value["ssin"], people)
    return {"personId": person, **told} if told else person


def _person(ssin: str, people: Mapping[str, str]) -> str:
    return people.get(ssin, "somebody without a number")


def _flat(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Its fields, `newRequests.email` for one within another; an empty list is as good as none."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif value != []:
            yield prefix + name, value


def _counted(connection: sqlite3.Connection, flow: Flow) -> _State:
    group = ", ".join(flow.group)
    rows = connection.execute(
        f"SELECT organization, {group}, count(*) FROM {flow.table} GROUP BY organization, {group}"  # noqa: S608
    )
    return {
        (organization, flow.what, " ".join(str(part) for part in parts)): {"count": count}
        for organization, *parts, count in rows
    }


def _one_by_one(connection: sqlite3.Connection, flow: Flow) -> _State:
    columns = ", ".join(("organization", flow.key, *flow.fields))
    rows, names = _rows(connection, f"SELECT {columns} FROM {flow.table}")  # noqa: S608
    return {(row[0], flow.what, str(row[1])): dict(zip(names[2:], row[2:], strict=True)) for row in rows}


def _others(connection: sqlite3.Connection) -> _State:
    """Whatever else the portal keeps, counted: nothing changes unseen."""
    told = _UNTOLD | {flow.table for flow in FLOWS}
    state: _State = {}
    for table in checkpoints.tables(connection):
        if table not in told:
            columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
            organization = "organization" if "organization" in columns else "''"
            rows = connection.execute(f'SELECT {organization}, count(*) FROM "{table}" GROUP BY 1')  # noqa: S608
            state |= {(number, table, ""): {"count": count} for number, count in rows}
    return state


def _rows(connection: sqlite3.Connection, query: str) -> tuple[list[tuple[Any, ...]], list[str]]:
    """The rows and the columns' names as answers have them."""
    cursor = connection.execute(query)
    return cursor.fetchall(), [_camel(column[0]) for column in cursor.description]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _people(connection: sqlite3.Connection) -> dict[str, str]:
    return {ssin: person for person, ssin in connection.execute("SELECT person_id, ssin FROM persons")}


def _names(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT enterprise_number, name FROM organizations"))
