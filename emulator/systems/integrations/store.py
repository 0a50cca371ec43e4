"""How forms are kept: those of running dossiers and the A036 attestations, which differ in their `kind` only.

What is read often has an index of its own (`layout`): 100,000 forms of one centre are no slower to page through than 100.
Writing is only for transactions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.core import store
from emulator.core.ids import opaque_id

FORM = "form"
ATTESTATION = "attestation"
KINDS = (FORM, ATTESTATION)
RUNNING = "running"
STOPPED = "stopped"
STATUSES = (RUNNING, STOPPED)


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a form when it is entered."""

    person_id: str
    quality_code: str
    reference: str
    start_date: str
    end_date: str | None = None
    locked_until: str | None = None
    predecessor: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is kept; its predecessor and successor each with the number that they are under."""

    seq: int
    id: str
    organization: str
    kind: str
    person_id: str
    quality_code: str
    reference: str
    start_date: str
    end_date: str | None
    locked_until: str | None
    created_by: str
    created_at: str
    changed_at: str
    predecessor: str | None
    predecessor_at: str | None
    successor: str | None
    successor_at: str | None
    planned_end: str | None
    stopped_for: str | None

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "id": self.id,
            "personId": self.person_id,
            "qualityCode": self.quality_code,
            "reference": self.reference,
            "startDate": self.start_date,
            "status": RUNNING if self.end_date is None else STOPPED,
            "createdBy": self.created_by,
            "createdAt": self.created_at,
            "changedAt": self.changed_at,
        }
        if self.end_date is not None:
            answer["endDate"] = self.end_date
        if self.planned_end is not None:
            answer["plannedEndDate"] = self.planned_end
        if self.locked_until is not None:
            answer["lockedUntil"] = self.locked_until
        if self.predecessor is not None:
            answer["predecessor"] = {"enterpriseNumber": self.predecessor_at, "id": self.predecessor}
        if self.successor is not None:
            answer["successor"] = {"enterpriseNumber": self.successor_at, "id": self.successor}
        return answer


_SELECT = (
    "SELECT f.seq, f.id, f.organization, f.kind, f.person_id, f.quality_code, f.reference, f.start_date, f.end_date,"
    " f.locked_until, f.created_by, f.created_at, f.changed_at, f.predecessor, p.organization, f.successor,"
    " s.organization, f.planned_end, f.stopped_for FROM forms f LEFT JOIN forms p ON p.id = f.predecessor"
    " LEFT JOIN forms s ON s.id = f.successor WHERE f.kind = ?"
)


def every(connection: sqlite3.Connection) -> list[Form]:
    """All of the portal's forms and attestations, in the order in which they were entered."""
    forms = [Form(*row) for kind in KINDS for row in connection.execute(_SELECT, (kind,))]
    return sorted(forms, key=lambda form: form.seq)


def find(connection: sqlite3.Connection, kind: str, ids: Sequence[str]) -> dict[str, Form]:
    """The forms with these ids, at whichever organisation; those that are not there are left out."""
    rows = connection.execute(
        _SELECT + " AND f.id IN (SELECT value FROM json_each(?))",  # noqa: S608 - two constants
        (kind, json.dumps(ids)),
    )
    return {form.id: form for form in (Form(*row) for row in rows)}


def find_running(
    connection: sqlite3.Connection,
    kind: str,
    organization: str,
    person_id: str,
    quality_code: str,
    reference: str,
) -> Form | None:
    """The running form of a person's dossier in one quality: by this a form that was entered before is known again."""
    row = connection.execute(
        _SELECT + " AND f.organization = ? AND f.person_id = ? AND f.quality_code = ? AND f.reference = ?"
        " AND f.end_date IS NULL LIMIT 1",
        (kind, organization, person_id, quality_code, reference),
    ).fetchone()
    return None if row is None else Form(*row)


def find_entered_by_hand(
    connection: sqlite3.Connection, organization: str, before: Iterable[str], day: str
) -> dict[str, str]:
    """The forms that somebody entered under a number from `day` on without naming a predecessor: earlier form of the same
    dossier → new form (R70). Each dossier stands here once."""
    rows = connection.execute(
        "SELECT o.id, n.id FROM json_each(?) ids JOIN forms o ON o.id = ids.value JOIN forms n ON n.organization = ?"
        " AND n.kind = o.kind AND n.person_id = o.person_id AND n.quality_code = o.quality_code AND n.start_date = ?"
        " AND n.reference = o.reference AND n.predecessor IS NULL ORDER BY o.seq, n.seq",
        (json.dumps(list(before)), organization, day),
    )
    found: dict[str, str] = {}
    for key, by_hand in rows:
        if key not in found and by_hand not in found.values():
            found[key] = by_hand
    return found


def find_continued(
    connection: sqlite3.Connection, organizations: Sequence[str], form: Form, last_day: str
) -> Form | None:
    """The same dossier's form at one of these numbers that ended on `last_day` and is continued nowhere."""
    row = connection.execute(
        _SELECT + " AND f.organization IN (SELECT value FROM json_each(?)) AND f.person_id = ?"  # noqa: S608 - a constant
        " AND f.quality_code = ? AND f.reference = ? AND f.end_date = ? AND f.successor IS NULL"
        " ORDER BY f.seq LIMIT 1",
        (form.kind, json.dumps(organizations), form.person_id, form.quality_code, form.reference, last_day),
    ).fetchone()
    return None if row is None else Form(*row)


def find_continuation(connection: sqlite3.Connection, organization: str, form: Form, day: str) -> Form | None:
    """The form that began on `day` under a number and continues another form of the same dossier at `form`'s number."""
    row = connection.execute(
        _SELECT + " AND f.organization = ? AND f.person_id = ? AND f.quality_code = ? AND f.reference = ?"
        " AND f.start_date = ? AND p.organization = ? LIMIT 1",
        (form.kind, organization, form.person_id, form.quality_code, form.reference, day, form.organization),
    ).fetchone()
    return None if row is None else Form(*row)


def page(
    connection: sqlite3.Connection,
    kind: str,
    organization: str,
    status: str | None,
    quality_code: str | None,
    after: int,
    size: int,
) -> list[Form]:
    """`size` forms after the place `after` in the order in which they were entered."""
    found: list[Form] = []
    narrowed, values = ("", []) if quality_code is None else (" AND f.quality_code = ?", [quality_code])
    # A query a status: each reads its index from the place on, and no further than the page goes.
    for one in STATUSES if status is None else (status,):
        rows = connection.execute(
            _SELECT
            + f" AND f.organization = ?{narrowed} AND f.status = ? AND f.seq > ? ORDER BY f.seq LIMIT ?",
            (kind, organization, *values, one, after, size),
        )
        found += [Form(*row) for row in rows]
    return sorted(found, key=lambda form: form.seq)[:size]


def count_forms(
    connection: sqlite3.Connection, organization: str, last_day: str | None
) -> list[dict[str, Any]]:
    """`{kind, qualityCode, running, stopped, withoutSuccessor}` of each that there is.

    :param last_day: the day before the organisation's merger; what ended on it goes on elsewhere.
    """
    counted = connection.execute(
        "SELECT kind, quality_code, count(*) FILTER (WHERE status = 'running'),"
        " count(*) FILTER (WHERE status = 'stopped') FROM forms WHERE organization = ? AND kind IN (?, ?)"
        " GROUP BY kind, quality_code",
        (organization, *KINDS),
    ).fetchall()
    left: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        rows = connection.execute(
            "SELECT quality_code, count(*) FROM forms WHERE organization = ? AND kind = ? AND end_date = ?"
            " AND end_date IS NOT NULL AND successor IS NULL GROUP BY quality_code",
            (organization, kind, last_day),
        )
        left |= {(kind, code): count for code, count in rows}
    return [
        {
            "kind": kind,
            "qualityCode": code,
            "running": running,
            "stopped": stopped,
            "withoutSuccessor": left.get((kind, code), 0),
        }
        for kind, code, running, stopped in sorted(counted, key=lambda row: (KINDS.index(row[0]), row[1]))
    ]


def integrations(
    connection: sqlite3.Connection, organization: str, after: tuple[str, str], size: int
) -> list[tuple[str, str, str, str | None]]:
    """R10: `(person, quality code, start, end)`: from the first form of a person in a quality to the end of the last."""
    rows: list[tuple[str, str, str, str | None]] = connection.execute(
        "SELECT person_id, quality_code, min(start_date),"
        " CASE WHEN count(*) = count(end_date) THEN max(end_date) END"
        " FROM forms WHERE organization = ? AND kind = ? AND (person_id, quality_code) > (?, ?)"
        " GROUP BY person_id, quality_code ORDER BY person_id, quality_code LIMIT ?",
        (organization, FORM, *after, size),
    ).fetchall()
    return rows


def enter(
    connection: sqlite3.Connection, kind: str, organization: str, drafts: Sequence[Draft], by: str, at: str
) -> list[str]:
    """Enter forms, and say of their predecessors that they are continued; the ids in order."""
    numbers = store.next_numbers(connection, "form", len(drafts))
    ids = [opaque_id("form", number) for number in numbers]
    connection.executemany(
        "INSERT INTO forms (id, organization, kind, quality_code, person_id, reference, start_date, end_date,"
        " status, locked_until, predecessor, created_by, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (key, organization, kind, draft.quality_code, draft.person_id, draft.reference, draft.start_date,
             draft.end_date, RUNNING if draft.end_date is None else STOPPED, draft.locked_until, draft.predecessor,
             by, at, at)
            for key, draft in zip(ids, drafts, strict=True)
        ),
    )  # fmt: skip
    continued = (
        (key, at, draft.predecessor) for key, draft in zip(ids, drafts, strict=True) if draft.predecessor
    )
    connection.executemany("UPDATE forms SET successor = ?, changed_at = ? WHERE id = ?", continued)
    return ids


def unlock(connection: sqlite3.Connection, organization: str) -> None:
    """None of an organisation's forms is being handled any more."""
    connection.execute("UPDATE forms SET locked_until = NULL WHERE organization = ?", (organization,))


def link(connection: sqlite3.Connection, predecessor: str, successor: str, at: str) -> None:
    """Say of a form that was entered by hand which one it continues."""
    connection.execute(
        "UPDATE forms SET predecessor = ?, changed_at = ? WHERE id = ?", (predecessor, at, successor)
    )
    mark_continued(connection, predecessor, successor, at)


def mark_continued(connection: sqlite3.Connection, predecessor: str, successor: str, at: str) -> None:
    """Say of a form which one continues it, where that one continues another of the same dossier as well."""
    connection.execute(
        "UPDATE forms SET successor = ?, changed_at = ? WHERE id = ?", (successor, at, predecessor)
    )


def stop(
    connection: sqlite3.Connection,
    forms: Iterable[Form],
    end_date: str,
    at: str,
    merger_day: str | None = None,
    stopped_for: str | None = None,
) -> None:
    """Give forms an end date. One that was to end on the merger's day or later keeps that date in mind.

    :param stopped_for: the day of the merger for which they are stopped, as it was said.
    """
    connection.executemany(
        "UPDATE forms SET planned_end = CASE WHEN end_date >= ? THEN end_date ELSE planned_end END,"
        " stopped_for = coalesce(?, stopped_for), end_date = ?, status = ?, changed_at = ? WHERE seq = ?",
        ((merger_day, stopped_for, end_date, STOPPED, at, form.seq) for form in forms),
    )
