"""`fusion emulator clock`: what it prints where, how it moves and runs, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import controls
from tests.operations.conftest import Fusion


def test_the_clock_says_what_time_it_is_at_the_portal(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock").out == "2024-12-02T09:00:00+01:00\n"


def test_set_forward_it_tells_what_happened_on_the_way(database: Path, fusion: Fusion) -> None:
    """R12, R15; on stderr, so that a script reads the moment alone."""
    ran = fusion("emulator", "clock", "--set", "2025-01-01")
    assert (ran.code, ran.out) == (0, "2025-01-01T09:00:00+01:00\n")
    assert "2025-01-01: OCMW Pajottegem (1010784738) is active, NIS 23106" in ran.err.splitlines()
    assert "the RSZ copied access to 1010784738" in ran.err


def test_it_advances_by_days(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock", "--advance", "10").out == "2024-12-12T09:00:00+01:00\n"
    assert controls.get_clock(database).startswith("2024-12-12")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "2024-11-01"), "cannot go back"),
        (("--set", "tomorrow"), "not a date"),
        (("--advance", "-1"), "cannot go back"),
        (("--advance", "99999999"), "beyond the calendar"),
    ],
)
def test_a_clock_that_cannot_be_set_says_why(
    database: Path, fusion: Fusion, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = fusion("emulator", "clock", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert sentence in ran.err
    assert controls.get_clock(database).startswith("2024-12-02")


def test_the_clock_runs_and_stops(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "clock", "--run", "3600")
    assert (ran.code, ran.err) == (0, "running, 3600 times as fast as ours\n")
    assert controls.get_speed(database) == 3600
    assert fusion("emulator", "clock", "--stop").err == ""
    assert controls.get_speed(database) == 0
    fusion("emulator", "clock", "--run")
    assert controls.get_speed(database) == 60


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--run", "100000"), "error: a clock runs 0 (it stands still) to 86400 times as fast as ours\n"),
        (("--run", "60", "--stop"), "either --run or --stop"),
        (("--run", "soon"), "--run"),
    ],
)
def test_a_clock_that_cannot_run_so_says_why(
    database: Path, fusion: Fusion, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = fusion("emulator", "clock", *arguments)
    assert ran.code == 1
    assert sentence in ran.err
    assert controls.get_speed(database) == 0
