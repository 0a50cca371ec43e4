"""The folder of an FTP account as its owner opens it: who may, what lies in it, what was fetched and taken away.

What comes into it is decided in `systems.chaman.ftp_folders`. An account opens its folder while it is there and its
certificate is valid (R37), with its user name and password as they are now, in upper and lower case as they were given.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from emulator.calendar import clock
from emulator.core import journal, resources

SIGN_IN = "SFTP"
# SQLite gives a number again that was deleted: alone it could be of another's file.
_THIS = (
    "WHERE seq = :seq AND organization = :organization AND account = :account AND name = :name"
    " AND received_at = :received_at"
)
_COLUMNS = "SELECT seq, name, length(content), received_at, fetched_at FROM box_files"


@dataclass(frozen=True, slots=True)
class Account:
    """An FTP account as it stands; `secret` is its password's hash: another password makes another account of it."""

    organization: str
    name: str
    username: str
    secret: str
    certificate: str


@dataclass(frozen=True, slots=True)
class File:
    seq: int
    name: str
    size: int
    received_at: datetime
    fetched: bool


def find(connection: sqlite3.Connection, username: str) -> Account | None:
    """The account with exactly this user name."""
    row = connection.execute(
        "SELECT username, organization, account FROM usernames WHERE username = ?", (username,)
    ).fetchone()
    if row is None or row[0] != username:
        return None
    found = resources.find(connection, row[1], "ftpAccount", row[2])
    if found is None or found.secret is None:
        return None
    return Account(found.organization, found.key, username, found.secret, found.body["certificate"])


def is_open(connection: sqlite3.Connection, account: Account) -> bool:
    """Whether the account's certificate is valid now, in portal time."""
    certificate = resources.find(connection, account.organization, "certificate", account.certificate)
    if certificate is None:
        return False
    first, last = (datetime.fromisoformat(certificate.body[name]) for name in ("notBefore", "notAfter"))
    return first <= clock.now(connection) <= last


def list_files(connection: sqlite3.Connection, account: Account) -> Iterator[File]:
    """What lies in the folder, in the order in which it came."""
    rows = connection.execute(
        f"{_COLUMNS} WHERE organization = ? AND account = ? ORDER BY seq",
        (account.organization, account.name),
    ).fetchall()
    return (_file(row) for row in rows)


def find_file(connection: sqlite3.Connection, account: Account, name: str) -> File | None:
    row = connection.execute(
        f"{_COLUMNS} WHERE organization = ? AND account = ? AND name = ?",
        (account.organization, account.name, name),
    ).fetchone()
    return None if row is None else _file(row)


def _this(account: Account, file: File) -> dict[str, str | int]:
    return {
        "seq": file.seq,
        "organization": account.organization,
        "account": account.name,
        "name": file.name,
        "received_at": file.received_at.isoformat(timespec="seconds"),
    }


def _file(row: tuple[int, str, int, str, str | None]) -> File:
    seq, name, size, received_at, fetched_at = row
    return File(seq, name, size, datetime.fromisoformat(received_at), fetched_at is not None)


def read_content(connection: sqlite3.Connection, account: Account, file: File) -> bytes | None:
    """None when it was taken away meanwhile."""
    row = connection.execute(
        f"SELECT content FROM box_files {_THIS}",  # noqa: S608 - a constant
        _this(account, file),
    ).fetchone()
    return None if row is None else bytes(row[0])


def record_fetch(connection: sqlite3.Connection, account: Account, file: File) -> None:
    """The whole of a file was handed out; the first time counts. Inside a transaction."""
    connection.execute(
        f"UPDATE box_files SET fetched_at = :now {_THIS} AND fetched_at IS NULL",  # noqa: S608 - a constant
        {"now": _now(connection), **_this(account, file)},
    )
    record(connection, "GET", account, 200, file.name)


def remove(connection: sqlite3.Connection, account: Account, file: File) -> None:
    """Take a file away. Inside a transaction."""
    connection.execute(f"DELETE FROM box_files {_THIS}", _this(account, file))  # noqa: S608 - a constant
    record(connection, "DELETE", account, 204, file.name)


def record(
    connection: sqlite3.Connection, method: str, account: Account | None, status: int, name: str | None = None
) -> None:
    """A line in the portal's journal. A user name that there is not is left out: it could be a password."""
    path = f"/sftp/{'?' if account is None else account.username}{'' if name is None else f'/{name}'}"
    entry = journal.Entry(method, path, acting_for=None if account is None else account.organization)
    journal.write(connection, _now(connection), entry, status)


def _now(connection: sqlite3.Connection) -> str:
    return clock.now(connection).isoformat(timespec="seconds")
