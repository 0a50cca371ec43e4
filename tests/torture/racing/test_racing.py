"""Two operators at one stack: nothing is lost, nothing is made twice, and nobody is told an untruth."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.support.backend_servers import serve_postgres
from tests.support.shared_workspace import name_backend
from tests.torture.kills.starting_points import FIRST
from tests.torture.racing.race import Operator, Race, Racing, draw, find_untruth

RACES = (
    Race(FIRST, 0, patient=(False, True), previews=False),
    Race(FIRST, 0.3, patient=(True, False), previews=False),
)


ELSEWHERE = Race(FIRST, 0.2, patient=(True, True), previews=False)


@pytest.fixture(scope="module")
def racing(tmp_path_factory: pytest.TempPathFactory) -> Racing:
    return Racing(tmp_path_factory.mktemp("races"))


@pytest.mark.parametrize("number", range(len(RACES)), ids=map(str, RACES))
def test_after_a_race_all_is_as_after_one_run(racing: Racing, number: int) -> None:
    result = racing.run(RACES[number], f"race-{number}")
    assert result.findings == []


def test_so_it_is_where_the_state_is_in_postgresql(racing: Racing) -> None:
    """The second waits for the first, which only the engine sees, and hears who that is."""
    with serve_postgres() as server:
        result = racing.run(ELSEWHERE, "race-elsewhere", server.make(name_backend()))
    assert (result.findings, result.endings, result.met) == ([], ("went well", "went well"), True)


def test_the_same_seed_draws_the_same_races_and_all_kinds() -> None:
    drawn = [draw(7, number) for number in range(100)]
    assert drawn == [draw(7, number) for number in range(100)]
    assert {race.patient for race in drawn} == {(a, b) for a in (True, False) for b in (True, False)}
    assert 20 < sum(race.head_start == 0 for race in drawn) < 80


def test_an_untruth_would_be_found() -> None:
    now = time.time()
    with subprocess.Popen(["true"]) as ended:
        other = Operator(ended, Path(), patient=True, engines={4711: now})
    at = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime(now))
    assert list(find_untruth(f"locked by els@here (process 4711), since {at}. Nothing was done", other)) == []
    assert list(find_untruth(f"x: created by els@here (pid 4711) at {at.replace(' ', 'T')}", other)) == []
    for untruth in (
        f"locked by els@here (process 4712), since {at}",
        "locked by els@here (process 4711), since 2025-02-03 09:00:00+00:00",
        "locked by somebody",
    ):
        assert list(find_untruth(untruth, other)), untruth
