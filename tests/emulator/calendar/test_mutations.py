"""Mutations: what of a day's arrives, where, and what never does (R05, R22, R39, R48-R50)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from emulator import controls
from emulator.calendar import mutations
from emulator.core import reference, store
from tests.emulator.conftest import GALMAARDEN, HASSELT, KORTESSEM, PAJOTTEGEM, Acting, Portal
from tests.emulator.support.deliveries import (
    CHAMAN,
    arrived,
    days_after,
    every_row,
    folder,
    move,
    open_folder,
    sent,
    tick,
)

ALL = tuple(item["code"] for item in reference.items("mutationTypes"))


@pytest.mark.parametrize("number", [GALMAARDEN, HASSELT, PAJOTTEGEM])
def test_in_any_week_every_type_is_sent_to_every_centre(portal: Portal, number: str) -> None:
    """So a rehearsal need not wait long to see what becomes of a type."""
    move(portal, "2025-03-03")
    for start in range(21):
        week = {days_after("2025-02-04", start + day) for day in range(7)}
        assert {one["type"] for one in sent(portal, number) if one["at"][:10] in week} == set(ALL)


def test_no_two_days_bring_the_same(portal: Portal) -> None:
    days: dict[str, list[str]] = {}
    for one in sent(portal, GALMAARDEN):
        days.setdefault(one["at"][:10], []).append(one["type"] + one["personId"])
    assert len({tuple(day) for day in days.values()}) == len(days) == 34


def test_r48_what_is_ticked_arrives_and_nothing_else(portal: Portal, galmaarden: Acting) -> None:
    tick(galmaarden, "address", "death")
    move(portal, "2025-02-24")
    came = arrived(portal, GALMAARDEN, "2025-02-04")
    assert {type_ for _, type_ in came} == {"address", "death"}
    for one in sent(portal, GALMAARDEN, "2025-02-04"):
        there = (one["at"][:10], one["type"]) in came
        assert there == (one["type"] in ("address", "death"))
        assert one["outcome"] == ("delivered" if there else "unticked")


def test_r48_whose_selection_was_never_saved_gets_nothing(portal: Portal, pajottegem: Acting) -> None:
    open_folder(pajottegem)
    move(portal, "2025-02-17")
    assert folder(portal, PAJOTTEGEM) == {}
    assert {one["outcome"] for one in sent(portal, PAJOTTEGEM)} == {"unticked"}


def test_r50_what_was_sent_in_a_week_without_a_tick_never_comes(portal: Portal, galmaarden: Acting) -> None:
    tick(galmaarden, *(type_ for type_ in ALL if type_ != "death"))
    move(portal, "2025-02-10T08:00")
    missed = [one for one in sent(portal, GALMAARDEN, "2025-02-04") if one["type"] == "death"]
    assert missed
    assert {one["outcome"] for one in missed} == {"unticked"}
    tick(galmaarden, *ALL)
    move(portal, "2025-05-05")
    deaths = [day for day, type_ in arrived(portal, GALMAARDEN) if type_ == "death"]
    assert min(day for day in deaths if day >= "2025-02-04") > "2025-02-10"
    again = [one for one in sent(portal, GALMAARDEN, "2025-02-04") if one["type"] == "death"]
    assert again[: len(missed)] == missed


def test_r49_ticked_again_a_type_comes_from_the_next_day_on(portal: Portal, galmaarden: Acting) -> None:
    tick(galmaarden)
    move(portal, "2025-02-17")
    assert arrived(portal, GALMAARDEN, "2025-02-04") == []
    tick(galmaarden, *ALL)
    assert arrived(portal, GALMAARDEN, "2025-02-04") == [], "what was sent this morning has been sent"
    move(portal, "2025-02-18T06:59:59")
    assert arrived(portal, GALMAARDEN, "2025-02-04") == []
    move(portal, "2025-02-18T07:00")
    assert {day for day, _ in arrived(portal, GALMAARDEN, "2025-02-04")} == {"2025-02-18"}


def test_r29_a_new_centre_gets_mutations_from_its_ftp_account_on(portal: Portal, pajottegem: Acting) -> None:
    tick(pajottegem, *ALL)
    move(portal, "2025-02-10")
    assert {one["outcome"] for one in sent(portal, PAJOTTEGEM, "2025-02-04")} == {"noChannel"}
    open_folder(pajottegem)
    move(portal, "2025-02-17")
    assert {one["outcome"] for one in sent(portal, PAJOTTEGEM, "2025-02-11")} == {"delivered"}
    (files,) = folder(portal, PAJOTTEGEM).values()
    assert list(files) == [f"mutaties-2025-02-{day}.jsonl" for day in range(11, 18)]


def test_r12_a_number_that_is_not_active_is_sent_nothing(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-31T23:59:59")
    assert sent(portal, PAJOTTEGEM) == []
    move(portal, "2025-01-01")
    assert {one["at"] for one in sent(portal, PAJOTTEGEM)} == {"2025-01-01T07:00:00+01:00"}


def test_r48_two_ftp_accounts_get_the_same_one_file_a_day(portal: Portal, galmaarden: Acting) -> None:
    """The selection is the whole centre's: no service of it gets more or less than another."""
    open_folder(galmaarden, "Second")
    move(portal, "2025-02-17")
    boxes = folder(portal, GALMAARDEN)
    assert set(boxes) == {"FTP Galmaarden", "Second"}
    days = [f"mutaties-2025-02-{day:02}.jsonl" for day in range(4, 18)]
    assert {name: boxes["FTP Galmaarden"][name] for name in days} == boxes["Second"]


def test_r29_an_account_without_the_authorization_gets_none(portal: Portal, galmaarden: Acting) -> None:
    open_folder(galmaarden, "Attests", authorizations=("attestations", "novaPrimaStatements"))
    move(portal, "2025-02-17")
    assert set(folder(portal, GALMAARDEN)) == {"FTP Galmaarden"}


def test_r37_without_a_valid_certificate_nothing_arrives(portal: Portal, pajottegem: Acting) -> None:
    tick(pajottegem, *ALL)
    open_folder(pajottegem, days=40)  # from 2025-01-01 on
    move(portal, "2025-02-20")
    outcomes = {one["at"][:10]: one["outcome"] for one in sent(portal, PAJOTTEGEM, "2025-02-04")}
    assert {outcome for day, outcome in outcomes.items() if day <= "2025-02-09"} == {"delivered"}
    assert {outcome for day, outcome in outcomes.items() if day > "2025-02-10"} == {"noChannel"}


@pytest.mark.parametrize("number", [GALMAARDEN, KORTESSEM])
def test_r22_disappearing_centres_go_on_receiving_theirs(
    portal_at: Callable[[str], Portal], number: str
) -> None:
    portal = portal_at("2024-12-16")
    move(portal, "2025-06-02")
    days = {day for day, _ in arrived(portal, number)}
    assert min(days) < "2025-01-01"
    for month in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05"):
        assert len({day for day in days if day.startswith(month)}) >= 25


def test_r39_an_account_that_is_deleted_by_mistake_costs_mutations(
    portal: Portal, galmaarden: Acting
) -> None:
    assert galmaarden.delete(CHAMAN, "/ftpAccounts/FTP Galmaarden").status_code == 204
    move(portal, "2025-02-10")
    lost = sent(portal, GALMAARDEN, "2025-02-04")
    assert {one["outcome"] for one in lost} <= {"noChannel", "unticked"}
    assert "noChannel" in {one["outcome"] for one in lost}


def test_a_file_says_type_person_and_date_in_json_lines_and_no_insz(portal: Portal) -> None:
    with closing(sqlite3.connect(portal.database)) as connection:
        files = connection.execute("SELECT name, content, received_at FROM box_files").fetchall()
        numbers = {ssin for (ssin,) in connection.execute("SELECT ssin FROM persons")}
    for name, content, received_at in files:
        assert received_at.endswith("T07:00:00+01:00")
        if not name.startswith("mutaties-"):
            continue
        assert name == f"mutaties-{received_at[:10]}.jsonl"
        for line in content.decode().splitlines():
            mutation = json.loads(line)
            assert list(mutation) == ["type", "personId", "date"]
            assert mutation["date"] == received_at[:10]
            assert mutation["type"] in ALL
            assert not any(number in line for number in numbers)


def test_what_was_sent_is_counted_by_type_and_outcome(portal: Portal) -> None:
    with closing(store.connect(portal.database)) as connection:
        counted = mutations.counts(connection, GALMAARDEN)
        assert sum(one["count"] for one in counted) == len(mutations.read(connection, GALMAARDEN))
        everywhere = mutations.counts(connection, None)
    assert [one for one in everywhere if one["organization"] == GALMAARDEN] == counted
    # Of the ten types the seeded centres tick nine.
    assert {one["outcome"] for one in counted} == {"delivered", "unticked"}
    assert [one["type"] for one in counted if one["outcome"] == "unticked"] == ["address"]


def test_moved_in_one_jump_or_day_by_day_the_days_bring_the_same(
    portal_at: Callable[[str], Portal],
) -> None:
    jumped, stepped, late = portal_at("2024-12-16"), portal_at("2024-12-16"), portal_at("2025-02-03")
    move(jumped, "2025-03-12")
    for _ in range(86):
        controls.advance_clock(stepped.database, 1)
    assert every_row(jumped) == every_row(stepped)
    # A portal that starts later has had January's days.
    move(late, "2025-03-12")
    assert [one for one in sent(jumped, GALMAARDEN) if one["at"] >= "2025-01-01"] == sent(late, GALMAARDEN)
