"""What came by itself, as a rehearsal looks at it: files in folders, mutations, mails; and the means to get some."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

from emulator import controls
from emulator.calendar import clock, mutations
from emulator.core import store
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.ocmw_online import mails
from tests.emulator.conftest import SENDER, Acting, Portal
from tests.emulator.support.certificate_files import certificate

CHAMAN, CONFIGURATION = "chaman", "ocmwConfiguration"


def open_folder(
    centre: Acting, name: str = "FTP", *, authorizations: tuple[str, ...] = ("mutations",), days: int = 700
) -> None:
    """Give a centre an FTP account, with a sender where it has none and a certificate of its own."""
    if centre.get(CHAMAN, "/sender").status_code == 404:
        assert centre.create(CHAMAN, "/sender", SENDER).status_code == 201
    file_name = f"{name.lower()}.cer"
    body = {"content": certificate(days=days), "usage": "ftp"}
    assert centre.create(CHAMAN, f"/certificates/{file_name}", body).status_code == 201
    account = {
        "type": "FTP",
        "username": f"{name.lower()[:6]}{centre.number[-4:]}",
        "password": "Zomer,2025!",
        "authorizations": list(authorizations),
        "certificate": file_name,
    }
    made = centre.create(CHAMAN, f"/ftpAccounts/{name}", account)
    assert made.status_code == 201, made.text


def tick(centre: Acting, *types: str) -> None:
    """Save the selection of mutations."""
    path = "/mutations"
    saved = centre.get(CONFIGURATION, path).status_code == 200
    body = {"receive": list(types)}
    answer = centre.replace(CONFIGURATION, path, body) if saved else centre.create(CONFIGURATION, path, body)
    assert answer.status_code in (200, 201), answer.text


def folder(
    portal: Portal, number: str, kind: str = "mutations"
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What lies in each of a centre's folders: account → file → its lines."""
    with closing(sqlite3.connect(portal.database)) as connection:
        rows = connection.execute(
            "SELECT account, name, content FROM box_files WHERE organization = ? AND kind = ? ORDER BY seq",
            (number, kind),
        ).fetchall()
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for account, name, content in rows:
        found.setdefault(account, {})[name] = [json.loads(line) for line in content.splitlines()]
    return found


def arrived(portal: Portal, number: str, since: str = "2024-01-01") -> list[tuple[str, str]]:
    """`(date, type)` of all mutations in a centre's folders since a date."""
    return [
        (line["date"], line["type"])
        for files in folder(portal, number).values()
        for lines in files.values()
        for line in lines
        if line["date"] >= since
    ]


def sent(portal: Portal, number: str, since: str = "2024-01-01") -> list[dict[str, Any]]:
    """All mutations that were sent to a centre since a date, whatever became of them."""
    with closing(store.connect(portal.database)) as connection:
        return [one for one in mutations.read(connection, number) if one["at"] >= since]


def mailed(portal: Portal, number: str, kind: str) -> list[dict[str, Any]]:
    with closing(store.connect(portal.database)) as connection:
        return [mail for mail in mails.read(connection, number) if mail["kind"] == kind]


def ask(portal: Portal, number: str, subject: str | None = None) -> dict[str, Any]:
    """Have a citizen ask a centre for help, now."""
    with closing(store.connect(portal.database)) as connection, store.transaction(connection):
        return ocmw_online.submit(connection, number, clock.now(connection), subject)


def move(portal: Portal, moment: str) -> None:
    controls.set_clock(portal.database, moment)


def every_row(portal: Portal) -> dict[str, list[Any]]:
    """All that days bring, as it is kept."""
    tables = ("documents", "box_files", "mutations", "aid_requests", "mails")
    with closing(sqlite3.connect(portal.database)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall()  # noqa: S608
            for table in tables
        }


def days_after(day: str, count: int) -> str:
    return datetime.fromordinal(datetime.fromisoformat(day).toordinal() + count).date().isoformat()
