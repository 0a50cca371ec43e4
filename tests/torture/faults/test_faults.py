"""Fleet runs at a portal that fails a fifth of the calls: plain reruns end well, all is as without faults, and the checks
notice what is not. `make faults` makes two hundred of them."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.core import journal, store
from operations.ledgers.model import Call, Ending, Outcome, Run, Thing
from providers import ledger
from tests.support import portal_tables
from tests.support.workspace import Workspace
from tests.torture.faults import fleet_run
from tests.torture.faults.figures import find_repeated, tell_figures
from tests.torture.faults.fleet_run import SHARE, FleetResult, FleetRun, Fleets, draw, find_untold
from tests.torture.faults.fleet_starts import DESTROY, DRIFT, HALF, STACKS, STARTS, FleetStarts

SEED = int(os.environ.get("FAULTS_SEED", "15"))
NUMBERS = tuple(map(STARTS.index, (HALF, DRIFT, DESTROY)))


@pytest.fixture(scope="module")
def fleets(tmp_path_factory: pytest.TempPathFactory) -> Fleets:
    return Fleets(FleetStarts(tmp_path_factory.mktemp("fleets")))


@pytest.mark.parametrize("number", NUMBERS, ids=[STARTS[number].replace(" ", "-") for number in NUMBERS])
def test_plain_reruns_end_well_and_all_is_as_without_faults(fleets: Fleets, number: int) -> None:
    """R05 among them: no write under a retained number."""
    print(f"FAULTS_SEED={SEED}")  # noqa: T201 - shown when it fails
    result = fleets.carry_out(draw(SEED, number), f"run-{number}")
    assert result.findings == []
    calls = [call for calls in result.calls for call in calls]
    faulty = sum("fault" in call for call in calls)
    assert SHARE / 2 < faulty / len(calls) < SHARE * 2
    assert tell_figures([result], SEED).count("| findings | 0 |") == 1


def test_what_a_run_lost_wrote_elsewhere_or_did_not_note_is_told(
    fleets: Fleets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of a run: a stack's account is gone, a user of the merged centre, and somebody wrote at a retained number."""

    def lose(workspace: Workspace, *_: Any) -> None:
        ledger.file_of(workspace.root, "tielt").unlink()
        portal_tables.delete_user(workspace.database, "1010782461")
        with closing(store.connect(workspace.database)) as connection:
            entry = journal.Entry(
                "PUT", "/REST/chaman/v1/organizations/0212201356/sender", "rehearsal", "0212201356"
            )
            journal.write(connection, "2025-02-03T09:00:00+01:00", entry, 200)

    monkeypatch.setattr(fleet_run, "_run_until_well", lose)
    findings = fleets.carry_out(draw(SEED, STARTS.index(DRIFT)), "lost").findings
    for expected in (
        "--expect-no-changes: 2",
        "users",
        "Nazareth: PUT /REST/chaman",
        "the ledger does not have",
    ):
        assert any(expected in finding for finding in findings), (expected, findings)


def test_the_same_seed_draws_the_same_runs_and_all_kinds() -> None:
    drawn = [draw(7, number) for number in range(120)]
    assert drawn == [draw(7, number) for number in range(120)]
    assert Counter(run.start for run in drawn) == dict.fromkeys(STARTS, 20)
    assert len({run.seed for run in drawn}) == 120
    assert {(run.previews, run.later) for run in drawn} == {
        (previews, later) for previews in (True, False) for later in fleet_run.LATER_SHARES
    }


def test_a_call_in_five_fails_whichever_way_it_is_drawn() -> None:
    run = FleetRun(DRIFT, previews=False, later=0.002, seed=4711)
    failing = [any(rule.fires(n) for rule in run.faults if not rule.path_pattern) for n in range(1, 4001)]
    assert 0.9 * SHARE < sum(failing) / len(failing) < 1.1 * SHARE


def _result(stack: str, ending: str = "passed", error: str = "") -> dict[str, Any]:
    return {"stack": stack, "ending": ending, "error": error}


def test_an_untold_end_would_be_found() -> None:
    well = [_result(stack) for stack in STACKS]
    told = "PUT /REST/chaman/v1/organizations/1/sender answered 429"
    assert list(find_untold(0, well, "")) == []
    assert list(find_untold(5, [*well[1:], _result("tielt", "failed", told)], "")) == []
    for code, stacks in (
        (0, well[1:]),
        (5, well),
        (0, [*well[1:], _result("tielt", "failed", told)]),
        (5, [*well[1:], _result("tielt", "failed", "it did not work")]),
        (5, [*well[1:], _result("tielt", "failed", f"{told}\nTraceback (most recent call last)")]),
    ):
        assert list(find_untold(code, stacks, "")), (code, stacks)


def _entry(method: str, path: str, fault: str = "") -> dict[str, Any]:
    return {"method": method, "path": path} | ({"fault": fault} if fault else {})


def test_what_was_asked_again_and_what_was_not_is_counted_by_fault() -> None:
    first = [_entry("GET", "/a", "reset"), _entry("PUT", "/a", "cutOff"), _entry("GET", "/a")]
    assert [call["fault"] for call in find_repeated(first)] == ["reset"]
    moment = datetime(2025, 2, 3, tzinfo=UTC)

    def call(outcome: Outcome, settled: str = "") -> Call:
        return Call(moment, "1", "PUT", "/a", 1, outcome, None, "", settled=settled)

    calls = [
        call(Outcome.DONE),
        call(Outcome.UNCERTAIN, "inThisRun"),
        call(Outcome.UNCERTAIN, "absent"),
        call(Outcome.UNCERTAIN),
    ]
    run = Run(
        "1", "tielt", "up", "", "", moment, moment, Ending.DONE, [Thing("x", "x", "1", "made", calls=calls)]
    )
    result = FleetResult(
        FleetRun(DRIFT, previews=False, later=0, seed=1), 1, [2, 3], [first, []], [run], ["one"]
    )
    figures = tell_figures([result], 9)
    for line in (
        "| calls that the portal got | 3 |",
        "| reset | 1 | 1 | 0 |",
        "| cutOff | 1 | 0 | 1 |",
        "| runs of a stack that failed, with the call and the way out | 1 |",
        "| of these without a sure answer | 3 |",
        "| settled by the same run | 1 |",
        "| still uncertain at the end | 1 |",
        "| settled by the next run: the portal does not have it | 1 |",
        f"| {DRIFT} | 1 | 0 | 1 |",
        "| findings | 1 |",
    ):
        assert line in figures, figures
