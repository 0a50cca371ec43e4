"""Whatever sequence of edits, drift, time and trouble came before: after `up` a preview shows no change, the portal has what
is declared, and what is retained is as it was, byte by byte. Without the engine; `test_engine` is the same with it."""

import pytest

from tests.providers import resource_harness
from tests.torture.properties.conftest import Templates
from tests.torture.properties.search import ANTWERPEN, HASSELT, HASSELT_BEYOND, PAJOTTEGEM, Subject, search
from tests.torture.properties.simulated_engine import convert_quickly, inputs_of


@pytest.mark.parametrize(
    ("subject", "moment", "examples"),
    [
        (PAJOTTEGEM, "2024-11-01", 12),
        (PAJOTTEGEM, "2025-02-03", 8),
        (HASSELT_BEYOND, "2024-11-01", 14),
        (ANTWERPEN, "2024-11-01", 14),
    ],
    ids=["pajottegem-november", "pajottegem-february", "hasselt-beyond", "antwerpen"],
)
def test_after_every_up_all_is_in_sync_and_what_is_retained_as_it_was(
    template: Templates, subject: Subject, moment: str, examples: int
) -> None:
    """R05, R22, R39."""
    start = template(subject.fusion, moment, beyond=subject.beyond)
    search(subject, start.open_copy, examples, lengths=(0, 6))


@pytest.mark.parametrize("subject", [PAJOTTEGEM, HASSELT], ids=lambda one: one.fusion)
def test_the_quick_wire_is_the_engines(
    subject: Subject, template: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = template(subject.fusion, "2025-02-03")
    monkeypatch.undo()
    with start.open_copy() as world:
        for item in world.planned():
            assert convert_quickly(inputs_of(item)) == resource_harness.on_the_wire(inputs_of(item))
