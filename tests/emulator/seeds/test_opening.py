"""A portal's first moment: what is there, and that it comes about once, whole and quickly."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import controls
from emulator.core import reference, store, waves
from emulator.core.people import rehearsal_ssin
from emulator.seeds import content, generate, migrations, opening
from tests.emulator.conftest import Portal

ROOT = Path(__file__).parents[3]
[WAVE] = [wave for wave in waves.every() if wave.day == date(2025, 1, 1)]
CENTRES = [(centre["name"], centre["enterpriseNumber"]) for centre in WAVE.data["centres"]]
NEW_NUMBERS = {"1010783748", "1010784738", "1010782461", "1010776127"}


def test_r01_all_merging_centres_of_the_thirteen_fusions_are_there() -> None:
    mergers = WAVE.data["mergers"]
    assert len(mergers) == 13
    assert {merger["enterpriseNumber"] for merger in mergers} >= NEW_NUMBERS
    assert {number for merger in mergers for number in merger["merging"]} == {number for _, number in CENTRES}
    assert len(CENTRES) == 28


@pytest.mark.parametrize("moment", ["2024-11-01", "2025-02-03"])
def test_every_merging_centre_has_everything(portal_at: Callable[[str], Portal], moment: str) -> None:
    portal = portal_at(moment)
    expected = 409 if moment < "2025-01-13" else 200
    for name, number in CENTRES:
        centre = portal.acting_for(number)
        for api, path in (
            ("accessManagement", ""),
            ("accessManagement", "/chiefAccessManagers"),
            ("accessManagement", "/domains/maatschappelijkWelzijn/accessManagers"),
            ("chaman", "/sender"),
            ("ocmwConfiguration", "/mutations"),
            ("ocmwConfiguration", "/technicalProviders"),
        ):
            assert centre.get(api, path).status_code == 200, (name, path)
        for path in ("/contactDetails", "/ocmwOnline"):
            assert centre.get("ocmwConfiguration", path).status_code == expected
        assert centre.get("accessManagement", "/domains/maatschappelijkWelzijn/users").json()["total"] >= 2
        (ftp,) = centre.get("chaman", "/ftpAccounts").json()["items"]
        (rest,) = centre.get("chaman", "/restAccounts").json()["items"]
        (request,) = centre.get("chaman", "/delegationRequests").json()["items"]
        certificates = {one["fileName"] for one in centre.get("chaman", "/certificates").json()["items"]}
        assert certificates == {ftp["certificate"], rest["certificate"]}
        assert (rest["management"], request["status"]) == ("external", "accepted")
        box = centre.get("eBox", "/box").json()
        assert box["status"] == "open"
        assert box["documents"] >= box["unread"]


def test_what_is_seeded_could_have_been_saved_by_a_client(portal_at: Callable[[str], Portal]) -> None:
    """Saved again as it is, every screen and account passes the portal's own rules."""
    portal = portal_at("2025-02-03")
    read_only = {
        "createdBy",
        "createdAt",
        "changedAt",
        "accountName",
        "passwordChangedAt",
        "management",
        "supplier",
    }
    for name, number in CENTRES:
        centre = portal.acting_for(number)
        paths = [("ocmwConfiguration", f"/{screen}") for screen in ("mutations", "technicalProviders")]
        paths += [("ocmwConfiguration", f"/{screen}") for screen in ("contactDetails", "ocmwOnline")]
        paths += [("chaman", "/sender"), ("chaman", f"/ftpAccounts/FTP {name.removeprefix('OCMW ')}")]
        paths += [("chaman", "/restAccounts/OCMW Online")]
        for api, path in paths:
            found = centre.get(api, path).json()
            again = {key: value for key, value in found.items() if key not in read_only}
            answer = centre.replace(api, path, again)
            assert answer.status_code == 200, (name, path, answer.text)


def test_a_seeded_file_is_left_alone(portal: Portal) -> None:
    controls.advance_clock(portal.database, 1)
    opening.open_portal(portal.database)
    assert controls.get_clock(portal.database) == "2025-02-04T09:00:00+01:00"


@pytest.mark.parametrize("prepare", [lambda path: None, Path.touch])
def test_a_missing_or_empty_file_is_seeded(tmp_path: Path, prepare: Callable[[Path], object]) -> None:
    database = tmp_path / "folder" / "portal.db"
    database.parent.mkdir()
    prepare(database)
    opening.open_portal(database, clock="2024-11-01")
    assert controls.get_clock(database) == "2024-11-01T09:00:00+01:00"


def test_a_seed_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    with pytest.raises(controls.ClockError):
        opening.open_portal(database, clock="once upon a time")
    opening.open_portal(database)
    assert controls.get_clock(database) == "2025-02-03T09:00:00+01:00"


def _open(database: Path, ready: Any, results: Any) -> None:
    ready.wait()
    opening.open_portal(database)
    results.put(controls.get_clock(database))


def test_processes_that_race_on_a_fresh_file_make_one_portal(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    context = multiprocessing.get_context("spawn")
    ready, results = context.Event(), context.Queue()
    processes = [context.Process(target=_open, args=(database, ready, results)) for _ in range(3)]
    for process in processes:
        process.start()
    ready.set()
    assert {results.get(timeout=30) for _ in processes} == {"2025-02-03T09:00:00+01:00"}
    for process in processes:
        process.join()
        assert process.exitcode == 0
    with closing(sqlite3.connect(database)) as connection, connection:
        (count,) = connection.execute("SELECT count(*) FROM organizations").fetchone()
    connection.close()
    assert count == len(frozenset().union(*(wave.numbers() for wave in waves.every())))


def test_a_reset_starts_anew_and_clients_keep_their_keys(portal: Portal) -> None:
    centre = portal.acting_for("1010784738")
    centre.create("ocmwConfiguration", "/mutations", {"receive": []})
    controls.add_fault(portal.database, controls.Rule(path_pattern="/nothing"))
    controls.reset(portal.database, "2024-11-01")
    assert controls.get_clock(portal.database) == "2024-11-01T09:00:00+01:00"
    assert controls.journal(portal.database) == controls.list_faults(portal.database) == []
    assert centre.get("accessManagement").status_code == 401
    assert portal.acting_for("1010784738").get("accessManagement").json()["status"] == "inactive"


def test_a_file_of_before_portals_told_who_they_are_gets_an_identity_once(portal: Portal) -> None:
    with closing(store.connect(portal.database)) as connection:
        connection.execute("DELETE FROM meta WHERE name = ?", (store.IDENTITY,))
    opening.open_portal(portal.database)
    with closing(store.connect(portal.database)) as connection:
        given = store.get_meta(connection, store.IDENTITY)
    assert given
    opening.open_portal(portal.database)
    with closing(store.connect(portal.database)) as connection:
        assert store.get_meta(connection, store.IDENTITY) == given


def test_a_portal_of_a_later_version_is_refused_until_it_is_reset(portal: Portal) -> None:
    portal.http.close()
    with closing(sqlite3.connect(portal.database)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(migrations.OtherLayoutError, match="reset"):
        opening.open_portal(portal.database)
    controls.reset(portal.database)
    opening.open_portal(portal.database)


def test_the_same_seed_gives_the_same_portal(tmp_path: Path) -> None:
    def dump(database: Path) -> list[Any]:
        opening.open_portal(database)
        with closing(sqlite3.connect(database)) as connection, connection:
            rows = connection.execute(
                "SELECT seq, organization, kind, key, body, etag FROM resources"
            ).fetchall()
        connection.close()
        return rows

    assert dump(tmp_path / "one.db") == dump(tmp_path / "other.db")


def test_the_seed_is_what_its_generator_makes_of_the_declarations() -> None:
    assert generate.every() == [wave.data for wave in waves.every()], "run python -m emulator.seeds.generate"


def test_some_declared_people_are_there_as_declared_some_otherwise_and_some_not() -> None:
    declared: dict[tuple[str, str, str], dict[str, Any]] = {}
    for declaration in generate.declarations().values():
        for centre in declaration["merging"]:
            for domain, there in (centre.get("access") or {}).get("domains", {}).items():
                for user in there.get("users", ()):
                    declared[generate.digits(centre["kbo"]), domain, user["person"]] = user
    there = {
        (centre["enterpriseNumber"], domain, user["person"]): user
        for centre in content.load()["centres"]
        for domain, content in centre["access"]["domains"].items()
        for user in content["users"]
    }
    same = [
        key
        for key, user in declared.items()
        if key in there and there[key] == generate.a_user(user, changed=False)
    ]
    missing = [key for key in declared if key not in there]
    changed = [key for key in declared if key in there and key not in same]
    assert min(len(same), len(changed), len(missing), len(there.keys() - declared.keys())) >= 5


def test_people_have_generated_numbers_of_their_own() -> None:
    from stdnum.be import nn

    keys = {key for _, key in _people()} | {f"person.{number}" for number in range(200)}
    numbers = {rehearsal_ssin(key) for key in keys}
    assert len(numbers) == len(keys)
    assert all(nn.is_valid(number) for number in numbers)
    years = {born.year for number in numbers if (born := nn.get_birth_date(number)) is not None}
    assert 1960 <= min(years) <= max(years) <= 2003
    assert rehearsal_ssin("els.peeters") == rehearsal_ssin("els.peeters")


def _people() -> set[tuple[str, str]]:
    found = set()
    sources = [*content.load()["centres"], *generate.declarations().values()]
    for source in sources:
        for access in [source.get("access"), *(centre.get("access") for centre in source.get("merging", ()))]:
            for domain in (access or {}).get("domains", {}).values():
                names = [domain["accessManager"], *generate.named(domain, "coAccessManagers")]
                names += [user["person"] for user in domain.get("users", ())]
                found |= {("person", name) for name in names}
            found |= {("person", name) for name in (access or {}).get("chiefAccessManagers", ())}
    return found


def test_the_portal_knows_every_code_that_declarations_may_use() -> None:
    declarable = yaml.safe_load((ROOT / "schemas" / "reference.yaml").read_text(encoding="utf-8"))
    for name in (
        "domains",
        "applications",
        "roles",
        "mutationTypes",
        "ftpAuthorizations",
        "restAuthorizations",
        "networkProviders",
        "suppliers",
    ):
        assert {item["code"] for item in declarable[name]} == reference.codes(name), name
    flagged = {item["code"] for item in declarable["restAuthorizations"] if item.get("ocmwOnline")}
    assert flagged == reference.ocmw_online_authorizations()
    managing = {item["code"] for item in declarable["suppliers"] if item["certificateManagement"]}
    assert managing == reference.delegatable_suppliers()
    products = {item["code"]: item["products"] for item in declarable["suppliers"] if item["products"]}
    assert products == {item["code"]: item["products"] for item in reference.items("socialFileSuppliers")}
    assert declarable["settings"]["ftpCertificateMaxDays"] == reference.ftp_certificate_max_days()
