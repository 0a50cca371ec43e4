"""Where a stack stands, by the events that the engine sends, and the result that comes of them."""

from __future__ import annotations

import pytest

from operations.fleet.results import Ending, Operation, StackResult
from operations.fleet.standing import Standing
from tests.operations.fleet.events import begins, done, message, stack_outputs, summary_of


@pytest.fixture
def standing() -> Standing:
    begun = Standing("pajottegem", Operation.UP)
    begun.begin(Operation.UP)
    return begun


def test_before_its_beginning_a_stack_waits() -> None:
    waiting = Standing("pajottegem", Operation.UP)
    assert (waiting.is_under_way, waiting.result, waiting.seconds) == (False, None, 0.0)


def test_first_the_portal_is_read_then_things_are_written(standing: Standing) -> None:
    standing.note(begins("pajottegem-contact", "refresh"))
    assert standing.doing == "reading the portal"
    standing.note(begins("pajottegem-ftp-account", "update"))
    assert (standing.doing, standing.resource) == ("applying", "pajottegem-ftp-account")


def test_what_is_the_same_or_only_read_is_no_change(standing: Standing) -> None:
    for step in ("refresh", "same", "create", "update", "read"):
        standing.note(done("pajottegem-ftp-account", step))
    assert (standing.steps.total(), standing.changed) == (5, 2)


def test_the_engines_own_counts_are_the_results(standing: Standing) -> None:
    standing.note(done("pajottegem-ftp-account", "refresh"))
    standing.note(summary_of({"create": 2, "same": 40}))
    result = standing.end(Ending.PASSED)
    assert result.counts == {"create": 2, "same": 40}
    assert result.changes == 2
    assert not standing.is_under_way


def test_without_them_it_is_what_was_done_so_far(standing: Standing) -> None:
    standing.note(done("pajottegem-ftp-account", "create"))
    assert standing.end(Ending.INTERRUPTED, "broken off").counts == {"create": 1}


def test_a_failure_says_what_the_engine_says_but_not_that_the_program_ended(standing: Standing) -> None:
    standing.note(message("error", "an unhandled error occurred: program exited with non-zero exit code: 1"))
    standing.note(message("error", "fusions/pajottegem.yaml:3:1: kbo: no enterprise number"))
    assert (
        standing.end(Ending.FAILED, "code 255").error
        == "fusions/pajottegem.yaml:3:1: kbo: no enterprise number"
    )


def test_a_failure_without_a_word_of_the_engine_says_how_it_ended(standing: Standing) -> None:
    assert standing.end(Ending.FAILED, "the portal does not answer").error == "the portal does not answer"


def test_what_was_broken_off_does_not_blame_the_engine(standing: Standing) -> None:
    standing.note(message("error", "update canceled"))
    assert standing.end(Ending.INTERRUPTED, "broken off").error == "broken off"


def test_a_warning_that_comes_again_is_told_once(standing: Standing) -> None:
    for _ in range(2):
        standing.note(message("warning", "luc.hermans is no longer chief access manager (R15, R16)"))
    standing.note(message("info", "the portal was looked at"))
    assert list(standing.end(Ending.PASSED).warnings) == [
        "luc.hermans is no longer chief access manager (R15, R16)"
    ]


def test_the_stacks_outputs_come_with_its_own_event(standing: Standing) -> None:
    standing.note(stack_outputs({"summary": {"created": 7}}))
    assert standing.end(Ending.PASSED).outputs == {"summary": {"created": 7}}


def test_of_a_preview_before_an_up_nothing_is_left(standing: Standing) -> None:
    standing.note(message("warning", "of the preview"))
    standing.note(summary_of({"create": 9}))
    standing.begin(Operation.UP)
    result = standing.end(Ending.PASSED)
    assert (result.warnings, dict(result.counts)) == ((), {})


def test_for_programs_a_result_has_no_outputs() -> None:
    result = StackResult(
        "tielt", Operation.UP, Ending.PASSED, {"create": 2}, seconds=1.234, outputs={"supplier": "x"}
    )
    assert result.as_json() == {
        "stack": "tielt",
        "operation": "up",
        "ending": "passed",
        "counts": {"create": 2},
        "warnings": (),
        "error": "",
        "seconds": 1.2,
        "because": "",
        "healed": (),
        "run": "",
        "did": {},
        "changes": 2,
    }
