"""NovaPRIMA's late files for disappearing centres: they fade out over a year (R61, R69).

After a merger POD MI still works off late regularisations of the time before. Their files go to the centre that
disappeared: to its E-Box, and to the folders of its FTP accounts that may receive them. The merged centre never gets them.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emulator.core.deterministic_random import citizen, roll
from emulator.systems.chaman import ftp_folders
from emulator.systems.ebox import api as ebox

AUTHORIZATION = "novaPrimaStatements"
SENDER = "POD MI (NovaPRIMA)"
YEAR = 12


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of list: on which day of the month it comes, and in which months after the merger (0: the first)."""

    kind: str
    day: int
    months: tuple[int, ...]
    title: str
    file_name: str


# Of a merger on 1 January: every month at first, then less and less, the last one on 10 December.
SCHEDULE = (
    Series(
        "interimStatement",
        10,
        (0, 1, 2, 3, 4, 5, 7, 9, 11),
        "Tussentijdse maandstaat",
        "novaprima-maandstaat",
    ),
    Series("warningFlags", 17, (0, 1, 2, 3, 5, 8), "Lijst met knipperlichten", "novaprima-knipperlichten"),
    Series(
        "blockedForms", 24, (0, 1, 2, 4, 7), "Lijst met geblokkeerde formulieren", "novaprima-geblokkeerd"
    ),
)


def send(connection: sqlite3.Connection, at: datetime) -> None:
    """What a day brings to the centres that have merged into another."""
    for series in SCHEDULE:
        if at.day == series.day:
            _send(connection, series, at)


def _send(connection: sqlite3.Connection, series: Series, at: datetime) -> None:
    moment, day = at.isoformat(timespec="seconds"), at.date()
    folders = ftp_folders.accounts(connection, AUTHORIZATION, at)
    name = f"{series.file_name}-{day.isoformat()}.jsonl"
    files = []
    merged = connection.execute(
        "SELECT enterprise_number, merged_on FROM organizations WHERE merged_on <= ? ORDER BY enterprise_number",
        (day.isoformat(),),
    )
    for number, merged_on in merged.fetchall():
        months = _months_between(date.fromisoformat(merged_on), day)
        if months not in series.months:
            continue
        lines = _lines(series, number, day, months)
        text = f"{series.title}: {len(lines)} laattijdige regularisaties. Bestand: {name}."
        subject = f"{series.title} {day.month:02}/{day.year}"
        ebox.deliver(connection, number, series.kind, SENDER, subject, text, moment)
        content = "".join(json.dumps(line) + "\n" for line in lines).encode()
        files += [
            ftp_folders.Delivery(number, account, name, "novaPrima", content, moment)
            for account in folders.get(number, ())
        ]
    ftp_folders.put(connection, files)


def _lines(series: Series, number: str, day: date, months: int) -> list[dict[str, Any]]:
    """Whose dossiers the list is about; ever fewer."""
    rolled = roll(day, number, series.kind)
    return [
        {
            "kind": series.kind,
            "personId": citizen(number, (rolled >> 3) + 17 * place),
            "date": day.isoformat(),
        }
        for place in range(1 + rolled % (YEAR - months))
    ]


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * YEAR + later.month - earlier.month
