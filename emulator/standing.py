"""Which portal a file holds, and whether it would let a client in as it did before: read without starting the portal, since
who is about to run something may ask each time. No package beside Python's own is imported here."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from emulator.core import layout


@dataclass(frozen=True)
class Standing:
    """:param identity: the portal's. :param digest: over all that decides whether the client can sign in and ask for it."""

    identity: str
    digest: str


def read_standing(database: Path, client: str) -> Standing | None:
    """None where only the portal itself can tell: without a file of today's layout, and while faults or a limit of the
    calls are rehearsed."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != layout.VERSION:
                return None
            troubles = connection.execute(
                "SELECT (SELECT count(*) FROM faults) + (SELECT count(*) FROM meta WHERE name = 'rateLimit')"
            ).fetchone()
            identity = connection.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()
            known = connection.execute(
                "SELECT public_key, scopes, supplier FROM clients WHERE client_id = ?", (client,)
            ).fetchone()
    except (OSError, sqlite3.Error):
        return None
    if troubles != (0,) or identity is None or known is None:
        return None
    said = json.dumps([identity, client, known]).encode()
    return Standing(identity[0], hashlib.sha256(said).hexdigest())
