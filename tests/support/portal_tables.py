"""The portal's tables, read and changed behind its back: the only SQL of the tests outside tests/emulator.

Tests ask here what the portal keeps and shows nobody, and plant what it would never do by itself. Each function takes the
portal's file first; an organisation is its enterprise number, a day or moment ISO 8601.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


@contextmanager
def connected(database: Path) -> Iterator[sqlite3.Connection]:
    """For what takes a connection; changes are kept."""
    with closing(sqlite3.connect(database)) as connection, connection:
        yield connection


def _rows(database: Path, sql: str, *values: object) -> list[Row]:
    with connected(database) as connection:
        return connection.execute(sql, values).fetchall()


def _change(database: Path, sql: str, *values: object) -> None:
    """:raises AssertionError: where nothing was there to change: the tables are not as the test thinks."""
    with connected(database) as connection:
        assert connection.execute(sql, values).rowcount, f"nothing was changed: {sql}"


# -- organisations ----------------------------------------------------------------------------------------------------


def read_access_status(database: Path, organization: str) -> tuple[str, bool]:
    """`active` or `inactive`, and whether the RSZ has yet to copy access to it (R12, R27)."""
    sql = "SELECT status, awaits_copy FROM organizations WHERE enterprise_number = ?"
    ((status, awaits_copy),) = _rows(database, sql, organization)
    return status, bool(awaits_copy)


def read_day_of_copy(database: Path, organization: str) -> str | None:
    sql = "SELECT copied_on FROM organizations WHERE enterprise_number = ?"
    ((day,),) = _rows(database, sql, organization)
    return str(day) if day else None


def set_day_of_merger(database: Path, organization: str, day: str) -> None:
    _change(database, "UPDATE organizations SET merged_on = ? WHERE enterprise_number = ?", day, organization)


# -- what people save -------------------------------------------------------------------------------------------------


def read_resources(database: Path, organization: str) -> list[Row]:
    """`(kind, key, body)` of each, the body as JSON."""
    return _rows(database, "SELECT kind, key, body FROM resources WHERE organization = ?", organization)


def read_all_resources(database: Path) -> list[Row]:
    """`(organization, kind, ssin, key, body, secret, etag, created_by, created_at, changed_at)` of each, as it lies."""
    return _rows(
        database,
        "SELECT organization, kind, ssin, key, body, secret, etag, created_by, created_at, changed_at"
        " FROM resources LEFT JOIN persons ON person_id = natural_key ORDER BY 1, 2, 4",
    )


def read_resource(
    database: Path, organization: str, kind: str, key: str
) -> tuple[dict[str, Any], str | None] | None:
    """Its body, and its password's hash."""
    sql = "SELECT body, secret FROM resources WHERE organization = ? AND kind = ? AND key = ?"
    rows = _rows(database, sql, organization, kind, key)
    return (json.loads(rows[0][0]), rows[0][1]) if rows else None


def read_makers(database: Path, organization: str) -> list[Row]:
    """`(kind, key, client that made it)` of each; a user's key is the INSZ."""
    return _rows(
        database,
        "SELECT kind, coalesce(ssin, key), created_by FROM resources LEFT JOIN persons ON person_id = natural_key"
        " WHERE organization = ?",
        organization,
    )


def read_users(database: Path) -> list[Row]:
    """`(organization, domain, INSZ, client that made them)` of each."""
    return _rows(
        database,
        "SELECT organization, substr(kind, 7), ssin, created_by"
        " FROM resources JOIN persons ON person_id = natural_key WHERE kind LIKE 'users/%'",
    )


def read_keys(database: Path, organization: str, kind: str, limit: int) -> list[str]:
    sql = "SELECT key FROM resources WHERE organization = ? AND kind = ? ORDER BY seq LIMIT ?"
    return [row[0] for row in _rows(database, sql, organization, kind, limit)]


def find_duplicates(database: Path) -> list[str]:
    """What may be there once: users of a domain, and accounts."""
    twice = {
        "persons twice as users of one domain": "SELECT natural_key FROM resources WHERE kind LIKE 'user%'"
        " AND natural_key IS NOT NULL GROUP BY organization, kind, natural_key HAVING count(*) > 1",
        "accounts twice": "SELECT lower(key) FROM resources"
        " WHERE kind IN ('ftpAccount', 'restAccount', 'delegationRequest')"
        " GROUP BY organization, kind, 1 HAVING count(*) > 1",
    }
    return [f"{what}: {row[0]}" for what, sql in twice.items() for row in _rows(database, sql)]


def change_resources(
    database: Path, kind: str, organization: str = "%", key: str = "%", /, **fields: object
) -> None:
    """Give some fields of their bodies other values. An organisation or key left out is any; a list is replaced."""
    _change(
        database,
        "UPDATE resources SET body = json_patch(body, ?) WHERE kind = ? AND organization LIKE ? AND key LIKE ?",
        *(json.dumps(fields), kind, organization, key),
    )


def delete_resources(database: Path, kind: str, organization: str) -> None:
    _change(database, "DELETE FROM resources WHERE kind = ? AND organization = ?", kind, organization)


def copy_certificate(database: Path, like: str, name: str) -> None:
    """One more of the same centre, with the same dates and another fingerprint."""
    _change(
        database,
        "INSERT INTO resources (organization, kind, key, body, etag, created_by, created_at, changed_at)"
        " SELECT organization, kind, ?, json_set(body, '$.fileName', ?, '$.sha256', '00ff'), 'x',"
        " created_by, created_at, changed_at FROM resources WHERE kind = 'certificate' AND key = ?",
        *(name, name, like),
    )


def delete_user(database: Path, organization: str = "%") -> None:
    """The user who was made last."""
    _change(
        database,
        "DELETE FROM resources WHERE seq ="
        " (SELECT max(seq) FROM resources WHERE kind LIKE 'user%' AND organization LIKE ?)",
        organization,
    )


# -- forms and attestations -------------------------------------------------------------------------------------------


def read_forms(database: Path, columns: Sequence[str], organizations: Sequence[str]) -> list[Row]:
    """These columns of each, in the order in which they were entered."""
    marks = ", ".join("?" * len(organizations))
    sql = f"SELECT {', '.join(columns)} FROM forms WHERE organization IN ({marks}) ORDER BY seq"  # noqa: S608
    return _rows(database, sql, *organizations)


def count_equal_forms(database: Path) -> Counter[Row]:
    """All of a form but what differs each time: its number, its successor's, its ETag, when it was changed."""
    sql = """
        SELECT forms.organization, kind, quality_code, ssin, reference, start_date, end_date, status, locked_until,
            predecessor, successor IS NULL
        FROM forms LEFT JOIN persons USING (person_id)
    """
    return Counter(_rows(database, sql))


def find_broken_links(database: Path) -> list[str]:
    """Forms with more than one successor or predecessor, and links that are known at one end."""
    broken = {
        "successors of one form": "SELECT predecessor FROM forms WHERE predecessor IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1",
        "forms with another's successor": "SELECT successor FROM forms WHERE successor IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1",
        "forms whose successor knows another predecessor": "SELECT old.id FROM forms old JOIN forms new"
        " ON new.id = old.successor WHERE new.predecessor IS NOT old.id",
    }
    return [f"{what}: {row[0]}" for what, sql in broken.items() for row in _rows(database, sql)]


def count_running_forms(database: Path, organizations: str) -> int:
    """:param organizations: a pattern, such as `1999%`."""
    sql = "SELECT count(*) FROM forms WHERE organization LIKE ? AND kind = 'form' AND status = 'running'"
    ((count,),) = _rows(database, sql, organizations)
    return int(count)


def unlock_forms(database: Path, organization: str) -> None:
    """What a centre was handling is done; where it handled nothing, nothing changes."""
    _rows(database, "UPDATE forms SET locked_until = NULL WHERE organization = ? RETURNING id", organization)


_FIRST_FORM = "seq = (SELECT min(seq) FROM forms WHERE successor IS NULL AND status = 'running')"


def delete_form(database: Path) -> None:
    """The first that runs."""
    _change(database, f"DELETE FROM forms WHERE {_FIRST_FORM}")  # noqa: S608


def stop_form(database: Path, day: str) -> None:
    """The first that runs."""
    _change(database, f"UPDATE forms SET end_date = ?, status = 'stopped' WHERE {_FIRST_FORM}", day)  # noqa: S608


def continue_form(database: Path, organization: str, day: str, *, times: int = 1) -> None:
    """Enter the first form that runs again, each time as its successor, which it does not know of."""
    sql = f"""
        INSERT INTO forms (id, organization, kind, quality_code, person_id, reference, start_date, status, predecessor,
            created_by, created_at, changed_at)
        SELECT 'copy-' || ?, ?, kind, quality_code, person_id, reference, ?, 'running', id, 'portal', created_at, changed_at
        FROM forms WHERE {_FIRST_FORM}
    """  # noqa: S608
    with connected(database) as connection:
        connection.execute("DROP INDEX forms_continued")
        for number in range(times):
            connection.execute(sql, (number, organization, day))


def read_ids(database: Path, table: str, organization: str, limit: int) -> list[str]:
    """Of `forms`, `documents` or `aid_requests`, the newest first."""
    sql = f"SELECT id FROM {table} WHERE organization = ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
    return [row[0] for row in _rows(database, sql, organization, limit)]


def read_ssin(database: Path, person_id: str) -> str:
    ((ssin,),) = _rows(database, "SELECT ssin FROM persons WHERE person_id = ?", person_id)
    return str(ssin)


def read_people(database: Path) -> list[tuple[str, str]]:
    """Everybody whom the portal knows, by the portal's own id, with their INSZ."""
    return [
        (str(person), str(ssin)) for person, ssin in _rows(database, "SELECT person_id, ssin FROM persons")
    ]


# -- requests, files, the rest ----------------------------------------------------------------------------------------


def has_aid_requests(database: Path, organization: str) -> bool:
    return bool(_rows(database, "SELECT 1 FROM aid_requests WHERE organization = ? LIMIT 1", organization))


def delete_aid_requests(database: Path, organization: str) -> None:
    _change(database, "DELETE FROM aid_requests WHERE organization = ?", organization)


def unlink_aid_requests(database: Path, organization: str) -> None:
    """Those that were submitted to a centre stand under its number again."""
    _change(
        database, "UPDATE aid_requests SET organization = submitted_to WHERE submitted_to = ?", organization
    )


def put_file(database: Path, organization: str, account: str, name: str, content: bytes, moment: str) -> None:
    """A file of mutations in the folder of an FTP account."""
    _change(
        database,
        "INSERT INTO box_files (organization, account, name, kind, content, received_at)"
        " VALUES (?, ?, ?, 'mutations', ?, ?)",
        *(organization, account, name, content, moment),
    )


def delete_files(database: Path, organization: str, after: str = "") -> None:
    """Those that came after a moment."""
    _change(database, "DELETE FROM box_files WHERE organization = ? AND received_at > ?", organization, after)


def replace_in_files(database: Path, organization: str, old: str, new: str, after: str = "") -> None:
    """Another text in those that came after a moment."""
    _change(
        database,
        "UPDATE box_files SET content = CAST(replace(CAST(content AS TEXT), ?, ?) AS BLOB)"
        " WHERE organization = ? AND received_at > ?",
        *(old, new, organization, after),
    )


def mark_files_fetched(database: Path) -> None:
    _change(database, "UPDATE box_files SET fetched_at = received_at")


def read_all_cells(content: bytes) -> set[bytes]:
    """All that the tables of a database hold, by its file's content: a long text lies in pieces over its pages."""
    with closing(sqlite3.connect(":memory:")) as database:
        # In WAL mode the header says so; read from memory it has no such file.
        database.deserialize(content[:18] + b"\x01\x01" + content[20:])
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = (row for (name,) in tables for row in database.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
        return {cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row}


def put_setting(database: Path, name: str, value: str) -> None:
    """One of the portal's own, which it never asks for."""
    _change(database, "INSERT INTO meta VALUES (?, ?)", name, value)


def last_call(database: Path) -> int:
    """The journal's last number."""
    ((number,),) = _rows(database, "SELECT max(seq) FROM journal")
    return int(number)


def summarise(database: Path) -> list[list[Row]]:
    """Something else whenever people, the calendar or a rehearsed fault change something."""
    queries = (
        "SELECT count(*), max(etag), total(etag) FROM resources",
        "SELECT group_concat(body) FROM resources WHERE kind = 'box'",
        "SELECT count(*), count(end_date), count(locked_until), count(predecessor) FROM forms",
        "SELECT group_concat(due_at) FROM events WHERE kind = 'accessCopy' AND NOT done",
        "SELECT substr(value, 1, 10) FROM meta WHERE name = 'clock'",
        "SELECT count(*) FROM faults",
    )
    return [_rows(database, query) for query in queries]
