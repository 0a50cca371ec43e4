"""Makes a portal of a missing or empty file, and starts an old one anew.

Its first content is data (`content`, and `made_up` for further centres), which `centres` puts into the file.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from emulator.calendar import clock, daily, events
from emulator.core import layout, store, waves
from emulator.core.waves import Wave
from emulator.seeds import content, migrations
from emulator.seeds.centres import add_centre, add_merger


def open_portal(
    database: Path, clock: str | None = None, centres: int = 0, forms: int | None = None, seed: int = 0
) -> None:
    """Make sure that there is a portal of today's layout: a missing or empty file is seeded at `clock`, or else a month
    after the first wave.

    `centres`, `forms` and `seed` are those of `reset`, and for a file that is seeded.

    A file of an earlier layout is migrated, any other left alone. Any number of processes may do this at once: one does
    the work, the others wait for it.

    :raises ClockError: for what is not a moment.
    :raises OtherLayoutError: for a file of a later version of the emulator.
    """
    if _is_ready(database):
        return
    with closing(store.connect(database)) as connection, store.transaction(connection):
        # Asked again: another process may have been first.
        if migrations.version(connection) == 0:
            _make(connection, clock or waves.usual_moment(), centres, forms, seed, {})
        else:
            migrations.migrate(connection)
            _give_identity(connection)


def reset(
    database: Path, moment: str | None, centres: int = 0, forms: int | None = None, seed: int = 0
) -> None:
    """Start anew in the same file, under the eyes of whoever has it open; clients keep their keys and scopes, and find the
    SFTP server's. No ETag of before matches one of after it. It is another portal from then on, and tells so.

    :param moment: None: a month after the wave that the portal was opened for.
    :param centres: so many made-up ones beside those of the known mergers, with `forms` and from `seed` (`made_up`).
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        clients = _clients(connection)
        kept = _kept(connection) if migrations.version(connection) else {}
        if moment is None:
            moment = waves.usual_moment(waves.of(connection).day if migrations.version(connection) else None)
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (table,) in tables:
            connection.execute(f'DROP TABLE "{table}"')
        _make(connection, moment, centres, forms, seed, kept)
        connection.executemany(
            "INSERT INTO clients (client_id, public_key, scopes, supplier) VALUES (?, ?, ?, ?)", clients
        )


def _kept(connection: sqlite3.Connection) -> dict[str, str]:
    """What is never given twice, or compared by others: ETags, the SFTP server's key and place."""
    found = {
        name: store.get_meta(connection, name) for name in ("sequence:etag", store.HOST_KEY, store.FOLDERS)
    }
    return {name: value for name, value in found.items() if value is not None}


def _clients(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """`(client_id, public_key, scopes, supplier)` of each, from a file of any layout."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(clients)")}
    if not columns:
        return []
    # Layout 1 has no scopes, and no layout before 5 has suppliers.
    scopes, supplier = (name if name in columns else "NULL" for name in ("scopes", "supplier"))
    return connection.execute(
        f"SELECT client_id, public_key, {scopes}, {supplier} FROM clients"  # noqa: S608 - names of ours
    ).fetchall()


def _is_ready(database: Path) -> bool:
    if not database.exists() or database.stat().st_size == 0:
        return False
    with closing(store.connect(database)) as connection:
        # A file of before portals had an identity has today's layout.
        return (
            migrations.version(connection) == layout.VERSION
            and store.get_meta(connection, store.IDENTITY) is not None
        )


def _make(
    connection: sqlite3.Connection,
    moment: str,
    centres: int,
    forms: int | None,
    seed: int,
    settings: Mapping[str, str],
) -> None:
    now = clock.parse(moment)
    for statement in layout.SCHEMA.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {layout.VERSION}")
    for name, value in settings.items():
        store.set_meta(connection, name, value)
    _give_identity(connection)
    portal = waves.opened_for(now.date())
    for wave, centre in content.centres(portal):
        add_centre(connection, centre, wave)
    for wave, merger in content.mergers():
        add_merger(connection, merger, wave)
    if centres:
        _add_made_up(connection, portal, centres, forms, seed)
    events.schedule(connection, daily.first(now), "day", {})
    clock.start(connection, now)


def _give_identity(connection: sqlite3.Connection) -> None:
    """By which a portal is told from another one that has its address, or is a file of the same name."""
    if store.get_meta(connection, store.IDENTITY) is None:
        store.set_meta(connection, store.IDENTITY, secrets.token_hex(8))


def _add_made_up(
    connection: sqlite3.Connection, portal: Wave, centres: int, forms: int | None, seed: int
) -> None:
    """Centres that merge on the day of the portal's wave."""
    from emulator.seeds import made_up

    data = made_up.portal(centres, forms, seed)
    for centre in data["centres"]:
        add_centre(connection, centre, portal)
    for merger in data["mergers"]:
        add_merger(connection, merger, portal)
