"""A portal's first moment: the merging centres of the 13 fusions, and what the calendar has in store for them.

What it fills in is data (`seeds/portal.json`); this module only puts it where the portal keeps such things.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from emulator import (
    access_store,
    clock,
    daily,
    ebox,
    events,
    folders,
    forms_seed,
    layout,
    migrations,
    online,
    organizations,
    passwords,
    resources,
    store,
)
from emulator.people import rehearsal_ssin

DATA = Path(__file__).with_name("seeds") / "portal.json"
BY = "portal"
# Numbers become active at midnight; the RSZ's copy is a night's work.
FIRST_DAY = "2025-01-01"
ACTIVATION = datetime.fromisoformat("2025-01-01T00:00:00+01:00")
COPY = datetime.fromisoformat("2025-01-01T06:00:00+01:00")
# What was there before was saved long ago, the seeded certificates a year before the mergers.
SAVED_AT = "2023-03-01T09:00:00+01:00"
CERTIFIED = datetime.fromisoformat("2024-01-15T00:00:00+01:00")
CERTIFICATE_DAYS = 1095


def open_portal(
    database: Path, clock: str = clock.DEFAULT_NOW, centres: int = 0, forms: int | None = None, seed: int = 0
) -> None:
    """Make sure that there is a portal of today's layout: a missing or empty file is seeded at `clock`.

    `centres`, `forms` and `seed` are those of `reset`, and for a file that is seeded.

    A file of an earlier layout is migrated, any other left alone. Any number of processes may do this at once: one does
    the work, the others wait for it.

    :raises ClockError: for what is not a moment.
    :raises OtherLayoutError: for a file of a later version of the emulator.
    """
    if _is_ready(database):
        return
    with closing(store.connect(database)) as connection, store.transaction(connection):
        # Asked again: another process may have been first.
        if migrations.version(connection) == 0:
            _make(connection, clock, centres, forms, seed, {})
        else:
            migrations.migrate(connection)


def reset(database: Path, moment: str, centres: int = 0, forms: int | None = None, seed: int = 0) -> None:
    """Start anew in the same file, under the eyes of whoever has it open; clients keep their keys and scopes, and find the
    SFTP server's. No ETag of before matches one of after it.

    :param centres: so many made-up ones beside those of the 13 fusions, with `forms` and from `seed` (`generated`).
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        clients = _clients(connection)
        kept = _kept(connection) if migrations.version(connection) else {}
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (table,) in tables:
            connection.execute(f'DROP TABLE "{table}"')
        _make(connection, moment, centres, forms, seed, kept)
        connection.executemany(
            "INSERT INTO clients (client_id, public_key, scopes) VALUES (?, ?, ?)", clients
        )


def _kept(connection: sqlite3.Connection) -> dict[str, str]:
    """What is never given twice, or compared by others: ETags, the SFTP server's key."""
    found = {name: store.get_meta(connection, name) for name in ("sequence:etag", folders.HOST_KEY)}
    return {name: value for name, value in found.items() if value is not None}


def _clients(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """`(client_id, public_key, scopes)` of each, from a file of any layout."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(clients)")}
    if not columns:
        return []
    scopes = "scopes" if "scopes" in columns else "NULL"  # not in layout 1
    return connection.execute(f"SELECT client_id, public_key, {scopes} FROM clients").fetchall()  # noqa: S608


def _is_ready(database: Path) -> bool:
    if not database.exists() or database.stat().st_size == 0:
        return False
    with closing(store.connect(database)) as connection:
        return migrations.version(connection) == layout.VERSION


def _make(
    connection: sqlite3.Connection,
    moment: str,
    centres: int,
    forms: int | None,
    seed: int,
    settings: Mapping[str, str],
) -> None:
    now = clock.parse(moment)
    for statement in layout.SCHEMA.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {layout.VERSION}")
    for name, value in settings.items():
        store.set_meta(connection, name, value)
    for data in _sources(centres, forms, seed):
        for centre in data["centres"]:
            _add_centre(connection, centre)
        for merger in data["mergers"]:
            _add_merger(connection, merger)
    events.schedule(connection, daily.first(now), "day", {})
    clock.start(connection, now)


def _sources(centres: int, forms: int | None, seed: int) -> Iterator[Mapping[str, Any]]:
    yield load()
    if centres:
        from emulator import generated

        yield generated.portal(centres, forms, seed)


@cache
def load() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return loaded


def _add_merger(connection: sqlite3.Connection, merger: Mapping[str, Any]) -> None:
    number = merger["enterpriseNumber"]
    if number not in merger["merging"]:
        new = organizations.Organization(
            number, merger["name"], merger["nisCode"], "inactive", FIRST_DAY, None, True
        )
        organizations.add(connection, new)
    events.schedule(
        connection,
        ACTIVATION,
        "activation",
        {key: merger[key] for key in ("enterpriseNumber", "name", "nisCode")},
    )
    centres = {"to": number, "from": merger["merging"]}
    events.schedule(connection, ACTIVATION, "merger", centres)
    events.schedule(connection, ACTIVATION, "relinking", centres)
    events.schedule(connection, COPY, "accessCopy", centres)


def _add_centre(connection: sqlite3.Connection, centre: Mapping[str, Any]) -> None:
    number = centre["enterpriseNumber"]
    organizations.add(
        connection,
        organizations.Organization(number, centre["name"], centre["nisCode"], "active", None, None, False),
    )
    _add_access(connection, number, centre["access"])

    def save(kind: str, key: str, body: Mapping[str, Any], secret: str | None = None, by: str = BY) -> None:
        resources.create(connection, number, kind, key, body, by, SAVED_AT, secret=secret)

    save("sender", resources.SINGLE, centre["sender"])
    ftp, rest = centre["ftpAccount"], centre["restAccount"]
    supplier = rest["supplier"]
    save("certificate", ftp["certificate"], _certificate(centre["name"], ftp["certificate"], "ftp"))
    save("certificate", rest["certificate"], _certificate(supplier, rest["certificate"], "rest"), by=supplier)
    account = {"type": "FTP", **{key: ftp[key] for key in ("username", "authorizations", "certificate")}}
    save(
        "ftpAccount", ftp["accountName"], {**account, "passwordChangedAt": SAVED_AT}, secret=_password_hash()
    )
    connection.execute(
        "INSERT INTO usernames VALUES (?, ?, ?)", (ftp["username"], number, ftp["accountName"])
    )
    decided = {"status": "accepted", "requestedOn": "2023-02-20", "decidedOn": "2023-03-01"}
    request = {"authorizations": rest["authorizations"], "supplier": supplier, **decided}
    save("delegationRequest", rest["accountName"], request)
    external = {key: rest[key] for key in ("authorizations", "certificate", "supplier")}
    save("restAccount", rest["accountName"], {**external, "management": "external"}, by=supplier)
    for screen in ("mutations", "technicalProviders", "contactDetails", "ocmwOnline"):
        save(screen, resources.SINGLE, centre[screen])
    save(ebox.KIND, resources.SINGLE, {"status": centre["box"]["status"]})
    ebox.fill(connection, number, centre["box"]["documents"], centre["box"]["unread"])
    forms_seed.fill(connection, number, **centre.get("forms", {}))
    online.fill(connection, number)


def _add_access(connection: sqlite3.Connection, number: str, access: Mapping[str, Any]) -> None:
    def person(key: str) -> dict[str, str]:
        ssin = rehearsal_ssin(key)
        access_store.person_id(connection, ssin)
        return {"ssin": ssin}

    chiefs = {"chiefAccessManagers": [person(key) for key in access["chiefAccessManagers"]]}
    resources.create(connection, number, access_store.CHIEFS, resources.SINGLE, chiefs, BY, SAVED_AT)
    for domain, declared in access["domains"].items():
        managers = {
            "accessManager": person(declared["accessManager"]),
            "coAccessManagers": [person(key) for key in declared["coAccessManagers"]],
        }
        kind = access_store.managers_kind(domain)
        resources.create(connection, number, kind, resources.SINGLE, managers, BY, SAVED_AT)
        for user in declared["users"]:
            body = {
                "ssin": rehearsal_ssin(user["person"]),
                **{key: user[key] for key in ("applications", "roles", "blocked")},
            }
            access_store.add_user(connection, number, domain, body, BY, SAVED_AT)


def _certificate(owner: str, file_name: str, usage: str) -> dict[str, Any]:
    """What the portal would keep of a certificate. There is no file behind it: nobody can ask for one."""
    own = usage == "rest"
    return {
        "usage": usage,
        "subject": f"CN={owner}",
        "issuer": f"CN={owner}" if own else "CN=Rehearsal Certification Authority",
        "notBefore": CERTIFIED.isoformat(),
        "notAfter": (CERTIFIED + timedelta(days=CERTIFICATE_DAYS)).isoformat(),
        "keyType": "P-384",
        "signatureAlgorithm": "SHA-384",
        "selfSigned": own,
        "sha256": hashlib.sha256(f"{owner}/{file_name}".encode()).hexdigest(),
    }


@cache
def _password_hash() -> str:
    """One for all seeded accounts, since each costs 10 ms; the password is in the seed's data, to rehearse with."""
    return passwords.digest(load()["ftpPassword"])
