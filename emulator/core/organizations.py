"""The centres as the portal knows them, and whether something can be done or seen at one of them yet."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.core import problems, waves

WRITTEN_NUMBER = "^([Bb][Ee])?[ .]?[01]([ ./-]?[0-9]){9}$"
"""An enterprise number as people write it, for JSON Schema too."""


@dataclass(frozen=True, slots=True)
class Organization:
    enterprise_number: str
    name: str
    nis_code: str
    status: str
    active_from: str | None
    copied_on: str | None
    awaits_copy: bool  # a new number, of which the RSZ has not copied the access yet
    merged_into: str | None = None
    merged_on: str | None = None
    nis_since: str | None = None  # its NIS code is another one from this date on

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "enterpriseNumber": self.enterprise_number,
            "name": self.name,
            "nisCode": self.nis_code,
            "status": self.status,
            "accessCopied": self.copied_on is not None,
        }
        if self.active_from is not None:
            answer["activeFrom"] = self.active_from
        if self.copied_on is not None:
            answer["accessCopiedOn"] = self.copied_on
        if self.merged_into is not None:
            answer |= {"mergedInto": self.merged_into, "mergedOn": self.merged_on}
        return answer


def parse_number(text: str, name: str) -> str:
    """Ten digits from an enterprise number as people write it: `0212.212.343`, `BE 0212 212 343`.

    :param name: of the query's parameter that it came in.
    :raises Problem: 400 for what is none.
    """
    if not re.fullmatch(WRITTEN_NUMBER, text, re.ASCII):
        detail = "an enterprise number has ten digits, such as 0212.212.343"
        raise problems.bad_request([problems.Issue("invalidInput", detail, name, "query")])
    return re.sub(r"\D", "", text)


def find(connection: sqlite3.Connection, enterprise_number: str) -> Organization | None:
    row = connection.execute(
        "SELECT enterprise_number, name, nis_code, status, active_from, copied_on, awaits_copy, merged_into,"
        " merged_on, nis_since FROM organizations WHERE enterprise_number = ?",
        (enterprise_number,),
    ).fetchone()
    if row is None:
        return None
    number, name, nis_code, status, active_from, copied_on, awaits_copy, *merger = row
    return Organization(number, name, nis_code, status, active_from, copied_on, bool(awaits_copy), *merger)


def add(connection: sqlite3.Connection, organization: Organization) -> None:
    connection.execute(
        "INSERT INTO organizations (enterprise_number, name, nis_code, status, active_from, copied_on, awaits_copy)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            organization.enterprise_number,
            organization.name,
            organization.nis_code,
            organization.status,
            organization.active_from,
            organization.copied_on,
            organization.awaits_copy,
        ),
    )


def activate(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str:
    """The first day of a number (R12), or of a kept number's new name and NIS code."""
    connection.execute(
        "UPDATE organizations SET status = 'active', name = :name, nis_code = :nisCode,"
        " nis_since = CASE WHEN nis_code <> :nisCode THEN :day END WHERE enterprise_number = :enterpriseNumber",
        {**data, "day": at.date().isoformat()},
    )
    return f"{at.date()}: {data['name']} ({data['enterpriseNumber']}) is active, NIS {data['nisCode']}"


def merge(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str:
    """The day of a merger: `data["from"]` go on as `data["to"]`. What they have stays where it is (R05)."""
    merged, day = data["to"], at.date().isoformat()
    disappearing = [number for number in data["from"] if number != merged]
    for number in disappearing:
        connection.execute(
            "UPDATE organizations SET merged_into = ?, merged_on = ? WHERE enterprise_number = ?",
            (merged, day, number),
        )
    return f"{day}: {', '.join(disappearing)} merged into {merged}"


def successor(connection: sqlite3.Connection, organization: Organization) -> str:
    """The number that goes on for this one by now, through as many mergers as there were; its own where it has not ended."""
    found: Organization | None = organization
    while found is not None and found.merged_into is not None:
        organization, found = found, find(connection, found.merged_into)
    return organization.merged_into or organization.enterprise_number


def merger_day(connection: sqlite3.Connection, organization: Organization) -> str | None:
    """The day on which a number goes on as another one; before that day too, when it is in the calendar."""
    if organization.merged_on is not None:
        return organization.merged_on
    number = organization.enterprise_number
    for day, merger in _planned(connection, "merger", number):
        if number in merger["from"] and number != merger["to"]:
            return day
    return None


def merged_on(connection: sqlite3.Connection, into: str, day: str) -> list[str]:
    """The numbers that merged into another on a day."""
    rows = connection.execute(
        "SELECT enterprise_number FROM organizations WHERE merged_into = ? AND merged_on = ?", (into, day)
    )
    return [number for (number,) in rows]


def planned_copy(connection: sqlite3.Connection, number: str) -> str | None:
    """The day for which the RSZ's copy of access to a number is planned; None: none is to come."""
    days = [day for day, copy in _planned(connection, "accessCopy", number) if copy["to"] == number]
    return days[0] if days else None


def _planned(connection: sqlite3.Connection, kind: str, number: str) -> list[tuple[str, dict[str, Any]]]:
    """The calendar's coming events of a kind that name a number, each with its day and data, the earliest first."""
    found = connection.execute(
        "SELECT due_at, data FROM events WHERE NOT done AND kind = ? AND instr(data, ?) ORDER BY due_at, seq",
        (kind, number),
    )
    return [(due_at[:10], json.loads(data)) for due_at, data in found]


def require_active(organization: Organization) -> None:
    """R12: before its first day nothing of a number can be set or seen."""
    if organization.status != "active":
        raise problems.not_yet(
            "organizationNotActive",
            f"{organization.name} does not exist before its first day",
            organization.active_from,
            "R12",
        )


def require_copied(connection: sqlite3.Connection, organization: Organization, rule: str) -> None:
    """R15, R27: a new number's access and the other systems open when the RSZ has copied access to it: the first night's
    work, or later."""
    if organization.awaits_copy:
        raise problems.not_yet(
            "accessNotCopied",
            f"The RSZ has not copied access to {organization.name} yet",
            planned_copy(connection, organization.enterprise_number),
            rule,
        )


def require_open(
    connection: sqlite3.Connection, organization: Organization, screen: str, now: datetime
) -> None:
    """R59: some screens open later than the rest."""
    opens = waves.screen_opening(connection, organization.enterprise_number, screen)
    if now.date().isoformat() < opens:
        raise problems.not_yet("screenNotOpen", "This screen is not available yet", opens, "R59")


def require_sender(connection: sqlite3.Connection, organization: Organization) -> None:
    """R28: who has not signed in as sender yet can make neither accounts nor certificates."""
    known = connection.execute(
        "SELECT 1 FROM resources WHERE organization = ? AND kind = 'sender'",
        (organization.enterprise_number,),
    ).fetchone()
    if known is None:
        raise problems.not_yet(
            "senderMissing",
            "The sender's contact details must be confirmed before anything else in ChaMan",
            None,
            "R28",
        )
