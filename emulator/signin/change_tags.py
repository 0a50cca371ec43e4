"""Whether anything changed that an organisation shows, system by system, without looking at all of it.

A system's tag is another one after each change of what its API shows of the organisation: what clients, people and the
portal itself do, and what the calendar brings. What changes by the day alone, such as a screen that opens, changes no tag.
No other portal has the same tags, nor has one that was put back to a checkpoint: they are for comparison only.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from emulator.core import store


class System(NamedTuple):
    """What of the portal is one system to its clients.

    :param parts: what of `changes` it shows: kinds of resources up to their domain, and tables.
    :param permission: what a person must be allowed to, of `rights.PERMISSIONS`.
    """

    parts: tuple[str, ...]
    permission: str


SYSTEMS: Mapping[str, System] = {
    "accessManagement": System(("chiefAccessManagers", "accessManagers", "users"), "seeAccess"),
    "chaman": System(("sender", "certificate", "ftpAccount", "restAccount", "delegationRequest"), "chaman"),
    "ocmwConfiguration": System(
        ("mutations", "technicalProviders", "contactDetails", "ocmwOnline"), "configuration"
    ),
    "integrations": System(("forms",), "readIntegrations"),
    "eBox": System(("box", "documents"), "eBox"),
    "uniqueReport": System(("uniqueReport",), "uniqueReport"),
    "ocmwOnline": System(("aidRequests",), "ocmwOnline"),
}
"""By the name of the API, as in scopes."""
_LENGTH = 24
"""Hexadecimal digits of a tag: nobody meets the same twice."""
_SYSTEM_OF = {part: name for name, system in SYSTEMS.items() for part in system.parts}


def read_tags(connection: sqlite3.Connection, number: str) -> dict[str, str]:
    """Each system's tag at an organisation. A part that is no system's, such as the organisation itself, is every one's."""
    counts = dict.fromkeys(SYSTEMS, 0)
    for part, count in connection.execute(
        "SELECT part, count FROM changes WHERE organization = ?", (number,)
    ):
        system = _SYSTEM_OF.get(part.partition("/")[0])
        for name in [system] if system else SYSTEMS:
            counts[name] += count
    identity = store.get_meta(connection, store.IDENTITY)
    return {name: _digest(identity, number, name, count) for name, count in counts.items()}


def etag_of(number: str, tags: Mapping[str, str]) -> str:
    """One for all of these tags."""
    return f'"{_digest(number, sorted(tags.items()))}"'


def _digest(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_LENGTH]
