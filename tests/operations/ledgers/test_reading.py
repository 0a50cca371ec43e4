"""A ledger read back: how a run ended, what is uncertain, what is passed over."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from operations.ledgers.model import Ending, Outcome, Run
from operations.ledgers.reading import read_ledger
from providers import ledger
from schemas.errors import FusionError
from stacks.beginning import moment_of
from tests.operations.ledgers.written import AT, PATH, RUN, STACK, THING, asked, begin, line, write

PLANNED = line(
    "planned", things={THING: "Pajottegem, sender", "1010784738/Mutations": "Pajottegem, mutations"}
)
ENDED = line("ended")


def read(root: Path, *lines: str) -> Run:
    write(root, *lines)
    (run,) = read_ledger(root, STACK).runs
    return run


@pytest.mark.parametrize(
    ("lines", "ending", "counts"),
    [
        ([ENDED, PLANNED, line("reached", thing=THING)], Ending.KILLED, {"asItIs": 1, "notAttempted": 1}),
        (
            [PLANNED, asked("a"), line("left")],
            Ending.KILLED,
            {"unfinished": 1, "notAttempted": 1, "uncertain": 1},
        ),
        ([PLANNED, line("reached", thing=THING), ENDED], Ending.BROKEN_OFF, {"asItIs": 1, "notAttempted": 1}),
        ([ENDED], Ending.NOT_APPLIED, {}),
        ([], Ending.NOT_BEGUN, {}),
        ([line("orphaned")], Ending.KILLED, {}),
        ([line("stopped", why="no portal")], Ending.REFUSED, {}),
        (
            [PLANNED, line("step", thing=THING, step="create", came="failed", why="no"), ENDED],
            Ending.FAILED,
            {"failed": 1, "notAttempted": 1},
        ),
        (
            [
                line("planned", things={THING: "x"}),
                line("reached", thing=THING),
                line("alarm", why="expired"),
                ENDED,
            ],
            Ending.FAILED,
            {"asItIs": 1},
        ),
        (
            [line("planned", things={THING: "x"}), line("reached", thing=THING), ENDED],
            Ending.DONE,
            {"asItIs": 1},
        ),
    ],
)
def test_how_a_run_ended(tmp_path: Path, lines: list[str], ending: Ending, counts: dict[str, int]) -> None:
    run = read(tmp_path, begin(), *lines)
    assert (run.ending, run.counts) == (ending, counts)


def test_a_run_whose_process_lives_is_under_way_and_another_of_its_number_is_none(tmp_path: Path) -> None:
    own = os.getpid()
    assert read(tmp_path, begin(process=own, started=moment_of(own))).ending is Ending.UNDER_WAY
    earlier = begin(process=own, started="an earlier one")
    assert read(tmp_path, earlier, PLANNED).ending is Ending.KILLED
    assert read(tmp_path, earlier).ending is Ending.NOT_BEGUN


@pytest.mark.parametrize("operation", ["refresh", "destroy"])
def test_an_orderly_end_of_what_has_no_plan_does_not_say_that_it_came_to_all(
    tmp_path: Path, operation: str
) -> None:
    """The provider host of the preview ends so too, to which somebody then said no; and so does an interrupted one."""
    failed = line("step", thing=THING, step="read", came="failed", why="answered 500")
    assert read(tmp_path, begin(operation=operation), ENDED).ending is Ending.ENDED
    assert read(tmp_path, begin(operation=operation), REMOVED, ENDED).ending is Ending.ENDED
    assert read(tmp_path, begin(operation=operation), failed, ENDED).ending is Ending.FAILED


REMOVED = line("step", thing=THING, step="delete", came="removed")
STEP_FAILED = line("step", thing=THING, step="create", came="failed", why="answered 500")


@pytest.mark.parametrize(
    ("operation", "result", "lines", "ending"),
    [
        ("up", "passed", [PLANNED, line("reached", thing=THING), ENDED], Ending.DONE),
        ("refresh", "passed", [ENDED], Ending.DONE),
        ("destroy", "passed", [], Ending.DONE),  # nothing stood in the state, so no provider was needed
        ("refresh", "failed", [ENDED], Ending.FAILED),
        ("up", "failed", [line("planned", things={THING: "x"}), line("reached", thing=THING), ENDED], Ending.FAILED),
        ("up", "failed", [PLANNED, STEP_FAILED, ENDED], Ending.FAILED),
        ("up", "failed", [], Ending.NOT_BEGUN),
        ("up", "failed", [line("stopped", why="no portal")], Ending.REFUSED),
        ("up", "failed", [PLANNED, line("orphaned")], Ending.KILLED),
        ("up", "failed", [PLANNED, line("reached", thing=THING)], Ending.KILLED),
        ("up", "interrupted", [PLANNED, ENDED], Ending.BROKEN_OFF),
        ("up", "interrupted", [ENDED], Ending.NOT_APPLIED),  # in its preview
        ("destroy", "interrupted", [ENDED], Ending.NOT_APPLIED),
        ("destroy", "interrupted", [REMOVED, ENDED], Ending.BROKEN_OFF),
        ("destroy", "interrupted", [asked("a"), ENDED], Ending.BROKEN_OFF),
        ("refresh", "interrupted", [ENDED], Ending.BROKEN_OFF),  # of its preview nothing is noted that would tell
        ("up", "interrupted", [], Ending.NOT_BEGUN),
        ("up", "killed", [PLANNED, ENDED], Ending.KILLED),
    ],
)  # fmt: skip
def test_what_fusion_tells_of_the_engines_end_goes_first(
    tmp_path: Path, operation: str, result: str, lines: list[str], ending: Ending
) -> None:
    told = line("result", result=result, why="", counts={})
    assert read(tmp_path, begin(operation=operation), *lines, told).ending is ending
    elsewhere = begin(operation=operation, host=f"not-{socket.gethostname()}")
    assert read(tmp_path, elsewhere, *lines, told).ending is ending


def test_why_the_engine_failed_is_told_where_no_thing_says_it(tmp_path: Path) -> None:
    told = line("result", result="failed", why="locked by els@elsewhere", counts={"same": 3})
    run = read(tmp_path, begin(), told)
    assert (run.why, run.counted) == (["locked by els@elsewhere"], {"same": 3})
    assert read(tmp_path, begin(), PLANNED, STEP_FAILED, ENDED, told).why == []
    assert read(tmp_path, begin(), PLANNED, line("alarm", why="expired"), ENDED, told).why == ["expired"]


@pytest.mark.parametrize(
    ("lines", "wrote"),
    [
        ([ENDED], True),
        ([line("alarm", why="expired"), ENDED], True),
        ([STEP_FAILED, ENDED], False),
        ([ENDED, line("result", result="passed")], True),
        ([line("alarm", why="expired"), ENDED, line("result", result="failed", why="1 error")], True),
        ([ENDED, line("result", result="failed", why="no space left on device")], False),
        ([ENDED, line("result", result="interrupted", why="broken off")], False),
    ],
)
def test_whether_a_run_came_to_write_its_outputs(tmp_path: Path, lines: list[str], wrote: bool) -> None:
    planned = [line("planned", things={THING: "x"}), line("reached", thing=THING)]
    assert read(tmp_path, begin(), *planned, *lines).wrote_outputs is wrote
    assert not read(tmp_path, begin(operation="refresh"), *planned, *lines).wrote_outputs


def test_of_a_run_on_another_machine_nobody_knows(tmp_path: Path) -> None:
    elsewhere = begin(host=f"not-{socket.gethostname()}", process=os.getpid())
    assert read(tmp_path, elsewhere).ending is Ending.UNKNOWN
    assert read(tmp_path, elsewhere, PLANNED).ending is Ending.UNKNOWN
    for end in ("orphaned", "left"):
        assert read(tmp_path, elsewhere, PLANNED, line(end)).ending is Ending.KILLED
    assert read(tmp_path, elsewhere, line("planned", things={}), ENDED).ending is Ending.DONE


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (line("answered", call="a", status=201), Outcome.DONE),
        (line("answered", call="a", status=400), Outcome.REFUSED),
        (line("answered", call="a", status=412), Outcome.REFUSED),
        (line("answered", call="a", status=401), Outcome.REFUSED),
        (line("answered", call="a", status=429), Outcome.UNCERTAIN),
        (line("answered", call="a", status=503), Outcome.UNCERTAIN),
        (line("answered", call="a", status=504), Outcome.UNCERTAIN),
        (line("answered", call="a"), Outcome.UNCERTAIN),
        (line("unanswered", call="a", sent=True, why="ReadTimeout"), Outcome.UNCERTAIN),
        (line("unanswered", call="a", sent=False, why="ConnectError"), Outcome.NOT_SENT),
    ],
)
def test_what_an_answer_says_of_its_call(tmp_path: Path, answer: str, outcome: Outcome) -> None:
    """A repeat may come after the write was made (docs/reliability.md), so what is repeated says nothing."""
    run = read(tmp_path, begin(), asked("a"), answer)
    assert [call.outcome for call in run.things[0].calls] == [outcome]
    assert len(run.uncertain) == (outcome is Outcome.UNCERTAIN)


def test_a_cut_line_is_counted_and_takes_no_other_along(tmp_path: Path) -> None:
    write(tmp_path, begin(), asked("a"), line("answered", call="a", status=201)[:30], line("ended"))
    found = read_ledger(tmp_path, STACK)
    assert (found.unread, len(found.runs), len(found.runs[0].uncertain)) == (1, 1, 1)


def test_what_a_later_version_wrote_is_passed_over(tmp_path: Path) -> None:
    run = read(tmp_path, begin(colour="blue"), line("weather", rain=[1]), asked("a", size=7), '"text"', "[]")
    assert [call.method for call in run.things[0].calls] == ["PUT"]
    assert read_ledger(tmp_path, STACK).unread == 2


def test_the_same_call_again_is_another_attempt_and_in_the_next_step_another_call(tmp_path: Path) -> None:
    step = line("step", thing=THING, step="update", came="changed")
    run = read(tmp_path, begin(), asked("a"), asked("b"), step, asked("c"))
    assert [call.attempt for call in run.things[0].calls] == [1, 2, 1]


@pytest.mark.parametrize(
    ("first", "attempts"),
    [
        ([line("answered", call="a", status=200)], [1, 1]),
        ([line("answered", call="a", status=412)], [1, 1]),
        ([line("answered", call="a", status=401)], [1, 2]),
        ([line("answered", call="a", status=504)], [1, 2]),
        ([line("unanswered", call="a", sent=False, why="ConnectError")], [1, 2]),
        ([], [1, 2]),
    ],
)
def test_only_what_has_no_sure_answer_is_repeated(
    tmp_path: Path, first: list[str], attempts: list[int]
) -> None:
    """Batches of one thing go to one path, each once."""
    run = read(tmp_path, begin(), asked("a"), *first, asked("b"))
    assert [call.attempt for call in run.things[0].calls] == attempts


def test_there_is_none(tmp_path: Path) -> None:
    assert read_ledger(tmp_path, STACK).runs == []


def test_one_that_cannot_be_read_is_not_empty(tmp_path: Path) -> None:
    ledger.file_of(tmp_path, STACK).mkdir(parents=True)
    with pytest.raises(FusionError, match="cannot be read: Is a directory"):
        read_ledger(tmp_path, STACK)


def test_every_prefix_of_a_ledger_can_be_read_and_tells_no_more_than_there_is(tmp_path: Path) -> None:
    """Whatever moment a machine goes down at, and at whatever byte."""
    lines = [begin(), PLANNED, asked("a"), line("answered", call="a", status=201)]
    lines.append(line("step", thing=THING, step="create", came="made"))
    whole = "".join(f"\n{one}" for one in lines)
    file = ledger.file_of(tmp_path, STACK)
    file.parent.mkdir(parents=True)
    for end in range(len(whole) + 1):
        file.write_text(whole[:end])
        found = read_ledger(tmp_path, STACK)
        known = [one for one in lines if whole[:end].endswith(one) or f"{one}\n" in whole[:end]]
        came = {thing.name: thing.came for run in found.runs for thing in run.things}
        uncertain = [call.sent_as for run in found.runs for call in run.uncertain]
        assert (came.get(THING) == "made") == (lines[4] in known)
        assert uncertain == (["a"] if lines[2] in known and lines[3] not in known else [])


def test_moments_and_words_for_programs(tmp_path: Path) -> None:
    run = read(tmp_path, begin(), PLANNED, asked("a"))
    told: dict[str, Any] = json.loads(json.dumps(run.as_json()))
    assert (told["run"], told["began"]) == (RUN, AT)
    (call,) = told["things"][0]["calls"]
    assert (call["path"], call["centre"], call["sentAs"], call["settled"]) == (PATH, "1010784738", "a", "")
    assert told["counts"] == {"unfinished": 1, "notAttempted": 1, "uncertain": 1}
