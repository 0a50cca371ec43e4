"""The portal's memory: one SQLite file that any number of threads and processes share.

WAL with `synchronous=NORMAL`: a write that was answered survives `kill -9` of the process (a power cut may lose the
last ones, which a rehearsal can bear). One connection per thread; writers wait for each other up to `BUSY_SECONDS`.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from emulator.core import problems

BUSY_SECONDS = 30.0
# In `meta`: which portal it is; the SFTP server's own key, so that clients know it again; where the served portal has it.
IDENTITY = "identity"
HOST_KEY = "sftpHostKey"
FOLDERS = "sftpAddress"

_log = logging.getLogger("emulator")


class Database:
    """A portal's file, with a connection for each thread that asks for one.

    It stays with the file that it opened first. One that is deleted or replaced meanwhile is not written to unseen, and
    another one in its place is not opened either: what SQLite has written ahead (WAL) would be taken for that file's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: set[sqlite3.Connection] = set()
        self._opened: tuple[int, int] | None = None
        self._gone = False

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened at its first use.

        :raises Problem: 503 when the file is no longer the one that was opened.
        """
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if self._opened is not None:
            self._check()
        if known is None:
            known = connect(self.path)
            self._local.connection = known
            when_thread_ends(self._local, self._connections, known)
            with self._lock:
                self._connections.add(known)
                self._opened = self._opened or _identity(self.path)
        return known

    def _check(self) -> None:
        if _identity(self.path) == self._opened:
            self._gone = False
            return
        if not self._gone:
            _log.error("%s was deleted or replaced while it was in use", self.path.name)
            self._gone = True
        raise problems.file_gone()

    def close(self) -> None:
        """Close every thread's connection; none of them may be in use."""
        with self._lock:
            for connection in list(self._connections):
                connection.close()
            self._connections.clear()
        self._local = threading.local()


_C = TypeVar("_C", bound="_Closing")


class _End:
    """What goes with the thread that has it."""


class _Closing(Protocol):
    def close(self) -> None: ...


def when_thread_ends(local: threading.local, among: set[_C], one: _C) -> None:
    """Close `one` and take it out of `among` when this thread, or the owner of `local`, is gone."""
    local.end = _End()
    weakref.finalize(local.end, _close, among, one).atexit = False


def _close(among: set[_C], one: _C) -> None:
    among.discard(one)
    one.close()


def is_busy(error: Exception) -> bool:
    """Whether somebody else kept the file for longer than one waits: nothing is wrong with it."""
    return (
        isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is; None: there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - at every call, and Path's costs three times as much
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode (`transaction` starts what must be atomic), usable by one thread at a time."""
    make_private(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
    except BaseException:
        connection.close()  # a file that is no database opens, and fails only here
        raise
    return connection


def make_private(file: Path) -> None:
    """Make an empty file, and the folders to it, where there is none, for its owner only: it is about people. What SQLite
    writes beside it gets the same mode.

    :raises PermissionError: where this cannot be done, or the file that is there cannot be written.
    """
    make_private_folder(file.parent)
    # One that is there is not even opened: closing it again would end the locks that SQLite has on it in this process.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for needed in (file.parent, file):  # SQLite writes beside it, too
        if not os.access(needed, os.W_OK):
            raise PermissionError(errno.EACCES, "cannot be written", str(needed))


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those to it, for their owner only; one that is there stays as it is."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Change to WAL. SQLite does not wait by itself when two processes do this to a fresh file at the same moment."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            # What cannot be opened or written at all is told at once.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing, one writer at a time; what is inside sees nobody else's half-made changes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:  # SQLite may have ended it itself: what is wrong is told, not that
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
    return next_numbers(connection, name, 1)[0]


def next_numbers(connection: sqlite3.Connection, name: str, count: int) -> range:
    """The next `count` of a named sequence."""
    row = connection.execute(
        "INSERT INTO meta VALUES (:name, :count)"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + :count RETURNING value",
        {"name": f"sequence:{name}", "count": count},
    ).fetchone()
    last = int(row[0])
    return range(last - count + 1, last + 1)
