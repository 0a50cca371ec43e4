"""Portal time, and what falls due when it passes (R12, R15, R27)."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest

from emulator import clock, controls, events, reference, store
from tests.emulator.conftest import (
    GALMAARDEN,
    GOOIK,
    HASSELT,
    KORTESSEM,
    NEW,
    PAJOTTEGEM,
    Acting,
    Portal,
    problem,
)

API = "accessManagement"
USERS = "/domains/maatschappelijkWelzijn/users"
HERNE = "0212218182"


def users(centre: Acting) -> dict[str, dict[str, Any]]:
    """The users by INSZ."""
    return {user["ssin"]: user for user in centre.get(API, USERS).json()["items"]}


def chiefs(centre: Acting) -> list[str]:
    return [one["ssin"] for one in centre.get(API, "/chiefAccessManagers").json()["chiefAccessManagers"]]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-01", "2025-01-01T09:00:00+01:00"),
        ("2025-01-01T00:30", "2025-01-01T00:30:00+01:00"),
        ("2025-01-01T00:30:00+01:00", "2025-01-01T00:30:00+01:00"),
        ("2024-12-31T23:30:00Z", "2025-01-01T00:30:00+01:00"),
    ],
)
def test_moments_are_read_with_the_belgian_offset(text: str, moment: str) -> None:
    assert clock.parse(text).isoformat() == moment


@pytest.mark.parametrize("text", ["", "tomorrow", "2025-02-30", "0001-01-01T00:00:00+14:00", "2025"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(clock.ClockError):
        clock.parse(text)


def test_time_stands_still_until_it_is_moved_forward(portal: Portal) -> None:
    assert controls.get_clock(portal.database) == "2025-02-03T09:00:00+01:00"
    controls.set_clock(portal.database, "2025-02-10")
    controls.advance_clock(portal.database, 3)
    assert controls.get_clock(portal.database) == "2025-02-13T09:00:00+01:00"
    with pytest.raises(clock.ClockError, match="cannot go back"):
        controls.set_clock(portal.database, "2025-01-01")
    assert controls.get_clock(portal.database) == "2025-02-13T09:00:00+01:00"


def test_r12_before_its_first_day_nothing_of_a_number_can_be_set_or_seen(
    portal_at: Callable[[str], Portal],
) -> None:
    centre = portal_at("2024-11-01").acting_for(PAJOTTEGEM)
    organization = centre.get(API).json()
    assert (organization["status"], organization["activeFrom"]) == ("inactive", "2025-01-01")
    for answer in (
        centre.get(API, "/chiefAccessManagers"),
        centre.get("chaman", "/sender"),
        centre.get("eBox", "/box"),
        centre.call("PUT", API, "/chiefAccessManagers", json={}, headers=NEW),
        centre.call("POST", API, USERS, json={}),
    ):
        assert problem(answer) == (409, "notYetAvailable")
        body = answer.json()
        assert (body["reason"], body["availableFrom"], body["rule"]) == (
            "organizationNotActive",
            "2025-01-01",
            "R12",
        )


def test_r12_a_number_becomes_active_at_midnight_and_access_is_copied_that_night(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-12-31T23:59:59")
    centre = portal.acting_for(PAJOTTEGEM)
    done = controls.set_clock(portal.database, "2025-01-01T00:00")
    assert len([line for line in done if "is active" in line]) == 13
    found = centre.get(API).json()
    assert (found["status"], found["accessCopied"]) == ("active", False)
    assert users(centre) == {}
    done = controls.set_clock(portal.database, "2025-01-01")
    assert len([line for line in done if "the RSZ copied" in line]) == 13
    assert centre.get(API).json()["accessCopiedOn"] == "2025-01-01"


def test_r15_scenario_1_the_new_number_gets_head_managers_and_users_of_all_and_they_keep_theirs(
    portal: Portal,
) -> None:
    merged = portal.acting_for(PAJOTTEGEM)
    merging = [portal.acting_for(number) for number in (GALMAARDEN, GOOIK, HERNE)]
    assert chiefs(merged) == [ssin for centre in merging for ssin in chiefs(centre)]
    copied = users(merged)
    assert set(copied) == {ssin for centre in merging for ssin in users(centre)}
    for centre in merging:
        for ssin, user in users(centre).items():
            assert user["createdBy"] == "portal"
            assert copied[ssin]["createdBy"] == "rsz"
            assert copied[ssin]["createdAt"] == "2025-01-01T06:00:00+01:00"
            assert copied[ssin]["personId"] == user["personId"]
            assert copied[ssin]["applications"] == user["applications"]
    # A domain has one access manager: the chief access managers of the merged centre appoint who it will be.
    assert merged.get(API, "/domains/maatschappelijkWelzijn/accessManagers").status_code == 404


def test_r15_scenario_2_users_of_the_disappearing_centre_come_to_the_kept_number(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-11-01")
    keeper, disappearing = portal.acting_for(HASSELT), portal.acting_for(KORTESSEM)
    before, coming = users(keeper), users(disappearing)
    managers = keeper.get(API, "/domains/maatschappelijkWelzijn/accessManagers").json()
    organization = keeper.get(API).json()
    assert (organization["nisCode"], organization["accessCopied"]) == ("71022", False)
    controls.set_clock(portal.database, "2025-01-01")
    organization = keeper.get(API).json()
    assert (organization["nisCode"], organization["name"]) == ("71072", "OCMW Hasselt")
    after = users(keeper)
    assert {ssin: after[ssin] for ssin in before} == before
    assert set(after) == {*before, *coming}
    assert {after[ssin]["createdBy"] for ssin in set(coming) - set(before)} == {"rsz"}
    assert users(disappearing) == coming
    assert keeper.get(API, "/domains/maatschappelijkWelzijn/accessManagers").json() == managers
    assert set(chiefs(disappearing)) <= set(chiefs(keeper))


def test_r15_access_that_was_updated_before_the_copy_is_what_is_copied(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-11-01")
    centre = portal.acting_for(GALMAARDEN)
    gone, *_ = users(centre).values()
    assert centre.delete(API, f"{USERS}/{gone['id']}").status_code == 204
    controls.set_clock(portal.database, "2025-01-01")
    assert gone["ssin"] not in users(portal.acting_for(PAJOTTEGEM))


def test_r15_who_worked_at_two_centres_gets_what_they_had_at_either(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-11-01")
    one, other = portal.acting_for(GALMAARDEN), portal.acting_for(GOOIK)
    someone = {"ssin": "85073003328", "roles": ["Raadpleger"]}
    one.call("POST", API, USERS, json={**someone, "applications": ["Uniek verslag"], "blocked": True})
    other.call("POST", API, USERS, json={**someone, "applications": ["E-Box Onderneming"]})
    controls.set_clock(portal.database, "2025-01-01")
    found = users(portal.acting_for(PAJOTTEGEM))["85073003328"]
    assert found["applications"] == ["E-Box Onderneming", "Uniek verslag"]
    assert (found["roles"], found["blocked"]) == (["Raadpleger"], False)


def test_r15_domains_are_copied_in_the_order_of_their_list(
    portal_at: Callable[[str], Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set's order differs from process to process, and numbers are given on the way."""
    portal = portal_at("2024-12-31")
    centre = portal.acting_for(GALMAARDEN)
    domains = [one["code"] for one in reference.items("domains")]
    for domain in domains:
        someone = {"ssin": "85073003328", "roles": ["Raadpleger"], "applications": []}
        assert centre.call("POST", API, f"/domains/{domain}/users", json=someone).status_code == 201
    with monkeypatch.context() as patched:
        patched.setattr("emulator.reference.codes", lambda _: tuple(reversed(domains)))
        controls.set_clock(portal.database, "2025-01-01")
    with closing(store.connect(portal.database)) as connection:
        rows = connection.execute(
            "SELECT kind FROM resources WHERE organization = ? AND created_by = 'rsz' AND kind LIKE 'users/%'"
            " ORDER BY seq",
            (PAJOTTEGEM,),
        ).fetchall()
    assert list(dict.fromkeys(kind.removeprefix("users/") for (kind,) in rows)) == domains


def test_what_falls_due_is_done_once_whoever_moves_the_clock(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")

    def move(_: int) -> list[str]:
        try:
            return controls.set_clock(portal.database, "2025-01-05")
        except clock.ClockError:
            return []

    with ThreadPoolExecutor(8) as pool:
        done = [line for lines in pool.map(move, range(8)) for line in lines]
    assert len(done) == len(set(done)) == 52


def test_jumping_over_everything_and_going_step_by_step_end_alike(portal_at: Callable[[str], Portal]) -> None:
    seeded_after, jumped, stepped = portal_at("2025-02-03"), portal_at("2024-11-01"), portal_at("2024-11-01")
    controls.set_clock(jumped.database, "2025-02-03")
    for _ in range(94):
        controls.advance_clock(stepped.database, 1)

    def state(portal: Portal) -> object:
        centre = portal.acting_for(PAJOTTEGEM)
        return centre.get(API).json(), users(centre), chiefs(centre)

    assert state(seeded_after) == state(jumped) == state(stepped)


# -- a clock that runs ------------------------------------------------------------------------------------------------


class WallClock:
    """Ours, in the portal's eyes; it only goes where a test puts it."""

    def __init__(self) -> None:
        self.seconds = float(int(time.time()))  # now: clients sign in by it

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    ours = WallClock()
    monkeypatch.setattr("emulator.clock.time_module.time", ours)
    return ours


def test_a_clock_runs_so_many_times_as_fast_and_stops(portal: Portal, wall: WallClock) -> None:
    running = portal.http.put("/rehearsal/v1/clock", json={"running": 3600}).json()
    assert running == {"now": "2025-02-03T09:00:00+01:00", "running": 3600, "done": []}
    wall.seconds += 2.5
    assert portal.http.get("/rehearsal/v1/clock").json()["now"] == "2025-02-03T11:30:00+01:00"
    stopped = portal.http.put("/rehearsal/v1/clock", json={"running": 0}).json()
    assert (stopped["now"], stopped["running"]) == ("2025-02-03T11:30:00+01:00", 0)
    wall.seconds += 1000
    assert controls.get_clock(portal.database) == "2025-02-03T11:30:00+01:00"


def test_what_a_running_clock_passes_is_done_at_the_next_call(
    portal_at: Callable[[str], Portal], wall: WallClock
) -> None:
    """R12, R15: in order, whoever calls next; here a client at the portal."""
    portal, moved = portal_at("2024-12-31"), portal_at("2024-12-31")
    centre = portal.acting_for(PAJOTTEGEM)
    controls.run_clock(portal.database, 86400)
    assert centre.get(API).json()["status"] == "inactive"
    wall.seconds += 1
    found = centre.get(API).json()
    assert (found["status"], found["accessCopiedOn"]) == ("active", "2025-01-01")
    controls.set_clock(moved.database, "2025-01-01")
    assert users(centre) == users(moved.acting_for(PAJOTTEGEM))


def test_a_clock_that_stops_has_done_what_it_passed(
    portal_at: Callable[[str], Portal], wall: WallClock
) -> None:
    portal = portal_at("2024-12-31")
    controls.run_clock(portal.database, 3600)
    wall.seconds += 24
    done = controls.run_clock(portal.database, 0)
    assert len([line for line in done if "the RSZ copied" in line]) == 13
    assert controls.set_clock(portal.database, "2025-01-02") == []


def test_a_running_clock_can_be_moved_and_runs_on(portal: Portal, wall: WallClock) -> None:
    controls.run_clock(portal.database, 60)
    wall.seconds += 10
    controls.set_clock(portal.database, "2025-02-10")
    wall.seconds += 10
    assert controls.get_clock(portal.database) == "2025-02-10T09:10:00+01:00"
    assert controls.get_speed(portal.database) == 60
    with pytest.raises(clock.ClockError, match="cannot go back"):
        controls.set_clock(portal.database, "2025-02-10T09:05")


def test_our_own_clock_set_back_does_not_set_the_portals_back(portal: Portal, wall: WallClock) -> None:
    controls.run_clock(portal.database, 60)
    wall.seconds -= 100
    assert controls.get_clock(portal.database) == "2025-02-03T09:00:00+01:00"


def test_a_clock_that_was_forgotten_stands_still_after_a_year(portal: Portal, wall: WallClock) -> None:
    controls.run_clock(portal.database, 86400)
    wall.seconds += 10_000_000
    assert controls.get_clock(portal.database) == "2026-02-04T09:00:00+01:00"


@pytest.mark.parametrize("times", [-1, 86401, float("inf"), float("nan")])
def test_a_clock_runs_at_a_speed_that_can_be_rehearsed(portal: Portal, times: float) -> None:
    with pytest.raises(clock.ClockError, match="times as fast"):
        controls.run_clock(portal.database, times)
    assert controls.get_speed(portal.database) == 0


def test_what_a_running_clock_passes_is_done_once_by_calls_at_once(
    portal_at: Callable[[str], Portal], wall: WallClock
) -> None:
    """Of the calls that find it due, one does it, and the others wait for that."""
    portal = portal_at("2024-12-31")
    centre = portal.acting_for(PAJOTTEGEM)
    controls.run_clock(portal.database, 86400)
    wall.seconds += 2
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: centre.get(API).json()["status"], range(16)))
    assert set(seen) == {"active"}
    with closing(store.connect(portal.database)) as connection:
        times = connection.execute(
            "SELECT kind, data, count(*) FROM events WHERE done AND kind <> 'day' GROUP BY 1, 2"
        ).fetchall()
        days = connection.execute(
            "SELECT due_at, count(*) FROM events WHERE kind = 'day' GROUP BY due_at HAVING count(*) > 1"
        ).fetchall()
    assert {count for *_, count in times} == {1}
    assert days == []
    assert {user["createdBy"] for user in users(centre).values()} == {"rsz"}


def test_a_running_clock_is_advanced_by_nothing_at_all(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its present is looked at once: between two looks it would have moved, and found itself in the past."""
    looks = itertools.count(1_764_000_000)
    monkeypatch.setattr("emulator.clock.time_module.time", lambda: float(next(looks)))
    with closing(store.connect(portal.database)) as connection:
        with store.transaction(connection):
            clock.run(connection, 1)
        assert clock.advance(connection, 0) == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_passes_while_a_call_waits_is_done_before_it(
    portal_at: Callable[[str], Portal], wall: WallClock, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """A rehearsed delay, as a slow body, takes the call past the merger: it finds it done."""
    portal = portal_at("2024-12-31")
    centre = portal.acting_for(PAJOTTEGEM)
    controls.add_fault(portal.database, controls.Rule(kind="latency", delay_ms=1000))
    controls.run_clock(portal.database, 86400)

    async def sleep(seconds: float) -> None:
        wall.seconds += seconds

    monkeypatch.setattr("emulator.endpoints.asyncio.sleep", sleep)
    if method == "GET":
        assert centre.get(API).json()["accessCopiedOn"] == "2025-01-01"
    else:
        assert centre.create("ocmwConfiguration", "/mutations", {"receive": []}).status_code == 201
    assert controls.journal(portal.database)[-1]["at"] == "2025-01-01T09:00:00+01:00"


def test_no_moment_is_past_a_thing_that_is_still_to_be_done(
    portal_at: Callable[[str], Portal], wall: WallClock
) -> None:
    """Between catching up and its transaction a call may wait for others: it then counts as just before."""
    portal = portal_at("2024-12-31")
    controls.run_clock(portal.database, 86400)
    with closing(store.connect(portal.database)) as connection:
        wall.seconds += 1
        assert clock.now(connection).isoformat() == "2024-12-31T23:59:59+01:00"
        clock.catch_up(connection)
        assert clock.now(connection).isoformat() == "2025-01-01T09:00:00+01:00"


# -- a long way ---------------------------------------------------------------------------------------------------


def test_who_dies_on_the_way_leaves_an_earlier_moment_and_another_goes_on(
    portal_at: Callable[[str], Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = portal_at("2024-12-31"), portal_at("2024-12-31")

    def dies(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("emulator.events.EFFECTS", {**events.EFFECTS, "accessCopy": dies})
        with pytest.raises(KeyboardInterrupt):
            controls.set_clock(broken.database, "2025-02-03")
    assert controls.get_clock(broken.database) == "2025-01-01T00:00:00+01:00"
    centre = broken.acting_for(PAJOTTEGEM)
    assert (centre.get(API).json()["status"], users(centre)) == ("active", {})
    controls.set_clock(broken.database, "2025-02-03")
    controls.set_clock(whole.database, "2025-02-03")
    assert users(centre) == users(whole.acting_for(PAJOTTEGEM))


@pytest.mark.parametrize("over_http", [False, True])
def test_others_write_while_the_clock_goes_a_long_way(
    portal_at: Callable[[str], Portal], monkeypatch: pytest.MonkeyPatch, over_http: bool
) -> None:
    """Each moment on the way is a transaction of its own."""
    portal, reached = portal_at("2025-02-03"), []
    effect = events.EFFECTS["day"]

    def day(connection: sqlite3.Connection, data: Mapping[str, Any], at: datetime) -> str | None:
        with closing(store.connect(portal.database)) as other:
            reached.append(clock.now(other).isoformat())
        return effect(connection, data, at)

    monkeypatch.setattr("emulator.events.EFFECTS", {**events.EFFECTS, "day": day})
    if over_http:
        answer = portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 2}).json()
        assert answer["now"] == "2025-02-05T09:00:00+01:00"
    else:
        controls.advance_clock(portal.database, 2)
    assert reached == ["2025-02-03T09:00:00+01:00", "2025-02-04T07:00:00+01:00"]
