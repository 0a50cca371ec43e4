"""The portal's memory: one SQLite file that any number of threads and processes share.

WAL with `synchronous=NORMAL`: a write that was answered survives `kill -9` of the process (a power cut may lose the
last ones, which a rehearsal can bear). One connection per thread; writers wait for each other up to `BUSY_SECONDS`.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_SECONDS = 30.0
SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE organizations (
    enterprise_number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    nis_code TEXT NOT NULL,
    active_from TEXT,        -- a date; NULL: since before the rehearsal
    status TEXT NOT NULL,    -- active, inactive
    copied_on TEXT,          -- the date of the RSZ's copy
    awaits_copy INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- A person's number in answers, the same at every organisation; only the portal knows which INSZ it stands for.
CREATE TABLE persons (person_id TEXT PRIMARY KEY, ssin TEXT NOT NULL UNIQUE) WITHOUT ROWID;

-- What people save: a screen, a named thing or a user. `body` is its JSON as it was saved.
CREATE TABLE resources (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    natural_key TEXT,        -- unique among its kind where `key` is the portal's own (a user's person)
    body TEXT NOT NULL,
    secret TEXT,             -- a password's hash; never part of an answer
    etag INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (organization, kind, key),
    UNIQUE (organization, kind, natural_key)
);
-- User names of FTP accounts are unique over the whole portal.
CREATE TABLE usernames (username TEXT PRIMARY KEY COLLATE NOCASE, organization TEXT NOT NULL, account TEXT NOT NULL)
    WITHOUT ROWID;

-- What the calendar brings: done in order of `due_at`, each exactly once, when the clock passes it.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    due_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE clients (client_id TEXT PRIMARY KEY, public_key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE assertions (client_id TEXT NOT NULL, jti TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)) WITHOUT ROWID;
CREATE TABLE tokens (digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, acting_for TEXT NOT NULL,
    expires INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE faults (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    acting_for TEXT,
    client TEXT,
    status INTEGER NOT NULL,
    fault TEXT
);
"""


class Database:
    """A portal's file, with a connection for each thread that asks for one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened at its first use."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = connect(self.path)
            self._local.connection = known
            with self._lock:
                self._connections.append(known)
        return known

    def close(self) -> None:
        """Close every thread's connection; none of them may be in use."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode (`transaction` starts what must be atomic), usable by one thread at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    _use_wal(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Change to WAL. SQLite does not wait by itself when two processes do this to a fresh file at the same moment."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing, one writer at a time; what is inside sees nobody else's half-made changes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Several reads of one moment, without keeping writers waiting."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.execute("COMMIT")


def get_meta(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def next_number(connection: sqlite3.Connection, name: str) -> int:
    """The next of a named sequence, from 1; its numbers are never given twice."""
    row = connection.execute(
        "INSERT INTO meta VALUES (?, '1')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value",
        (f"sequence:{name}",),
    ).fetchone()
    return int(row[0])
