"""How an engine ended goes into its own run, and into no other."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from operations.ledgers.model import Ending
from operations.ledgers.reading import read_ledger
from operations.ledgers.results import Result, count_done, note_result
from operations.recovery.processes import MARGIN
from providers import ledger
from tests.operations.ledgers.written import AT, NOBODY, RUN, STACK, THING, begin, line, write

LATER = "20250204T080000Z-1"
PLANNED = line("planned", things={THING: "Pajottegem, sender"})


BEGAN = datetime.fromisoformat(AT)


def note(root: Path, process: int = NOBODY, why: str = "", began: datetime = BEGAN) -> str:
    return note_result(root, STACK, process, began, Result.PASSED, why, {"create": 1})


def test_it_is_a_line_of_the_run_that_began_as_that_process(tmp_path: Path) -> None:
    write(
        tmp_path,
        begin(process=NOBODY + 1),
        PLANNED,
        begin(LATER),
        line("step", LATER, thing=THING, came="made"),
    )
    assert note(tmp_path) == LATER
    first, second = read_ledger(tmp_path, STACK).runs
    assert (first.ending, second.ending, second.counted) == (Ending.KILLED, Ending.DONE, {"create": 1})
    assert count_done(tmp_path, STACK, LATER) == second.counts == {"made": 1}


def test_of_two_runs_of_one_number_it_is_the_last(tmp_path: Path) -> None:
    write(tmp_path, begin(), begin(LATER))
    assert note(tmp_path) == LATER


def test_an_earlier_run_of_the_same_number_was_anothers(tmp_path: Path) -> None:
    """As in containers, where numbers are small: the engine here was stopped before it began one."""
    write(tmp_path, begin(), PLANNED)
    assert note(tmp_path, began=BEGAN + MARGIN + timedelta(seconds=1)) == ""
    (run,) = read_ledger(tmp_path, STACK).runs
    assert run.ending is Ending.KILLED
    assert note(tmp_path, began=BEGAN + MARGIN) == RUN, "clocks are set now and then"


def test_a_run_that_kept_no_ledger_gets_none(tmp_path: Path) -> None:
    assert note(tmp_path) == ""
    assert not ledger.file_of(tmp_path, STACK).exists()
    write(tmp_path, begin(host="elsewhere"))
    assert note(tmp_path) == ""
    assert count_done(tmp_path, STACK, "") == {}


def test_why_it_failed_is_one_line_without_an_insz(tmp_path: Path) -> None:
    write(tmp_path, begin())
    note(tmp_path, why="two\nlines about 85.07.30-033.28")
    told = json.loads(ledger.file_of(tmp_path, STACK).read_text().splitlines()[-1])
    assert (told["run"], told["result"]) == (RUN, "passed")
    assert "033" not in told["why"]
    assert "\n" not in told["why"]
