"""Checkpoints: the portal as it was at a moment, kept under a name beside its file, and put back from there.

A checkpoint is a portal's file of its own, in `<file>.checkpoints/`. It holds the portal's content, and none of the
rehearsal's own things: journal, faults, rate limit, clients and their sign-ins. A restoration does not turn back numbers
that the portal gives once, and gives ETags anew: no ETag from before it matches one from after it. People sign in again.
"""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator.calendar import clock
from emulator.core import journal, layout, problems, store
from emulator.seeds import migrations

REHEARSALS_OWN = frozenset({"assertions", "changes", "clients", "faults", "journal", "meta", "tokens"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_MADE = "checkpointMadeAt"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """:param at: the portal's moment. :param made_at: the wall clock's; both None when the file cannot be read."""

    name: str
    at: str | None
    made_at: str | None

    def as_json(self) -> dict[str, Any]:
        members = {"name": self.name, "at": self.at, "madeAt": self.made_at}
        return {name: value for name, value in members.items() if value is not None}


def every(connection: sqlite3.Connection) -> list[Checkpoint]:
    """All that there are, by name."""
    folder = _folder(connection)
    files = sorted(folder.glob("*.db")) if folder.exists() else []
    return [_read(file) for file in files if _NAME.fullmatch(file.stem)]


def make(connection: sqlite3.Connection, name: str) -> tuple[Checkpoint, bool]:
    """Keep the last committed state under `name`, in the place of an older one; gives whether the name is new.

    :raises Problem: 400 for what cannot be a name.
    """
    file = _file(connection, name)
    part = file.with_name(f".{name}.{uuid.uuid4().hex}.part")
    try:
        store.make_private(part)
        # A connection of its own: SQLite does not copy from one that is writing, as the caller's may be.
        with closing(_connect(_portal(connection))) as source, closing(_connect(part)) as target:
            source.backup(target)
            _strip(target)
        is_new = not file.exists()
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return _read(file), is_new


def _strip(target: sqlite3.Connection) -> None:
    """Take out the rehearsal's own things, so that no token and no key lies about. The clock stands still."""
    # As one plain file: the portal's is written ahead (WAL), and a copy inherits that.
    target.execute("PRAGMA journal_mode=DELETE")
    # What is deleted is overwritten, and what was deleted before goes with the free pages.
    target.execute("PRAGMA secure_delete=ON")
    with store.transaction(target):
        clock.run(target, 0)
        for table in REHEARSALS_OWN - {"meta"}:
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - one of ours
        # The SFTP server's key among them.
        target.execute("DELETE FROM meta WHERE name NOT LIKE 'sequence:%' AND name <> ?", (clock.FIXED,))
        store.set_meta(target, _MADE, datetime.now(UTC).isoformat(timespec="seconds"))
    target.execute("VACUUM")


def restore(connection: sqlite3.Connection, name: str) -> Checkpoint:
    """Put the portal back, inside a transaction: whoever has the file open sees it before or after, never in between.

    A checkpoint of an earlier layout is migrated first. A clock that runs, runs on from the checkpoint's moment.

    :raises Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with open_checkpoint(connection, name) as kept:
        for table in tables(connection):
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
            rows = kept.execute(f'SELECT {listed} FROM "{table}"')  # noqa: S608 - names of our own schema
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608
            connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)  # noqa: S608
        # The checkpoint may be of another portal, where the same number stands for somebody else.
        connection.execute("DELETE FROM tokens WHERE person_id IS NOT NULL")
        _go_on_counting(connection, kept)
        _give_etags_anew(connection)
        clock.put_back(connection, clock.now(kept))
    found = _read(_file(connection, name))
    journal.write_restoration(connection, clock.now(connection).isoformat(timespec="seconds"), name)
    return found


def _go_on_counting(connection: sqlite3.Connection, kept: sqlite3.Connection) -> None:
    """Each sequence goes on from the larger of both."""
    rows = kept.execute("SELECT name, value FROM meta WHERE name LIKE 'sequence:%'")
    connection.executemany(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name)"
        " DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
        rows,
    )


def _give_etags_anew(connection: sqlite3.Connection) -> None:
    """The content gets ETags beyond those of both portals: an old one may have stood for another state."""
    (highest,) = connection.execute("SELECT coalesce(max(etag), 0) FROM resources").fetchone()
    offset = store.next_numbers(connection, "etag", highest)[0] - 1 if highest else 0
    connection.execute("UPDATE resources SET etag = etag + ?", (offset,))


def delete(connection: sqlite3.Connection, name: str) -> None:
    """:raises Problem: 404 without such a checkpoint."""
    try:
        _file(connection, name).unlink()
    except FileNotFoundError:
        raise problems.not_found("checkpoint") from None


@contextmanager
def open_checkpoint(connection: sqlite3.Connection, name: str) -> Iterator[sqlite3.Connection]:
    """A checkpoint of today's layout, to read.

    :raises Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    file = _file(connection, name)
    if not file.exists():
        raise problems.not_found("checkpoint")
    with closing(_connect(file)) as kept:
        try:
            if migrations.version(kept) != layout.VERSION:
                with store.transaction(kept):
                    migrations.migrate(kept)
        except (migrations.OtherLayoutError, sqlite3.DatabaseError):
            raise problems.conflict(
                "unreadableCheckpoint",
                "Unreadable Checkpoint",
                f"{name} is no checkpoint that this version can read",
            ) from None
        yield kept


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that the portal itself is made of."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows if name not in REHEARSALS_OWN and not name.startswith("sqlite_")]


def _read(file: Path) -> Checkpoint:
    try:
        with closing(_connect(file)) as kept:
            at = clock.now(kept).isoformat(timespec="seconds")
            return Checkpoint(file.stem, at, store.get_meta(kept, _MADE))
    except sqlite3.DatabaseError:
        return Checkpoint(file.stem, None, None)


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=store.BUSY_SECONDS, isolation_level=None)


def _portal(connection: sqlite3.Connection) -> Path:
    """The file that a connection has open."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def _folder(connection: sqlite3.Connection) -> Path:
    portal = _portal(connection)
    return portal.with_name(f"{portal.name}.checkpoints")


def _file(connection: sqlite3.Connection, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise problems.bad_request(
            [
                problems.Issue(
                    "invalidInput",
                    "letters, digits, dots, dashes and underscores, at most 64",
                    "name",
                    "path",
                )
            ]
        )
    return _folder(connection) / f"{name}.db"
