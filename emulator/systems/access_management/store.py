"""How access is kept: people as portal-made numbers beside their INSZ, users by person within a domain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.core import resources, store
from emulator.core.ids import opaque_id

CHIEFS = "chiefAccessManagers"


def managers_kind(domain: str) -> str:
    return f"accessManagers/{domain}"


def users_kind(domain: str) -> str:
    return f"users/{domain}"


def person_id(connection: sqlite3.Connection, ssin: str) -> str:
    """The number that stands for a person in answers, made at first sight and never out of the INSZ."""
    known = known_person_id(connection, ssin)
    if known is not None:
        return known
    made = opaque_id("person", store.next_number(connection, "person"))
    connection.execute("INSERT INTO persons VALUES (?, ?)", (made, ssin))
    return made


def person_ids(connection: sqlite3.Connection, ssins: Iterable[str]) -> dict[str, str]:
    """The same for many at once, by their INSZ."""
    wanted = list(dict.fromkeys(ssins))
    numbers = store.next_numbers(connection, "person", len(wanted))
    connection.executemany(
        "INSERT INTO persons VALUES (?, ?) ON CONFLICT (ssin) DO NOTHING",
        ((opaque_id("person", number), ssin) for number, ssin in zip(numbers, wanted, strict=True)),
    )
    rows = connection.execute(
        "SELECT ssin, person_id FROM persons WHERE ssin IN (SELECT value FROM json_each(?))",
        (json.dumps(wanted),),
    )
    return dict(rows.fetchall())


def known_person_id(connection: sqlite3.Connection, ssin: str) -> str | None:
    row = connection.execute("SELECT person_id FROM persons WHERE ssin = ?", (ssin,)).fetchone()
    return None if row is None else str(row[0])


def ssin_of(connection: sqlite3.Connection, person: str) -> str:
    """The INSZ behind a person's number, for the portal's own eyes."""
    row = connection.execute("SELECT ssin FROM persons WHERE person_id = ?", (person,)).fetchone()
    return str(row[0])


def people_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The persons within chief access managers or a domain's access managers, as they stand there."""
    return [
        *body.get("chiefAccessManagers", ()),
        *body.get("coChiefAccessManagers", ()),
        *([body["accessManager"]] if "accessManager" in body else ()),
        *body.get("coAccessManagers", ()),
    ]


def find_user(
    connection: sqlite3.Connection, organization: str, domain: str, ssin: str
) -> resources.Resource | None:
    known = known_person_id(connection, ssin)
    return (
        None if known is None else resources.find_natural(connection, organization, users_kind(domain), known)
    )


def add_user(
    connection: sqlite3.Connection, organization: str, domain: str, body: Mapping[str, Any], by: str, at: str
) -> resources.Resource:
    """Add a user who is not there yet (R19); the portal makes the id."""
    key = opaque_id("user", store.next_number(connection, "user"))
    return resources.create(
        connection,
        organization,
        users_kind(domain),
        key,
        body,
        by,
        at,
        natural_key=person_id(connection, body["ssin"]),
    )
