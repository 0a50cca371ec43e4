"""Puts centres, their mergers and their calendar's events into the portal's file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from emulator.calendar import events
from emulator.core import organizations, passwords, resources
from emulator.core.people import rehearsal_ssin
from emulator.core.waves import Wave
from emulator.seeds import forms as forms_seed
from emulator.seeds.content import load, made_on
from emulator.systems.access_management import store as access_store
from emulator.systems.ebox import api as ebox
from emulator.systems.ocmw_online import api as ocmw_online

BY = "portal"
# Numbers become active at midnight; the RSZ's copy is a night's work.
COPY_HOUR = 6
# Days before the mergers: what was there before was saved long ago, after somebody asked and a supplier decided; the seeded
# certificates are a year old.
SAVED, SAVED_HOUR = -672, 9
ASKED = SAVED - 9
CERTIFIED = -352
CERTIFICATE_DAYS = 1095


def add_merger(connection: sqlite3.Connection, merger: Mapping[str, Any], wave: Wave) -> None:
    """A merger of a wave, and what the calendar brings on its day."""
    number, day = merger["enterpriseNumber"], wave.at()
    if organizations.find(connection, number) is None:
        new = organizations.Organization(
            number, merger["name"], merger["nisCode"], "inactive", wave.day.isoformat(), None, True
        )
        organizations.add(connection, new)
    events.schedule(
        connection,
        day,
        "activation",
        {key: merger[key] for key in ("enterpriseNumber", "name", "nisCode")},
    )
    centres = {"to": number, "from": merger["merging"]}
    events.schedule(connection, day, "merger", centres)
    events.schedule(connection, day, "relinking", centres)
    events.schedule(connection, wave.at(hour=COPY_HOUR), "accessCopy", centres)


def add_centre(connection: sqlite3.Connection, centre: Mapping[str, Any], wave: Wave) -> None:
    """A centre as it is around a wave; one that an earlier merger made waits for that merger's copy of access, as it did."""
    number = centre["enterpriseNumber"]
    since = made_on(number, wave)
    organizations.add(
        connection,
        organizations.Organization(
            number, centre["name"], centre["nisCode"], "active", since, None, since is not None
        ),
    )
    saved_at = wave.at(SAVED, SAVED_HOUR).isoformat()
    _add_access(connection, number, centre["access"], saved_at)

    def save(kind: str, key: str, body: Mapping[str, Any], secret: str | None = None, by: str = BY) -> None:
        resources.create(connection, number, kind, key, body, by, saved_at, secret=secret)

    save("sender", resources.SINGLE, centre["sender"])
    ftp, rest = centre["ftpAccount"], centre["restAccount"]
    supplier = rest["supplier"]
    save("certificate", ftp["certificate"], _certificate(centre["name"], ftp["certificate"], "ftp", wave))
    save(
        "certificate",
        rest["certificate"],
        _certificate(supplier, rest["certificate"], "rest", wave),
        by=supplier,
    )
    account = {"type": "FTP", **{key: ftp[key] for key in ("username", "authorizations", "certificate")}}
    save(
        "ftpAccount", ftp["accountName"], {**account, "passwordChangedAt": saved_at}, secret=_password_hash()
    )
    connection.execute(
        "INSERT INTO usernames VALUES (?, ?, ?)", (ftp["username"], number, ftp["accountName"])
    )
    asked, decided_on = (wave.at(days).date().isoformat() for days in (ASKED, SAVED))
    decided = {"status": "accepted", "requestedOn": asked, "decidedOn": decided_on}
    request = {"authorizations": rest["authorizations"], "supplier": supplier, **decided}
    save("delegationRequest", rest["accountName"], request)
    external = {key: rest[key] for key in ("authorizations", "certificate", "supplier")}
    save("restAccount", rest["accountName"], {**external, "management": "external"}, by=supplier)
    for screen in ("mutations", "technicalProviders", "contactDetails", "ocmwOnline"):
        save(screen, resources.SINGLE, centre[screen])
    save(ebox.KIND, resources.SINGLE, {"status": centre["box"]["status"]})
    ebox.fill(connection, number, wave, centre["box"]["documents"], centre["box"]["unread"])
    forms_seed.fill(connection, number, wave, **centre.get("forms", {}))
    ocmw_online.fill(connection, number, wave)


def _add_access(
    connection: sqlite3.Connection, number: str, access: Mapping[str, Any], saved_at: str
) -> None:
    def person(key: str) -> dict[str, str]:
        ssin = rehearsal_ssin(key)
        access_store.person_id(connection, ssin)
        return {"ssin": ssin}

    chiefs = {"chiefAccessManagers": [person(key) for key in access["chiefAccessManagers"]]}
    resources.create(connection, number, access_store.CHIEFS, resources.SINGLE, chiefs, BY, saved_at)
    for domain, declared in access["domains"].items():
        managers = {
            "accessManager": person(declared["accessManager"]),
            "coAccessManagers": [person(key) for key in declared["coAccessManagers"]],
        }
        kind = access_store.managers_kind(domain)
        resources.create(connection, number, kind, resources.SINGLE, managers, BY, saved_at)
        for user in declared["users"]:
            body = {
                "ssin": rehearsal_ssin(user["person"]),
                **{key: user[key] for key in ("applications", "roles", "blocked")},
            }
            access_store.add_user(connection, number, domain, body, BY, saved_at)


def _certificate(owner: str, file_name: str, usage: str, wave: Wave) -> dict[str, Any]:
    """What the portal would keep of a certificate. There is no file behind it: nobody can ask for one."""
    own = usage == "rest"
    return {
        "usage": usage,
        "subject": f"CN={owner}",
        "issuer": f"CN={owner}" if own else "CN=Rehearsal Certification Authority",
        "notBefore": wave.at(CERTIFIED).isoformat(),
        "notAfter": (wave.at(CERTIFIED) + timedelta(days=CERTIFICATE_DAYS)).isoformat(),
        "keyType": "P-384",
        "signatureAlgorithm": "SHA-384",
        "selfSigned": own,
        "sha256": hashlib.sha256(f"{owner}/{file_name}".encode()).hexdigest(),
    }


@cache
def _password_hash() -> str:
    """One for all seeded accounts, since each costs 10 ms; the password is in the seed's data, to rehearse with."""
    return passwords.digest(load()["ftpPassword"])
