"""Puts centres and their mergers where the portal keeps such things, and what their calendar has in store."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from emulator.calendar import events
from emulator.core import organizations, passwords, resources
from emulator.core.people import rehearsal_ssin
from emulator.seeds import forms as forms_seed
from emulator.seeds.content import FIRST_DAY, load
from emulator.systems.access_management import store as access_store
from emulator.systems.ebox import api as ebox
from emulator.systems.ocmw_online import api as ocmw_online

BY = "portal"
# Numbers become active at midnight; the RSZ's copy is a night's work.
ACTIVATION = datetime.fromisoformat("2025-01-01T00:00:00+01:00")
COPY = datetime.fromisoformat("2025-01-01T06:00:00+01:00")
# What was there before was saved long ago, the seeded certificates a year before the mergers.
SAVED_AT = "2023-03-01T09:00:00+01:00"
CERTIFIED = datetime.fromisoformat("2024-01-15T00:00:00+01:00")
CERTIFICATE_DAYS = 1095


def add_merger(connection: sqlite3.Connection, merger: Mapping[str, Any]) -> None:
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


def add_centre(connection: sqlite3.Connection, centre: Mapping[str, Any]) -> None:
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
    ocmw_online.fill(connection, number)


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
