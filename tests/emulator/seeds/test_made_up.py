"""Made-up centres by the hundred: whole, apart from the real ones, and as quick to work with as a few."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from stdnum.be import vat

from emulator import controls
from emulator.core import store
from emulator.seeds import content, opening
from emulator.seeds import made_up as generated
from emulator.systems.integrations import store as forms_store
from tests.emulator.conftest import Portal, public_pem
from tests.emulator.support.forms import FIRST_DAY, enter_again, results, running, stop

CENTRES, FORMS = 11, 400


@pytest.fixture
def crowded(tmp_path: Path, key: rsa.RSAPrivateKey) -> Callable[[str], Portal]:
    """A portal with made-up centres, at a moment."""

    def at(moment: str) -> Portal:
        database = tmp_path / "portal.db"
        opening.open_portal(database, moment, CENTRES, FORMS, 5)
        controls.register_client(database, "rehearsal", public_pem(key))
        return Portal(database, key)

    return at


def made_up(**changes: int) -> dict[str, Any]:
    return generated.portal(**{"centres": CENTRES, "forms": FORMS, "seed": 5, **changes})


# -- names and numbers --------------------------------------------------------------------------------------------


def test_r01_made_up_numbers_and_codes_are_valid_and_nobodys() -> None:
    made, real = made_up(centres=generated.MOST), content.load()
    numbers = [one["enterpriseNumber"] for one in (*made["centres"], *made["mergers"])]
    assert all(vat.is_valid(number) for number in numbers)
    assert all(number.startswith("1999") for number in numbers)
    codes = [int(one["nisCode"]) for one in (*made["centres"], *made["mergers"])]
    assert min(codes) >= 94000
    assert max(codes) <= 99999
    assert all(one["name"].startswith("OCMW Oefen") for one in (*made["centres"], *made["mergers"]))
    for what in ("enterpriseNumber", "nisCode", "name"):
        theirs = [one[what] for one in made["centres"]]
        assert len(theirs) == len(set(theirs)) == generated.MOST
        assert not set(theirs) & {one[what] for one in real["centres"]}
    usernames = [one["ftpAccount"]["username"] for one in (*made["centres"], *real["centres"])]
    assert len(usernames) == len(set(usernames))


@pytest.mark.parametrize("centres", [*range(2, 12), 600])
def test_r02_they_merge_by_two_or_three_in_the_three_scenarios(centres: int) -> None:
    made = made_up(centres=centres)
    centre_codes = {one["enterpriseNumber"]: one["nisCode"] for one in made["centres"]}
    merging = [number for merger in made["mergers"] for number in merger["merging"]]
    assert merging == list(centre_codes)
    assert {len(merger["merging"]) for merger in made["mergers"]} <= {2, 3}
    for merger in made["mergers"]:
        keeps_number = merger["enterpriseNumber"] in merger["merging"]
        keeps_code = merger["nisCode"] == centre_codes.get(merger["enterpriseNumber"])
        assert (keeps_number, keeps_code) == {1: (False, False), 2: (True, False), 3: (True, True)}[
            merger["scenario"]
        ]
        assert keeps_code or merger["nisCode"] not in centre_codes.values()
    if centres == 600:
        counts = Counter(merger["scenario"] for merger in made["mergers"])
        assert max(counts.values()) - min(counts.values()) <= 1


def test_the_same_wish_gives_the_same_centres_and_another_seed_others() -> None:
    assert made_up() == made_up()
    assert made_up(seed=6)["mergers"] != made_up()["mergers"]
    assert made_up(seed=6)["centres"][0]["forms"] != made_up()["centres"][0]["forms"]


@pytest.mark.parametrize("centres", [1, -3, generated.MOST + 1])
def test_there_are_numbers_for_so_many(centres: int, tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    opening.open_portal(database)
    with pytest.raises(ValueError, match=str(centres)):
        controls.reset(database, centres=centres)
    # What was asked wrongly has changed nothing.
    assert controls.get_clock(database) == "2025-02-03T09:00:00+01:00"


# -- the portal with them -----------------------------------------------------------------------------------------


def test_they_have_everything_that_the_others_have(crowded: Callable[[str], Portal]) -> None:
    portal = crowded("2025-02-03")
    total = 0
    for made in made_up()["centres"]:
        centre = portal.acting_for(made["enterpriseNumber"])
        for api, path in (
            ("accessManagement", ""),
            ("accessManagement", "/chiefAccessManagers"),
            ("accessManagement", "/domains/maatschappelijkWelzijn/accessManagers"),
            ("chaman", "/sender"),
            ("ocmwConfiguration", "/mutations"),
            ("ocmwConfiguration", "/technicalProviders"),
            ("ocmwConfiguration", "/contactDetails"),
            ("ocmwConfiguration", "/ocmwOnline"),
        ):
            assert centre.get(api, path).status_code == 200, (made["name"], path)
        for path in ("/ftpAccounts", "/restAccounts", "/delegationRequests"):
            assert len(centre.get("chaman", path).json()["items"]) == 1
        assert len(centre.get("chaman", "/certificates").json()["items"]) == 2
        assert centre.get("accessManagement", "/domains/maatschappelijkWelzijn/users").json()["total"] >= 2
        assert centre.get("eBox", "/box").json()["status"] == "open"
        assert running(centre, "/attestations")
        total += len(running(centre))
    assert total == FORMS
    portal.http.close()


def test_what_they_saved_could_have_been_saved_by_a_client(crowded: Callable[[str], Portal]) -> None:
    portal = crowded("2025-02-03")
    centre = portal.acting_for(generated.enterprise_number(0))
    for api, path in (
        ("chaman", "/sender"),
        ("chaman", "/ftpAccounts/FTP Oefenbeek 1"),
        ("ocmwConfiguration", "/mutations"),
        ("ocmwConfiguration", "/technicalProviders"),
        ("ocmwConfiguration", "/contactDetails"),
        ("ocmwConfiguration", "/ocmwOnline"),
    ):
        found = centre.get(api, path).json()
        read_only = {"createdBy", "createdAt", "changedAt", "accountName", "passwordChangedAt"}
        again = {key: value for key, value in found.items() if key not in read_only}
        assert centre.replace(api, path, again).status_code == 200, path
    portal.http.close()


def test_r07_r08_r09_their_mergers_take_effect_like_the_others(crowded: Callable[[str], Portal]) -> None:
    portal = crowded("2025-02-17")
    mergers = made_up()["mergers"]
    assert {merger["scenario"] for merger in mergers} == {1, 2, 3}
    for merger in mergers:
        merged = portal.acting_for(merger["enterpriseNumber"])
        who = merged.get("accessManagement").json()
        assert (who["name"], who["nisCode"], who["status"]) == (merger["name"], merger["nisCode"], "active")
        for number in merger["merging"]:
            centre = portal.acting_for(number)
            ids = running(centre)[:3]
            stop(centre, ids)
            stays = merger["scenario"] == 3 and number == merger["enterpriseNumber"]
            items = enter_again(merged, number, ids)
            assert results(items) == ["refused" if stays else "entered"] * 3
    portal.http.close()


def test_a_reset_can_bring_them_and_the_next_one_takes_them_away(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"

    def centres() -> int:
        with closing(sqlite3.connect(database)) as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM organizations WHERE enterprise_number LIKE '1999%' AND active_from IS NULL"
            ).fetchone()
        return int(count)

    controls.reset(database)
    usually = centres()
    controls.reset(database, "2024-11-01", centres=4, forms=10)
    assert centres() == usually + 4
    controls.reset(database)
    assert centres() == usually


def test_forms_begin_again_on_the_day_that_the_portal_says(crowded: Callable[[str], Portal]) -> None:
    portal = crowded("2024-11-01")
    new = next(merger for merger in made_up()["mergers"] if merger["scenario"] == 1)
    centre = portal.acting_for(new["enterpriseNumber"])
    assert centre.get("integrations", "/forms").json()["availableFrom"] == FIRST_DAY
    portal.http.close()


# -- how long it takes --------------------------------------------------------------------------------------------


def test_no_page_and_no_count_of_forms_walks_through_the_table(tmp_path: Path) -> None:
    """With 100,000 forms a page costs what it costs with 100: every query goes by an index, and sorts nothing."""
    database = tmp_path / "portal.db"
    opening.open_portal(database)
    asked: list[str] = []
    with closing(store.connect(database)) as connection:
        number = content.load()["centres"][0]["enterpriseNumber"]
        connection.set_trace_callback(asked.append)
        for status, code in ((None, None), ("running", None), (None, "2"), ("stopped", "2")):
            forms_store.page(connection, "form", number, status, code, 20, 5)
        forms_store.count_forms(connection, number, "2024-12-31")
        forms_store.integrations(connection, number, ("a", "2"), 5)
        forms_store.find(connection, "form", ["a", "b"])
        forms_store.find_running(connection, "form", number, "a", "2", "c")
        connection.set_trace_callback(None)
        assert len(asked) == 12
        for query in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert not [step for step in plan if step.startswith("SCAN") and "json_each" not in step], (
                query,
                plan,
            )
            assert not [step for step in plan if "TEMP B-TREE" in step], (query, plan)
