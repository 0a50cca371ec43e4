"""OCMW Online: citizens' requests for help, as the receiving centre sees them (R64), and which centres receive any (R54).

A request is at one centre (`organization`), and can be read only there: the centre that it was sent to (`submitted_to`), and
from a merger on the merged one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from emulator.core import common_operations, organizations, problems, resources, store, waves
from emulator.core.deterministic_random import citizen, roll
from emulator.core.ids import opaque_id
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.core.waves import Wave
from emulator.systems.ocmw_online import mails

SUBJECTS = (
    "Leefloon",
    "Hulp bij het betalen van de energierekening",
    "Schuldbemiddeling",
    "Verwarmingstoelage",
    "Voedselhulp",
    "Huurwaarborg",
)
# A centre gets a request in one of so many days.
_EVERY = 8
# What each centre had got before a rehearsal, the last one unread: days before this one, which is counted from the mergers.
_BEFORE, _HOUR = -62, 10
_DAYS_BEFORE = (40, 23, 11, 4)

# The citizens of a new number are those of the centres that merged into it.
_MUNICIPAL = (
    "SELECT enterprise_number FROM organizations WHERE status = 'active' AND active_from IS NULL"
    " ORDER BY enterprise_number"
)
_SHOWN = "id, submitted_at, submitted_to, person_id, subject, read_at"


def receive(connection: sqlite3.Connection, at: datetime) -> None:
    """A day's requests: the citizens of each municipality write to the centre that is theirs by then."""
    for (number,) in connection.execute(_MUNICIPAL).fetchall():
        if roll(at.date(), number, "request") % _EVERY == 0:
            submit(connection, number, at, None)


def submit(
    connection: sqlite3.Connection, organization: str, at: datetime, subject: str | None
) -> dict[str, Any]:
    """Have a citizen of a centre's municipality ask for help, and the receiving centre told (R55); the request as kept.

    :param organization: the centre of the municipality; of one that disappeared the merged one receives it.
    :param subject: None: one of the usual ones.
    :raises Problem: 404 for a number that is none of the portal's, 409 before its first day.
    """
    asked = organizations.find(connection, organization)
    if asked is None:
        raise problems.not_found("organisation")
    organizations.require_active(asked)
    receiving = organizations.successor(connection, asked)
    number = store.next_number(connection, "aidRequest")
    rolled = roll(at.date(), organization, "asker", number)
    person = citizen(organization, rolled)
    asked_for = SUBJECTS[rolled % len(SUBJECTS)] if subject is None else subject
    kept = _keep(connection, number, receiving, at, person, asked_for, None)
    settings = resources.find(connection, receiving, "ocmwOnline")
    if settings is not None and settings.body["newRequests"]["enabled"]:
        mails.send(
            connection,
            at.isoformat(timespec="seconds"),
            receiving,
            settings.body["newRequests"]["email"],
            mails.NEW_REQUEST,
            "Nieuwe hulpaanvraag",
            f"Er is een hulpaanvraag ingediend via OCMW Online: aanvraag {kept['id']}.",
        )
    return kept


def fill(connection: sqlite3.Connection, organization: str, wave: Wave) -> None:
    """A few requests of before a wave, the last one unread. Nobody was mailed about them here."""
    for days in _DAYS_BEFORE:
        at = wave.at(_BEFORE - days, _HOUR)
        rolled = roll(organization, "before", days)
        read_at = None if days == _DAYS_BEFORE[-1] else at + timedelta(days=1)
        number = store.next_number(connection, "aidRequest")
        subject = SUBJECTS[rolled % len(SUBJECTS)]
        _keep(connection, number, organization, at, citizen(organization, rolled), subject, read_at)


def take_over(connection: sqlite3.Connection) -> None:
    """Layout 1 knew no requests."""
    for (number,) in connection.execute(_MUNICIPAL).fetchall():
        fill(connection, number, waves.every()[0])


def _keep(
    connection: sqlite3.Connection,
    number: int,
    organization: str,
    at: datetime,
    person: str,
    subject: str,
    read_at: datetime | None,
) -> dict[str, Any]:
    read = None if read_at is None else read_at.isoformat(timespec="seconds")
    row = (
        opaque_id("aidRequest", number),
        at.isoformat(timespec="seconds"),
        organization,
        person,
        subject,
        read,
    )
    connection.execute(
        f"INSERT INTO aid_requests ({_SHOWN}, organization) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (*row, organization),
    )
    return _as_json(row)


def relink(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str:
    """R64: the requests of the centres that merge are the merged centre's from this moment, and readable only there."""
    merged = data["to"]
    disappearing = [number for number in data["from"] if number != merged]
    moved = sum(
        connection.execute(
            "UPDATE aid_requests SET organization = ? WHERE organization = ?", (merged, number)
        ).rowcount
        for number in disappearing
    )
    return f"{at.date()}: {moved} requests of OCMW Online linked to {merged}"


def _find(connection: sqlite3.Connection, organization: str, key: str) -> tuple[Any, ...]:
    """:raises Problem: 404 for a request that is not with this centre, or not any more."""
    row: tuple[Any, ...] | None = connection.execute(
        f"SELECT {_SHOWN} FROM aid_requests WHERE id = ? AND organization = ?",  # noqa: S608
        (key, organization),
    ).fetchone()
    if row is None:
        raise problems.not_found("request")
    return row


def _as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    key, submitted_at, submitted_to, person, subject, read_at = row
    shown = {
        "id": key,
        "submittedAt": submitted_at,
        "submittedTo": submitted_to,
        "personId": person,
        "subject": subject,
        "read": read_at is not None,
    }
    return shown if read_at is None else {**shown, "readAt": read_at}


def list_requests(call: Call) -> Answer:
    """Newest first; `read` narrows it down."""
    number, size = common_operations.paging(call.query)
    read = common_operations.flag(call.query, "read")
    chosen = "organization = :centre AND (:read IS NULL OR (read_at IS NOT NULL) = :read)"
    values = {"centre": call.number, "read": read}
    (total,) = call.connection.execute(
        f"SELECT count(*) FROM aid_requests WHERE {chosen}",  # noqa: S608
        values,
    ).fetchone()
    rows = call.connection.execute(
        f"SELECT {_SHOWN} FROM aid_requests WHERE {chosen} ORDER BY seq DESC LIMIT :size OFFSET :skipped",  # noqa: S608
        values | {"size": size, "skipped": (number - 1) * size},
    )
    items = [_as_json(row) for row in rows]
    return Answer(200, {"items": items, **common_operations.page_members(call, number, size, total)})


def get_request(call: Call) -> Answer:
    """Looking at it does not mark it as read."""
    return Answer(200, _as_json(_find(call.connection, call.number, call.path["id"])))


def put_read(call: Call) -> Answer:
    """What was read first at some moment stays so when it is marked again."""
    key = call.path["id"]
    _find(call.connection, call.number, key)
    call.connection.execute(
        "UPDATE aid_requests SET read_at = CASE WHEN ? THEN coalesce(read_at, ?) END WHERE id = ?",
        (call.body["read"], call.at, key),
    )
    return get_request(call)


def list_receiving_organizations(call: Call) -> Answer:
    """R54: the centres that receive requests, with their contact details where these are saved and their screen is open."""
    number, size = common_operations.paging(call.query)
    today = call.now.date().isoformat()
    (total,) = call.connection.execute(
        "SELECT count(*) FROM organizations WHERE status = 'active' AND merged_into IS NULL"
    ).fetchone()
    rows = call.connection.execute(
        "SELECT o.enterprise_number, o.name, o.nis_code, r.body FROM organizations o"
        " LEFT JOIN resources r ON r.organization = o.enterprise_number AND r.kind = 'contactDetails' AND r.key = ''"
        " WHERE o.status = 'active' AND o.merged_into IS NULL ORDER BY o.enterprise_number LIMIT ? OFFSET ?",
        (size, (number - 1) * size),
    )
    items = []
    for enterprise_number, name, nis_code, details in rows:
        item = {"enterpriseNumber": enterprise_number, "name": name, "nisCode": nis_code}
        opens = waves.screen_opening(call.connection, enterprise_number, "contactDetails")
        if details is not None and today >= opens:
            item["contactDetails"] = json.loads(details)
        items.append(item)
    return Answer(200, {"items": items, **common_operations.page_members(call, number, size, total)})


REQUESTS = "/organizations/{enterpriseNumber}/requests"

API = Api(
    "/REST/ocmwOnline/v1",
    "ocmwOnline",
    "OCMW Online",
    "Citizens' requests for help, as the receiving centre's software sees them.",
    (
        common_operations.HEALTH,
        Operation(
            "GET",
            "/receivingOrganizations",
            "listReceivingOrganizations",
            "The centres that receive requests, and where citizens find them",
            list_receiving_organizations,
            answer="systems.ocmw_online:ReceivingOrganizationList",
            query=common_operations.PAGING,
            rules=("R54", "R59"),
            public=True,
        ),
        Operation(
            "GET",
            REQUESTS,
            "listRequests",
            "The requests that are with an organisation, newest first",
            list_requests,
            answer="systems.ocmw_online:AidRequestList",
            needs=(Need.ACTIVE,),
            query=(*common_operations.PAGING, "read"),
            rules=("R64",),
        ),
        Operation(
            "GET",
            REQUESTS + "/{id}",
            "getRequest",
            "A request",
            get_request,
            answer="systems.ocmw_online:AidRequest",
            needs=(Need.ACTIVE,),
            rules=("R64",),
        ),
        Operation(
            "PUT",
            REQUESTS + "/{id}/read",
            "putRequestRead",
            "Mark a request as read, or as unread",
            put_read,
            body="systems.ocmw_online:ReadBody",
            answer="systems.ocmw_online:AidRequest",
            needs=(Need.ACTIVE,),
            rules=("R56", "R64"),
        ),
    ),
    permission="ocmwOnline",
)
