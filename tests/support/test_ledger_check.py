"""What the ledger may say of an answer that never came whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operations.ledgers.model import Call, Ending, Outcome, Run, Thing
from tests.support.ledger_check import find_misjudged, find_untruths

PATH = "/REST/chaman/v1/organizations/1010784738/sender"
MOMENT = datetime(2025, 2, 3, tzinfo=UTC)


def _run(outcome: Outcome, status: int | None) -> list[Run]:
    call = Call(MOMENT, "1010784738", "PUT", PATH, 1, outcome, status, "")
    things = [Thing("x", "x", "1010784738", "made", calls=[call])]
    return [Run("1", "pajottegem", "up", "", "", MOMENT, MOMENT, Ending.DONE, things)]


@pytest.mark.parametrize(("fault", "may_tell"), [("cutOff", True), ("reset", False)])
def test_of_an_answer_that_was_cut_off_its_status_may_have_come(fault: str, may_tell: bool) -> None:
    """A served portal sends the head before it breaks off; the embedded one sends nothing."""
    description = f"{fault}, after the call was carried out"
    journal = [{"method": "PUT", "path": PATH, "status": 0, "outcome": 201, "fault": description}]
    told = _run(Outcome.DONE, 201)
    assert (find_untruths(journal, told) == []) == may_tell
    assert (find_misjudged(journal, told) == []) == may_tell
    assert find_untruths(journal, _run(Outcome.UNCERTAIN, None)) == []
    assert find_untruths(journal, _run(Outcome.DONE, 200))
