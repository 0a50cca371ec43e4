"""The folders of FTP accounts: which of them are open, and which files arrive there.

A folder takes files for which its account is authorized, while the account's certificate is valid (R29, R37). A file that
comes while no folder is open is not kept for later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

# The accounts of active centres, each with its certificate. CROSS: from the centres on, by the resources' own index.
_ACCOUNTS = """
SELECT a.organization, a.key, a.body, c.body
FROM organizations o
CROSS JOIN resources a ON a.organization = o.enterprise_number AND a.kind = 'ftpAccount'
CROSS JOIN resources c ON c.organization = a.organization AND c.kind = 'certificate'
    AND c.key = json_extract(a.body, '$.certificate')
WHERE o.status = 'active'
ORDER BY a.seq
"""


class Delivery(NamedTuple):
    """`kind`: `mutations`, `novaPrima`; `name` is unique in the folder; `received_at`: portal time as it is recorded."""

    organization: str
    account: str
    name: str
    kind: str
    content: bytes
    received_at: str


def accounts(connection: sqlite3.Connection, authorization: str, at: datetime) -> Mapping[str, list[str]]:
    """The names of the accounts whose folders are open for this authorization, by centre; all centres in one query."""
    found: dict[str, list[str]] = {}
    for number, name, body, certificate in connection.execute(_ACCOUNTS):
        first, last = _validity(certificate)
        if first <= at <= last and authorization in _authorizations(body):
            found.setdefault(number, []).append(name)
    return found


# A month of days reads the same few bodies again and again.
@lru_cache(maxsize=4096)
def _authorizations(account: str) -> frozenset[str]:
    return frozenset(json.loads(account)["authorizations"])


@lru_cache(maxsize=4096)
def _validity(certificate: str) -> tuple[datetime, datetime]:
    body = json.loads(certificate)
    return datetime.fromisoformat(body["notBefore"]), datetime.fromisoformat(body["notAfter"])


def put(connection: sqlite3.Connection, files: Iterable[Delivery]) -> None:
    connection.executemany(
        "INSERT INTO box_files (organization, account, name, kind, content, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        files,
    )
