"""Portal time, and what falls due when it passes (R12, R15, R27)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from emulator import controls
from emulator.calendar import clock
from emulator.core import reference, store
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
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-01T00:00")]
    assert len([line for line in done if "is active" in line]) == 13
    found = centre.get(API).json()
    assert (found["status"], found["accessCopied"]) == ("active", False)
    assert centre.get(API, USERS).json()["reason"] == "accessNotCopied"
    done = [one.line for one in controls.set_clock(portal.database, "2025-01-01")]
    assert len([line for line in done if "the RSZ copied" in line]) == 13
    assert centre.get(API).json()["accessCopiedOn"] == "2025-01-01"


def test_r15_scenario_1_the_new_number_gets_chief_access_managers_and_users_of_all_and_they_keep_theirs(
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
        patched.setattr("emulator.core.reference.codes", lambda _: tuple(reversed(domains)))
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

    def move(_: int) -> list[controls.Happening]:
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
