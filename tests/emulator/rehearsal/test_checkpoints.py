"""Checkpoints: the portal as it was, kept, and put back under everyone's eyes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from emulator.core import layout, store
from emulator.core.people import rehearsal_ssin
from emulator.core.problems import Problem
from emulator.rehearsal import checkpoints
from tests.emulator.conftest import GALMAARDEN, PAJOTTEGEM, SENDER, Acting, Portal, problem

BASE = "/rehearsal/v1/checkpoints"
USERS = "/domains/maatschappelijkWelzijn/users"
CHANGED = {**SENDER, "name": "Nieuwe ICT"}


def content(database: Path) -> dict[str, list[Any]]:
    """All that the portal keeps, by table; ETags aside, which are never the same again."""
    with closing(store.connect(database)) as connection:
        return {table: _rows(connection, table) for table in checkpoints.tables(connection)}


def _rows(connection: sqlite3.Connection, table: str) -> list[Any]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    shown = ", ".join(one for one in columns if one != "etag")
    return connection.execute(f'SELECT {shown} FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608


# -- keeping and putting back -----------------------------------------------------------------------------------------


def test_a_portal_is_put_back_as_it_was(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-15")
    before = content(portal.database)
    made, is_new = controls.make_checkpoint(portal.database, "december")
    assert (made.name, made.at, is_new) == ("december", "2024-12-15T09:00:00+01:00", True)
    galmaarden = portal.acting_for(GALMAARDEN)
    galmaarden.replace("chaman", "/sender", CHANGED)
    controls.set_clock(portal.database, "2025-02-03")
    assert content(portal.database) != before
    controls.restore_checkpoint(portal.database, "december")
    assert content(portal.database) == before
    assert controls.get_clock(portal.database) == "2024-12-15T09:00:00+01:00"


def test_what_falls_due_falls_due_again_after_it(portal_at: Callable[[str], Portal]) -> None:
    """R12, R15: the first of January can be rehearsed as often as one likes."""
    portal = portal_at("2024-12-15")
    controls.make_checkpoint(portal.database, "december")
    first = controls.set_clock(portal.database, "2025-01-14")
    once = content(portal.database)
    controls.restore_checkpoint(portal.database, "december")
    assert controls.set_clock(portal.database, "2025-01-14") == first
    again = content(portal.database)
    assert again.keys() == once.keys()
    assert {table: len(rows) for table, rows in again.items()} == {
        table: len(rows) for table, rows in once.items()
    }


def test_who_has_the_portal_open_sees_it_put_back_and_stays_signed_in(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    before = galmaarden.get("chaman", "/sender").json()
    controls.make_checkpoint(portal.database, "before")
    galmaarden.replace("chaman", "/sender", CHANGED)
    controls.restore_checkpoint(portal.database, "before")
    assert galmaarden.get("chaman", "/sender").json() == before


def test_no_etag_is_ever_given_twice(galmaarden: Acting) -> None:
    """Else a change after a restoration could overwrite what nobody has looked at."""
    portal = galmaarden.portal
    controls.make_checkpoint(portal.database, "before")
    first = galmaarden.replace("chaman", "/sender", CHANGED).headers["ETag"]
    controls.restore_checkpoint(portal.database, "before")
    second = galmaarden.replace("chaman", "/sender", {**SENDER, "name": "Iets anders"}).headers["ETag"]
    assert int(second.strip('"')) > int(first.strip('"'))
    assert problem(galmaarden.replace("chaman", "/sender", CHANGED, etag=first)) == (
        412,
        "preconditionFailed",
    )


def test_a_person_of_after_it_gets_another_number_than_one_of_before(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    body = {"applications": [], "roles": [], "blocked": False}

    def add(key: str) -> dict[str, Any]:
        made = galmaarden.call("POST", "accessManagement", USERS, json={**body, "ssin": rehearsal_ssin(key)})
        assert made.status_code == 201
        return dict(made.json())

    controls.make_checkpoint(portal.database, "before")
    one = add("someone.new")
    controls.restore_checkpoint(portal.database, "before")
    other = add("someone.else")
    assert {one["id"], one["personId"]}.isdisjoint({other["id"], other["personId"]})


def test_people_sign_in_again_after_it(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    chiefs = galmaarden.get("accessManagement", "/chiefAccessManagers").json()["chiefAccessManagers"]
    known = portal.acting_for(GALMAARDEN, "els.peeters")
    controls.make_checkpoint(portal.database, "before")
    body = {
        "chiefAccessManagers": [{"ssin": one["ssin"]} for one in chiefs]
        + [{"ssin": rehearsal_ssin("new.chief")}]
    }
    assert galmaarden.replace("accessManagement", "/chiefAccessManagers", body).status_code == 200
    new = portal.acting_for(GALMAARDEN, "new.chief")
    assert new.get("accessManagement", "/chiefAccessManagers").status_code == 200
    controls.restore_checkpoint(portal.database, "before")
    assert problem(new.get("accessManagement", "/chiefAccessManagers")) == (401, "invalidAccessToken")
    assert problem(known.get("accessManagement", "/chiefAccessManagers")) == (401, "invalidAccessToken")


def test_the_rehearsals_own_stays(portal: Portal) -> None:
    """What was called stays in the journal, which also says that the portal was put back."""
    centre = portal.acting_for(GALMAARDEN)
    controls.make_checkpoint(portal.database, "before")
    controls.add_fault(portal.database, controls.Rule(path_pattern="/nothing"))
    controls.set_rate_limit(portal.database, controls.Limit(100, 100))
    centre.replace("chaman", "/sender", CHANGED)
    seen = controls.journal(portal.database)
    controls.restore_checkpoint(portal.database, "before")
    *stayed, line = controls.journal(portal.database)
    assert stayed == seen
    assert (line["method"], line["path"]) == ("RESTORE", f"{BASE}/before")
    assert line["at"] == "2025-02-03T09:00:00+01:00"
    assert len(controls.list_faults(portal.database)) == 1
    assert controls.get_rate_limit(portal.database) == controls.Limit(100, 100)
    assert [one["clientId"] for one in controls.list_clients(portal.database)] == ["rehearsal"]


def test_a_restoration_is_no_write_of_anybodys(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "before")
    controls.restore_checkpoint(portal.database, "before")
    assert controls.journal(portal.database, writes=True) == []


def test_no_token_key_or_call_is_in_a_checkpoint(galmaarden: Acting) -> None:
    controls.set_rate_limit(galmaarden.portal.database, controls.Limit(100, 100))
    controls.make_checkpoint(galmaarden.portal.database, "shared")
    with (
        closing(store.connect(galmaarden.portal.database)) as connection,
        checkpoints.opened(connection, "shared") as kept,
    ):
        for table in checkpoints.REHEARSALS_OWN - {"meta"}:
            assert kept.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608
        settings = {
            name for (name,) in kept.execute("SELECT name FROM meta") if not name.startswith("sequence:")
        }
    assert settings == {"clock", "checkpointMadeAt"}


def test_a_running_clock_runs_on_from_where_it_is_put_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = 1_000_000.0
    monkeypatch.setattr("emulator.calendar.clock.time_module.time", lambda: wall)
    controls.run_clock(portal.database, 3600)
    controls.make_checkpoint(portal.database, "running")
    wall += 48
    assert controls.get_clock(portal.database) == "2025-02-05T09:00:00+01:00"
    controls.restore_checkpoint(portal.database, "running")
    assert controls.get_clock(portal.database) == "2025-02-03T09:00:00+01:00"
    wall += 1
    assert controls.get_clock(portal.database) == "2025-02-03T10:00:00+01:00"


def test_a_reader_never_sees_half_a_restoration(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-15")
    controls.make_checkpoint(portal.database, "december")
    controls.set_clock(portal.database, "2025-02-03")
    controls.make_checkpoint(portal.database, "february")
    whole = {"december": (0, "inactive"), "february": (1, "active")}

    def look() -> tuple[int, str]:
        with closing(store.connect(portal.database)) as connection, store.snapshot(connection):
            (copied,) = connection.execute(
                "SELECT count(*) > 0 FROM resources WHERE organization = ? AND created_by = 'rsz'",
                (PAJOTTEGEM,),
            ).fetchone()
            (status,) = connection.execute(
                "SELECT status FROM organizations WHERE enterprise_number = ?", (PAJOTTEGEM,)
            ).fetchone()
            return copied, status

    with ThreadPoolExecutor(4) as pool:
        seen = [pool.submit(look) for _ in range(60)]
        for name in ("december", "february", "december"):
            controls.restore_checkpoint(portal.database, name)
        assert {one.result() for one in seen} <= set(whole.values())
    assert look() == whole["december"]


def test_a_checkpoint_that_fails_half_way_changes_nothing(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "broken")
    file = portal.database.with_name(f"{portal.database.name}.checkpoints") / "broken.db"
    with closing(sqlite3.connect(file)) as kept, kept:
        kept.execute("DROP TABLE resources")
    before = content(portal.database)
    with pytest.raises(sqlite3.OperationalError):
        controls.restore_checkpoint(portal.database, "broken")
    assert content(portal.database) == before


# -- names and lists --------------------------------------------------------------------------------------------------


def test_checkpoints_are_listed_replaced_and_deleted(portal: Portal) -> None:
    assert controls.list_checkpoints(portal.database) == []
    controls.make_checkpoint(portal.database, "one")
    controls.advance_clock(portal.database, 1)
    assert controls.make_checkpoint(portal.database, "another")[1]
    assert not controls.make_checkpoint(portal.database, "one")[1]
    listed = controls.list_checkpoints(portal.database)
    assert [(one.name, one.at) for one in listed] == [
        ("another", "2025-02-04T09:00:00+01:00"),
        ("one", "2025-02-04T09:00:00+01:00"),
    ]
    assert all(one.made_at for one in listed)
    controls.delete_checkpoint(portal.database, "another")
    assert [one.name for one in controls.list_checkpoints(portal.database)] == ["one"]


@pytest.mark.parametrize("name", ["", "../portal", "a/b", ".hidden", "a b", "é", "x" * 65])
def test_a_name_is_plain(portal: Portal, name: str) -> None:
    for act in (controls.make_checkpoint, controls.restore_checkpoint, controls.delete_checkpoint):
        with pytest.raises(Problem, match="input"):
            act(portal.database, name)


def test_a_reset_leaves_checkpoints_alone(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "before")
    kept = content(portal.database)
    controls.reset(portal.database, "2024-11-01")
    controls.restore_checkpoint(portal.database, "before")
    assert content(portal.database) == kept


def test_what_is_not_there_or_cannot_be_read_is_refused(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "later")
    folder = portal.database.with_name(f"{portal.database.name}.checkpoints")
    with closing(sqlite3.connect(folder / "later.db")) as kept:
        kept.execute(f"PRAGMA user_version = {layout.VERSION + 1}")
    (folder / "text.db").write_text("no database, but long enough to be taken for one " * 50)
    for name, status in (("nothing", 404), ("later", 409), ("text", 409)):
        with pytest.raises(Problem) as refused:
            controls.restore_checkpoint(portal.database, name)
        assert refused.value.status == status, name
        with pytest.raises(Problem):
            controls.compare(portal.database, name)
    assert [(one.name, one.at) for one in controls.list_checkpoints(portal.database)][1] == ("text", None)


def test_a_checkpoint_of_an_earlier_layout_is_migrated_when_it_is_put_back(
    portal: Portal, tmp_path: Path
) -> None:
    folder = portal.database.with_name(f"{portal.database.name}.checkpoints")
    folder.mkdir()
    script = Path(__file__).parents[1] / "seeds" / "layouts" / "v1.sql"
    with closing(sqlite3.connect(folder / "old.db")) as kept:
        kept.executescript(script.read_text(encoding="utf-8"))
    shutil.copyfile(folder / "old.db", tmp_path / "old.db")
    assert controls.list_checkpoints(portal.database)[0].at == "2024-12-15T09:00:00+01:00"
    controls.restore_checkpoint(portal.database, "old")
    assert controls.get_clock(portal.database) == "2024-12-15T09:00:00+01:00"
    box = portal.acting_for(GALMAARDEN).get("eBox", "/box").json()
    assert box["documents"] == 158
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-01")]
    assert [line for line in done if "the RSZ copied access to 1010784738" in line]


# -- over HTTP --------------------------------------------------------------------------------------------------------


def test_checkpoints_over_http(galmaarden: Acting) -> None:
    http = galmaarden.portal.http
    made = http.put(f"{BASE}/before")
    assert (made.status_code, made.json()["at"]) == (201, "2025-02-03T09:00:00+01:00")
    assert http.put(f"{BASE}/before").status_code == 200
    galmaarden.replace("chaman", "/sender", CHANGED)
    galmaarden.delete("ocmwConfiguration", "/ocmwOnline")
    first = http.get(f"{BASE}/before/differences", params={"pageSize": 1}).json()
    assert (first["total"], [one["what"] for one in first["items"]]) == (2, ["ocmwOnline"])
    second = http.get(first["next"]).json()
    assert ([one["what"] for one in second["items"]], "next" in second) == (["sender"], False)
    same = {"to": "before", "details": "true"}
    assert http.get(f"{BASE}/before/differences", params=same).json()["total"] == 0
    assert http.post(f"{BASE}/before/restorations").json() == made.json() | {
        "madeAt": http.get(BASE).json()["items"][0]["madeAt"]
    }
    assert galmaarden.get("ocmwConfiguration", "/ocmwOnline").status_code == 200
    assert http.delete(f"{BASE}/before").status_code == 204
    assert http.get(BASE).json() == {"items": [], "total": 0}


def test_refusals_over_http(portal: Portal) -> None:
    http = portal.http
    assert problem(http.put(f"{BASE}/.hidden")) == (400, "badRequest")
    for answer in (
        http.post(f"{BASE}/nothing/restorations"),
        http.get(f"{BASE}/nothing/differences"),
        http.delete(f"{BASE}/nothing"),
    ):
        assert problem(answer) == (404, "resourceNotFound")
    http.put(f"{BASE}/before")
    assert http.get(f"{BASE}/before/differences", params={"to": "nothing"}).status_code == 404
    assert http.get(f"{BASE}/before/differences", params={"details": "perhaps"}).status_code == 400
