"""Co-chief access managers: kept beside the chiefs, copied with them (R15, R16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import controls
from tests.emulator.conftest import (
    GALMAARDEN,
    GOOIK,
    HASSELT,
    KORTESSEM,
    PAJOTTEGEM,
    Acting,
    Portal,
    issues,
)
from tests.emulator.support.people import API, person

PATH = "/chiefAccessManagers"
BEFORE = "2024-12-31"


def people(chiefs: list[str], co_chiefs: list[str]) -> dict[str, Any]:
    return {
        "chiefAccessManagers": [person(key) for key in chiefs],
        "coChiefAccessManagers": [person(key) for key in co_chiefs],
    }


def kept(centre: Acting) -> dict[str, Any]:
    found = centre.get(API, PATH).json()
    return {
        name: [{"ssin": one["ssin"]} for one in found[name]]
        for name in ("chiefAccessManagers", "coChiefAccessManagers")
    }


def test_r16_co_chiefs_stand_beside_the_chiefs(galmaarden: Acting) -> None:
    assert galmaarden.get(API, PATH).json()["coChiefAccessManagers"] == []
    answer = galmaarden.replace(API, PATH, people(["x.els"], ["x.jan", "x.an"]))
    assert answer.status_code == 200
    assert len({one["personId"] for one in answer.json()["coChiefAccessManagers"]}) == 2
    assert kept(galmaarden) == people(["x.els"], ["x.jan", "x.an"])
    # Saved as a whole: who is left out is no co-chief any more.
    assert galmaarden.replace(API, PATH, {"chiefAccessManagers": [person("x.els")]}).status_code == 200
    assert kept(galmaarden) == people(["x.els"], [])


@pytest.mark.parametrize(
    ("chiefs", "co_chiefs", "expected"),
    [
        (["x.els"], ["x.els"], ("rejectedInput", "coChiefAccessManagers", "R16")),
        (["x.els"], ["x.jan", "x.jan"], ("rejectedInput", "coChiefAccessManagers", None)),
        ([], ["x.jan"], ("requiredInput", "chiefAccessManagers", "R15")),
    ],
)
def test_r15_r16_whom_co_chiefs_cannot_be(
    galmaarden: Acting, chiefs: list[str], co_chiefs: list[str], expected: tuple[str, str, str | None]
) -> None:
    before = kept(galmaarden)
    assert issues(galmaarden.replace(API, PATH, people(chiefs, co_chiefs))) == {expected}
    assert kept(galmaarden) == before


def test_r15_co_chiefs_are_copied_with_the_chiefs(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at(BEFORE)
    portal.acting_for(GALMAARDEN).replace(API, PATH, people(["x.els"], ["x.jan", "x.an"]))
    portal.acting_for(GOOIK).replace(API, PATH, people(["x.an"], ["x.jan", "x.els", "x.tom"]))
    controls.set_clock(portal.database, "2025-01-01")
    merged = kept(portal.acting_for(PAJOTTEGEM))
    assert {"ssin": person("x.els")["ssin"]} in merged["chiefAccessManagers"]
    assert person("x.an") in merged["chiefAccessManagers"]
    # Whoever is a chief of one of the centres is a chief there, and nobody is both.
    assert merged["coChiefAccessManagers"] == [person("x.jan"), person("x.tom")]


def test_r15_a_co_chief_who_becomes_a_chief_is_no_co_chief_any_more(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at(BEFORE)
    portal.acting_for(HASSELT).replace(API, PATH, people(["x.els"], ["x.jan", "x.an"]))
    portal.acting_for(KORTESSEM).replace(API, PATH, people(["x.jan"], []))
    controls.set_clock(portal.database, "2025-01-01")
    assert kept(portal.acting_for(HASSELT)) == people(["x.els", "x.jan"], ["x.an"])


def test_r15_the_copy_leaves_alone_what_has_nobody_to_add(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at(BEFORE)
    hasselt = portal.acting_for(HASSELT)
    chiefs = {"chiefAccessManagers": hasselt.get(API, PATH).json()["chiefAccessManagers"]}
    same = {"chiefAccessManagers": [{"ssin": one["ssin"]} for one in chiefs["chiefAccessManagers"]]}
    portal.acting_for(KORTESSEM).replace(API, PATH, same)
    before = hasselt.get(API, PATH)
    controls.set_clock(portal.database, "2025-01-01")
    after = hasselt.get(API, PATH)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])
