"""What a run came to, for people: narrow enough for any terminal, and what must be known stands last."""

from __future__ import annotations

import pytest

from operations.fleet.report import report, sign_counts
from operations.fleet.results import Ending, Operation, StackResult

WARNING = "Pajottegem: luc.hermans is no longer chief access manager (R15, R16)"
LONGEST = "beveren-kruibeke-zwijndrecht.production"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def result(stack: str, ending: Ending = Ending.PASSED, error: str = "", **counts: int) -> StackResult:
    return StackResult(stack, Operation.UP, ending, counts, error=error, seconds=12.4)


def test_a_table_with_the_engines_signs_a_count_and_what_must_be_known() -> None:
    passed = StackResult(
        "pajottegem", Operation.UP, Ending.PASSED, {"create": 114, "same": 2}, [WARNING], seconds=13
    )
    refused = result("hasselt", Ending.FAILED, "the portal refuses this:\n  because", update=1)
    left = result("tielt", Ending.NOT_BEGUN, "nothing was begun: the run was interrupted")
    assert report(Operation.UP, [passed, refused, left], 25.2).splitlines() == [
        "stack         +  ~  -  =   s  ended",
        "----------  ---  -  -  -  --  ---------",
        "pajottegem  114  0  0  2  13  passed",
        "hasselt       0  1  0  0  12  failed",
        "tielt         0  0  0  0  12  not begun",
        "",
        "+ made, ~ changed, - taken away, = as it was",
        "1 of 3 stacks applied in 25 s",
        f"pajottegem: warning: {WARNING}",
        "hasselt: the portal refuses this:",
        "  because",
    ]


def test_what_the_runs_did_is_told_as_their_ledger_has_it_where_they_did_something() -> None:
    did = {"made": 3, "failed": 1, "notAttempted": 4}
    some = StackResult("hasselt", Operation.UP, Ending.FAILED, error="no", run="20250203T080000Z-1", did=did)
    quiet = StackResult("tielt", Operation.UP, Ending.PASSED, run="x", did={"asItIs": 40, "waiting": 2})
    assert report(Operation.UP, [some, quiet], 3).splitlines()[-2:] == [
        "hasselt: 3 made, 1 failed, 4 not attempted; `fusion log hasselt --run 20250203T080000Z-1` has all",
        "hasselt: no",
    ]


def test_a_preview_speaks_of_what_is_to_come() -> None:
    shown = report(Operation.PREVIEW, [result("tielt", create=1)], 3)
    assert "+ to make, ~ to change, - to take away, = as it is" in shown
    assert "1 of 1 stacks previewed in 3 s" in shown


def test_the_longest_name_leaves_room_for_all_numbers() -> None:
    long = result(LONGEST, Ending.INTERRUPTED, create=120, update=12, replace=3, delete=9, same=30)
    table = report(Operation.UP, [long, result("x", discard=1)], 1).split("\n\n")[0]
    assert table.splitlines()[2].startswith(LONGEST)
    assert max(map(len, table.splitlines())) <= 80


def test_nothing_to_run_is_said_without_a_table() -> None:
    assert report(Operation.PREVIEW, [], 0.2) == "0 of 0 stacks previewed in 0 s"


def test_no_step_that_the_engine_counts_is_left_out() -> None:
    counts = {"create": 1, "update": 2, "replace": 3, "create-replacement": 4, "same": 5, "read": 6}
    assert sign_counts(counts) == {"+": 1, "~": 2, "+-": 3, "*": 4, "=": 11}
