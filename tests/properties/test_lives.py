"""Whatever sequence of edits, drift, time and trouble came before: after `up` a preview shows no change, the portal has what
is declared, and what is retained is as it was, byte by byte. Without the engine; `test_engine` is the same with it."""

import pytest

from tests.properties.conftest import Beginnings
from tests.properties.lives import declared, quickly_on_the_wire
from tests.properties.search import ANTWERPEN, HASSELT, PAJOTTEGEM, Subject, search
from tests.providers import life

SUBJECTS = pytest.mark.parametrize("subject", [PAJOTTEGEM, HASSELT, ANTWERPEN], ids=lambda one: one.fusion)


@pytest.mark.parametrize("moment", ["2024-11-01", "2025-02-03"])
@SUBJECTS
def test_after_every_up_all_is_in_sync_and_what_is_retained_as_it_was(
    beginning: Beginnings, subject: Subject, moment: str
) -> None:
    """R05, R22, R39."""
    search(subject, beginning(subject.fusion, moment).begin, examples=20, lengths=(0, 6))


@SUBJECTS
def test_the_quick_wire_is_the_engine_s(
    subject: Subject, beginning: Beginnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = beginning(subject.fusion, "2025-02-03")
    monkeypatch.undo()
    with start.begin() as world:
        for item in world.planned():
            assert quickly_on_the_wire(declared(item)) == life.on_the_wire(declared(item))
