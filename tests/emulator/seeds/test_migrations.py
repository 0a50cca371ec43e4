"""A portal's file of an earlier layout: opened, it is one of today's, and nothing that it held is lost.

`layouts/v1.sql` is a file as version 0.1 left it: Pajottegem and its three centres on 15 December 2024.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator import controls
from emulator.core import layout, store
from emulator.seeds import migrations, opening
from tests.emulator.conftest import GALMAARDEN, GOOIK, PAJOTTEGEM, SENDER, Portal, problem, public_pem

LAYOUTS = Path(__file__).parent / "layouts"
API = "accessManagement"
USERS = "/domains/maatschappelijkWelzijn/users"
HERNE = "0212218182"


def made(database: Path, script: Path = LAYOUTS / "v1.sql") -> Path:
    """A file as an earlier version left it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))
    return database


def dump(database: Path) -> list[str]:
    """All that a file holds, its layout included; not which portal it is, which no other one is."""
    with closing(sqlite3.connect(database)) as connection:
        lines = [line for line in connection.iterdump() if f"'{store.IDENTITY}'" not in line]
        return [*lines, str(migrations.version(connection))]


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(store.connect(database)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return made(tmp_path / "portal.db")


@pytest.fixture
def portal(old: Path, key: rsa.RSAPrivateKey) -> Iterator[Portal]:
    """The same after it was opened, and a client that may sign in."""
    opening.open_portal(old)
    controls.register_client(old, "rehearsal", public_pem(key))
    opened = Portal(old, key)
    yield opened
    opened.http.close()


KEPT = (
    "SELECT organization, kind, key, natural_key, body, secret, etag, created_by, created_at, changed_at FROM resources",
    "SELECT enterprise_number, name, nis_code, status, active_from FROM organizations",
    "SELECT person_id, ssin FROM persons",
    "SELECT username, organization, account FROM usernames",
    "SELECT seq, at, method, path, acting_for, client, status FROM journal",
    "SELECT name, value FROM meta WHERE name IN ('clock', 'sequence:user')",
)


@pytest.mark.parametrize("query", KEPT, ids=lambda query: query.split(" FROM ")[1].split()[0])
def test_what_was_kept_is_kept(old: Path, query: str) -> None:
    """As it was; beside it there may be more, such as the people of forms."""
    before = rows(old, query)
    assert before
    opening.open_portal(old)
    assert set(before) <= set(rows(old, query))


def test_the_journals_writes_are_known_as_made(old: Path) -> None:
    """Every fault answered in the place of the call then: what came of those nobody knows any more."""
    with closing(store.connect(old)) as connection:
        connection.execute(
            "INSERT INTO journal SELECT 2, at, method, path, acting_for, client, 503, 'status 503' FROM journal"
        )
    opening.open_portal(old)
    assert [entry.get("outcome") for entry in controls.journal(old)[:2]] == [200, None]


@pytest.mark.parametrize("script", sorted(LAYOUTS.glob("*.sql")), ids=lambda script: script.stem)
def test_a_migrated_file_is_laid_out_as_a_new_one(tmp_path: Path, script: Path) -> None:
    migrated, new = made(tmp_path / "old.db", script), tmp_path / "new.db"
    for database in (migrated, new):
        opening.open_portal(database)

    def laid_out(database: Path) -> dict[str, list[tuple[Any, ...]]]:
        """Columns by name, with their types, and what indexes are over; those that came later stand last in a table."""
        columns = (
            'SELECT t.name, c.name, c.type, c."notnull", c.pk FROM sqlite_schema t, pragma_table_xinfo(t.name) c'
            " WHERE t.type = 'table'"
        )
        indexes = (
            "SELECT i.name, c.seqno, c.name FROM sqlite_schema i, pragma_index_info(i.name) c"
            " WHERE i.type = 'index'"
        )
        return {query: sorted(rows(database, query)) for query in (columns, indexes)}

    assert laid_out(migrated) == laid_out(new)


def test_each_earlier_layout_has_a_file_to_try() -> None:
    assert {script.stem for script in LAYOUTS.glob("*.sql")} == {
        f"v{number}" for number in range(1, layout.VERSION)
    }


def test_a_client_goes_on_where_it_was(portal: Portal) -> None:
    """ETags of before still hold, users are who they were, and what is made now has new numbers."""
    galmaarden = portal.acting_for(GALMAARDEN)
    etags = dict(rows(portal.database, "SELECT organization, etag FROM resources WHERE kind = 'sender'"))
    etag = etags[GALMAARDEN]
    assert galmaarden.get("chaman", "/sender").headers["ETag"] == f'"{etag}"'
    changed = galmaarden.replace("chaman", "/sender", SENDER, etag=f'"{etag}"')
    assert changed.status_code == 200
    assert int(changed.headers["ETag"].strip('"')) > 576
    assert galmaarden.get(API, USERS).json()["total"] == 3
    assert controls.get_clock(portal.database) == "2024-12-15T09:00:00+01:00"


def test_everyone_signs_in_again(old: Path) -> None:
    """Tokens of before say nothing about persons and scopes."""
    opening.open_portal(old)
    assert rows(old, "SELECT * FROM tokens") == []


def test_r61_a_box_has_the_documents_that_it_only_counted(portal: Portal) -> None:
    box = portal.acting_for(GALMAARDEN).get("eBox", "/box").json()
    assert (box["documents"], box["unread"]) == (158, 7)


def test_the_first_of_january_still_comes_and_once(portal: Portal) -> None:
    """R12, R15, R64: activation and copy were waiting already, merger and relinking came with the new layout."""
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-02")]
    active, merging, linked, copied = [line.partition(": ")[2] for line in done]
    assert active == "OCMW Pajottegem (1010784738) is active, NIS 23106"
    assert merging == f"{GALMAARDEN}, {GOOIK}, {HERNE} merged into {PAJOTTEGEM}"
    assert linked.endswith("requests of OCMW Online linked to 1010784738")
    assert copied.startswith(f"the RSZ copied access to {PAJOTTEGEM}")
    merged = portal.acting_for(PAJOTTEGEM)
    assert merged.get(API).json()["status"] == "active"
    assert merged.get(API, USERS).json()["total"] > 0
    assert {row[0] for row in rows(portal.database, "SELECT merged_into FROM organizations")} == {
        None,
        PAJOTTEGEM,
    }
    assert controls.set_clock(portal.database, "2025-01-03") == []


def test_a_portal_that_had_passed_the_first_of_january_has_merged(old: Path) -> None:
    """Its copy is not made a second time."""
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE meta SET value = '2025-02-03T09:00:00+01:00' WHERE name = 'clock'")
        connection.execute("UPDATE events SET done = 1")
        connection.execute("UPDATE organizations SET status = 'active', copied_on = '2025-01-01'")
    users = rows(old, "SELECT organization, key FROM resources WHERE kind LIKE 'users/%'")
    opening.open_portal(old)
    assert rows(old, "SELECT organization, key FROM resources WHERE kind LIKE 'users/%'") == users
    merged = rows(old, "SELECT enterprise_number, merged_on FROM organizations WHERE merged_into IS NOT NULL")
    assert merged == [(number, "2025-01-01") for number in (GALMAARDEN, GOOIK, HERNE)]
    days = rows(old, "SELECT due_at FROM events WHERE kind = 'day' AND NOT done")
    assert days == [("2025-02-04T07:00:00+01:00",)]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("00:30:00", "15T07:00:00"),
        ("06:59:59", "15T07:00:00"),
        ("07:00:00", "16T07:00:00"),
        ("09:00:00", "16T07:00:00"),
    ],
)
def test_the_days_begin_with_the_first_morning_after_the_portals_present(
    old: Path, now: str, day: str
) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'clock'", (f"2024-12-15T{now}+01:00",))
    opening.open_portal(old)
    days = rows(old, "SELECT due_at FROM events WHERE kind = 'day' AND NOT done")
    assert days == [(f"2024-12-{day}+01:00",)]


def _open(database: Path, ready: Any, results: Any) -> None:
    ready.wait()
    opening.open_portal(database)
    results.put(controls.get_clock(database))


def test_processes_that_open_it_at_once_migrate_it_once(old: Path, tmp_path: Path) -> None:
    alone = made(tmp_path / "alone.db")
    opening.open_portal(alone)
    context = multiprocessing.get_context("spawn")
    ready, results = context.Event(), context.Queue()
    processes = [context.Process(target=_open, args=(old, ready, results)) for _ in range(3)]
    for process in processes:
        process.start()
    ready.set()
    assert {results.get(timeout=30) for _ in processes} == {"2024-12-15T09:00:00+01:00"}
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert dump(old) == dump(alone)


def test_a_step_that_fails_leaves_the_file_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(old)

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("emulator.calendar.events.do_due", fail)
    with pytest.raises(RuntimeError, match="disk is full"):
        opening.open_portal(old)
    assert dump(old) == before
    monkeypatch.undo()
    opening.open_portal(old)
    assert controls.get_clock(old) == "2024-12-15T09:00:00+01:00"


def test_a_file_of_today_is_left_alone(portal: Portal) -> None:
    before = dump(portal.database)
    opening.open_portal(portal.database)
    assert dump(portal.database) == before


def test_a_file_of_a_later_version_is_refused_and_says_what_to_do(old: Path) -> None:
    later = layout.VERSION + 1
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA user_version = {later}")
    before = dump(old)
    with pytest.raises(migrations.OtherLayoutError) as refused:
        opening.open_portal(old)
    assert str(refused.value) == (
        f"the portal's file was made by a later version of the emulator (layout {later}; this one reads up to"
        f" {layout.VERSION}): use that version, or start anew with `fusion emulator reset`"
    )
    assert dump(old) == before


def test_old_clients_may_all_that_there_is(old: Path, key: rsa.RSAPrivateKey) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("INSERT INTO clients VALUES (?, ?)", ("rehearsal", public_pem(key)))
    opening.open_portal(old)
    portal = Portal(old, key)
    try:
        assert portal.acting_for(GALMAARDEN).get("uniqueReport", "/health").status_code in (200, 404)
        assert "scopes" not in controls.list_clients(old)[0]
        answer: httpx.Response = portal.acting_for(PAJOTTEGEM).get("chaman", "/sender")
        assert problem(answer) == (409, "notYetAvailable")
    finally:
        portal.http.close()
