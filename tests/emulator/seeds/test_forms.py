"""The forms that centres have at first: the same in every run, and also in a portal that was made before there were any."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from emulator.core import store
from emulator.seeds import forms as forms_seed
from emulator.seeds import migrations, opening

LAYOUTS = Path(__file__).with_name("layouts")


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(store.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_the_same_seed_gives_the_same_forms(tmp_path: Path) -> None:
    found = []
    for name in ("one.db", "other.db"):
        opening.open_portal(tmp_path / name)
        found.append(rows(tmp_path / name, "SELECT * FROM forms ORDER BY seq"))
    assert found[0] == found[1]
    counts = rows(tmp_path / "one.db", "SELECT count(*) FROM forms GROUP BY organization")
    assert len(counts) >= 28
    assert set(counts) == {(forms_seed.FORMS + forms_seed.FORMS // 10 + forms_seed.ATTESTATIONS,)}


def test_about_one_in_25_is_being_handled(tmp_path: Path) -> None:
    opening.open_portal(tmp_path / "portal.db", centres=40, forms=5000)
    ((locked, running),) = rows(
        tmp_path / "portal.db",
        "SELECT count(locked_until), count(*) FROM forms WHERE kind = 'form' AND status = 'running'",
    )
    assert 1 / 30 < locked / running < 1 / 20


def test_a_portal_of_before_there_were_forms_gets_those_of_its_centres(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript((LAYOUTS / "v1.sql").read_text(encoding="utf-8"))
    opening.open_portal(database)
    centres = rows(
        database, "SELECT organization, count(*) FROM forms WHERE status = 'running' GROUP BY 1 ORDER BY 1"
    )
    assert centres == [(number, 38) for number in ("0212212343", "0212214026", "0212218182")]


def test_r08_a_portal_that_forgot_which_codes_changed_is_told(tmp_path: Path) -> None:
    """Layout 1 did not keep it: Hasselt's forms would not begin again there."""
    database = tmp_path / "portal.db"
    opening.open_portal(database)
    query = "SELECT enterprise_number, nis_since FROM organizations ORDER BY 1"
    known = rows(database, query)
    assert ("0212216402", "2025-01-01") in known
    assert ("0212235604", None) in known
    with closing(store.connect(database)) as connection:
        connection.execute("UPDATE organizations SET nis_since = NULL")
        migrations._remember_changed_codes(connection)
    assert rows(database, query) == known
