"""A clock that runs, and one that goes a long way: what falls due is done in order, once, and in nobody's way."""

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

from emulator import controls
from emulator.calendar import clock, events
from emulator.core import store
from tests.emulator.conftest import (
    PAJOTTEGEM,
    Acting,
    Portal,
)

API = "accessManagement"
USERS = "/domains/maatschappelijkWelzijn/users"
HERNE = "0212218182"


def users(centre: Acting) -> dict[str, dict[str, Any]]:
    """The users by INSZ."""
    return {user["ssin"]: user for user in centre.get(API, USERS).json()["items"]}


def chiefs(centre: Acting) -> list[str]:
    return [one["ssin"] for one in centre.get(API, "/chiefAccessManagers").json()["chiefAccessManagers"]]


class WallClock:
    """Ours, in the portal's eyes; it only goes where a test puts it."""

    def __init__(self) -> None:
        self.seconds = float(int(time.time()))  # now: clients sign in by it

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    ours = WallClock()
    monkeypatch.setattr("emulator.calendar.clock.time_module.time", ours)
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
    done = [one.line for one in controls.run_clock(portal.database, 0)]
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
    monkeypatch.setattr("emulator.calendar.clock.time_module.time", lambda: float(next(looks)))
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

    monkeypatch.setattr("emulator.web.endpoints.asyncio.sleep", sleep)
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
        patched.setattr("emulator.calendar.events.EFFECTS", {**events.EFFECTS, "accessCopy": dies})
        with pytest.raises(KeyboardInterrupt):
            controls.set_clock(broken.database, "2025-02-03")
    assert controls.get_clock(broken.database) == "2025-01-01T00:00:00+01:00"
    centre = broken.acting_for(PAJOTTEGEM)
    assert [centre.get(API).json()[name] for name in ("status", "accessCopied")] == ["active", False]
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

    monkeypatch.setattr("emulator.calendar.events.EFFECTS", {**events.EFFECTS, "day": day})
    if over_http:
        answer = portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 2}).json()
        assert answer["now"] == "2025-02-05T09:00:00+01:00"
    else:
        controls.advance_clock(portal.database, 2)
    assert reached == ["2025-02-03T09:00:00+01:00", "2025-02-04T07:00:00+01:00"]
