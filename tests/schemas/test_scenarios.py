"""What each scenario requires, as a table: R02–R09, R23, R24."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.declaration import SCREENS
from schemas.document import parse
from schemas.loading import examine
from schemas.scenarios import NEEDED_IN_1, NO_ACTION_IN_2_AND_3, dossier_centres, is_left_by_2_and_3
from schemas.systems import Application, System

CASES = Path(__file__).parent / "cases"
SECTIONS_OF_1 = ["access", "accounts", *SCREENS]


def case(name: str) -> str:
    return (CASES / f"{name}.yaml").read_text("utf-8")


def rules(text: str) -> list[str]:
    return [finding.rule for finding in examine(parse(text, "testdorp.yaml"))[1]]


def section(text: str, key: str) -> str:
    """A top-level section's lines."""
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next((n for n in range(start + 1, len(lines)) if lines[n][0] not in " #\n"), len(lines))
    return "".join(lines[start:end])


@pytest.mark.parametrize("key", SECTIONS_OF_1)
def test_scenario_1_needs_each_section(key: str) -> None:
    text = case("good-scenario-1")
    without = text.replace(section(text, key), "")
    assert set(rules(without)) == {"R03"}


@pytest.mark.parametrize("key", ["sender", "ftp", "rest"])
def test_scenario_1_needs_each_account(key: str) -> None:
    text = case("good-scenario-1")
    accounts = section(text, "accounts")
    kept: list[str] = []
    skipping = False
    for line in accounts.splitlines(keepends=True):
        if line.startswith("  ") and not line.startswith("   "):
            skipping = line.startswith(f"  {key}:")
        if not skipping:
            kept.append(line)
    assert rules(text.replace(accounts, "".join(kept))) == ["R03"]


@pytest.mark.parametrize("scenario", ["2", "3"])
@pytest.mark.parametrize("key", [str(path[0]) for path, _ in NO_ACTION_IN_2_AND_3])
def test_scenarios_2_and_3_need_nothing_of_it(scenario: str, key: str) -> None:
    extra = section(case("good-scenario-1"), key)
    text = case(f"good-scenario-{scenario}") + extra
    assert rules(text) == ["R04"]
    assert rules(text + "beyondScenario: {reason: a new supplier}\n") == []


def test_the_two_lists_are_about_the_same_systems() -> None:
    assert {path[0] for path, _ in NO_ACTION_IN_2_AND_3} == {path[0] for path, _ in NEEDED_IN_1} - {"access"}


def test_what_a_kept_number_leaves_is_all_of_two_applications() -> None:
    left = [system for system in System if is_left_by_2_and_3(system)]
    two = (Application.CHAMAN, Application.CONFIGURATION)
    assert left == [system for system in System if system.application in two]
    assert len(left) > len(SCREENS)


@pytest.mark.parametrize(
    ("scenario", "centres"), [(1, ["Alfa", "Beta"]), (2, ["Alfa", "Beta"]), (3, ["Beta"])]
)
def test_whose_dossiers_move(scenario: int, centres: list[str]) -> None:
    fusion, _ = examine(parse(case(f"good-scenario-{scenario}"), "testdorp.yaml"))
    assert fusion is not None
    assert dossier_centres(fusion) == centres


def test_the_day_of_the_fusion_may_be_past() -> None:
    text = case("good-scenario-2").replace("2025-01-01", "2019-01-01")
    assert rules(text) == []
