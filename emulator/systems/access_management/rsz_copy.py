"""The RSZ's copy of access to a merged centre (R15).

The manual: the RSZ adds the chief access managers that were reported, and copies the merging centres' users. Access
managers are not copied: a domain has one, and by the manual a chief access manager then appoints one. The merging centres
lose nothing, so people have access to both from then on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.core import reference, resources
from emulator.systems.access_management import store as access_store

BY = "rsz"


def copy_access(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str:
    """Copy from `data["from"]` (enterprise numbers) to `data["to"]`; what is there already stays as it is."""
    merged: str = data["to"]
    sources = [number for number in data["from"] if number != merged]
    moment = at.isoformat(timespec="seconds")
    _add_chief_access_managers(connection, merged, sources, moment)
    copied = sum(
        _copy_users(connection, merged, sources, domain["code"], moment)
        for domain in reference.items("domains")  # in their order: numbers are given on the way
    )
    connection.execute(
        "UPDATE organizations SET copied_on = ?, awaits_copy = 0 WHERE enterprise_number = ?",
        (at.date().isoformat(), merged),
    )
    return f"{at.date()}: the RSZ copied access to {merged}: {copied} users"


def _add_chief_access_managers(
    connection: sqlite3.Connection, merged: str, sources: list[str], moment: str
) -> None:
    """Those of all centres: whom the merging centres reported to Flanders (R13)."""
    existing = resources.find(connection, merged, access_store.CHIEFS)
    chiefs = list(existing.body["chiefAccessManagers"]) if existing else []
    for source in sources:
        found = resources.find(connection, source, access_store.CHIEFS)
        chiefs += [
            person for person in (found.body["chiefAccessManagers"] if found else []) if person not in chiefs
        ]
    # Who becomes a chief there is no co-chief as well.
    before = existing.body.get("coChiefAccessManagers", ()) if existing else ()
    co_chiefs = [person for person in before if person not in chiefs]
    for source in sources:
        found = resources.find(connection, source, access_store.CHIEFS)
        co_chiefs += [
            person
            for person in (found.body.get("coChiefAccessManagers", ()) if found else ())
            if person not in chiefs and person not in co_chiefs
        ]
    body = {"chiefAccessManagers": chiefs, "coChiefAccessManagers": co_chiefs}
    if existing is None:
        resources.create(connection, merged, access_store.CHIEFS, resources.SINGLE, body, BY, moment)
    elif body != {"coChiefAccessManagers": [], **existing.body}:
        resources.replace(connection, existing, body, moment)


def _copy_users(
    connection: sqlite3.Connection, merged: str, sources: list[str], domain: str, moment: str
) -> int:
    """Who worked at two centres gets what they had at either, and is blocked only where both had blocked them."""
    kind = access_store.users_kind(domain)
    wanted: dict[str, dict[str, Any]] = {}
    for source in sources:
        for user in resources.every(connection, source, kind):
            known = wanted.get(user.body["ssin"])
            wanted[user.body["ssin"]] = user.body if known is None else _both(known, user.body)
    copied = 0
    for body in wanted.values():
        if access_store.find_user(connection, merged, domain, body["ssin"]) is None:
            access_store.add_user(connection, merged, domain, body, BY, moment)
            copied += 1
    return copied


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "applications": sorted({*one["applications"], *other["applications"]}),
        "roles": sorted({*one["roles"], *other["roles"]}),
        "blocked": one["blocked"] and other["blocked"],
    }
