"""The mutations that are sent to each centre every day, and which of them arrive (R48-R50).

A ticked type arrives, in one file a day, in the folder of every FTP account that may receive mutations. A type that is not
ticked reaches nobody; without such an account no type does. A mutation that did not arrive is never sent again.
Disappearing centres get theirs as before: the mergers take nothing from them (R05, R22, R39).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from emulator.core import reference
from emulator.core.deterministic_random import citizen, roll
from emulator.systems.chaman import ftp_folders

AUTHORIZATION = "mutations"
DELIVERED, UNTICKED, NO_CHANNEL = "delivered", "unticked", "noChannel"
WEEK = 7

# What is ticked at each active centre; NULL where the selection was never saved, and so nothing is.
_SELECTIONS = """
SELECT o.enterprise_number, s.body
FROM organizations o
LEFT JOIN resources s ON s.organization = o.enterprise_number AND s.kind = 'mutations' AND s.key = ''
WHERE o.status = 'active'
ORDER BY o.enterprise_number
"""


def send(connection: sqlite3.Connection, at: datetime) -> None:
    """A day's mutations, for every active centre."""
    moment, today = at.isoformat(timespec="seconds"), at.date()
    day = today.isoformat()
    types = tuple(item["code"] for item in reference.items("mutationTypes"))
    quoted = {type_: json.dumps(type_) for type_ in types}
    folders = ftp_folders.accounts(connection, AUTHORIZATION, at)
    sent: list[tuple[str, ...]] = []
    files: list[ftp_folders.Delivery] = []
    for number, selection in connection.execute(_SELECTIONS):
        ticked = _ticked(selection)
        arriving = []
        for type_, person in _of_day(today, number, types):
            outcome = UNTICKED if type_ not in ticked else DELIVERED if number in folders else NO_CHANNEL
            sent.append((moment, number, type_, person, outcome))
            if outcome == DELIVERED:
                arriving.append(f'{{"type": {quoted[type_]}, "personId": "{person}", "date": "{day}"}}\n')
        if arriving:
            content = "".join(arriving).encode()
            name = f"mutaties-{day}.jsonl"
            files += [
                ftp_folders.Delivery(number, account, name, "mutations", content, moment)
                for account in folders[number]
            ]
    connection.executemany(
        "INSERT INTO mutations (sent_at, organization, type, person_id, outcome) VALUES (?, ?, ?, ?, ?)", sent
    )
    ftp_folders.put(connection, files)


@lru_cache(maxsize=4096)
def _ticked(selection: str | None) -> frozenset[str]:
    return frozenset() if selection is None else frozenset(json.loads(selection)["receive"])


def _of_day(day: date, number: str, types: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """`(type, person)` of what is sent to a centre: each type on its own day of the week, and up to two by chance."""
    rolled = roll(day, number, "mutations")
    today = [*types[(day.toordinal() + _turn(number)) % WEEK :: WEEK]]
    today += [types[(rolled >> 4 * place) % len(types)] for place in range(1, 1 + rolled % 3) if types]
    for place, type_ in enumerate(today):
        yield type_, citizen(number, (rolled >> 2) + 31 * place)


@lru_cache(maxsize=4096)
def _turn(number: str) -> int:
    """Not every centre has the same type on the same day."""
    return roll(number)


def read(connection: sqlite3.Connection, organization: str | None) -> list[dict[str, Any]]:
    """What was sent to a centre, or to all, oldest first, and what became of it."""
    rows = connection.execute(
        "SELECT sent_at, organization, type, person_id, outcome FROM mutations"
        " WHERE :centre IS NULL OR organization = :centre ORDER BY seq",
        {"centre": organization},
    )
    names = ("at", "organization", "type", "personId", "outcome")
    return [dict(zip(names, row, strict=True)) for row in rows]


def counts(connection: sqlite3.Connection, organization: str | None) -> list[dict[str, Any]]:
    """How many of each type had each outcome (`delivered`, `unticked`, `noChannel`), at a centre or at all."""
    rows = connection.execute(
        "SELECT organization, type, outcome, count(*) FROM mutations"
        " WHERE :centre IS NULL OR organization = :centre GROUP BY organization, type, outcome"
        " ORDER BY organization, type, outcome",
        {"centre": organization},
    )
    return [dict(zip(("organization", "type", "outcome", "count"), row, strict=True)) for row in rows]
