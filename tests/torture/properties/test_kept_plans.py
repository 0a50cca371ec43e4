"""For any edit of the thirteen files: who has which access, account and setting after `up` is what the plan before it named,
and nobody loses anything that it did not name. Without the engine."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from schemas.loading import load_declaration
from tests.providers import resource_harness
from tests.torture.properties.actions import Action
from tests.torture.properties.edit_sequences import sequences
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.kept_plans import lead, sets_something
from tests.torture.properties.search import FACTOR, SEED
from tests.torture.properties.simulated_engine import convert_quickly
from tests.torture.properties.world import CHECKOUT

FUSIONS = sorted(path.stem for path in (CHECKOUT / "fusions").glob("*.yaml"))
EXAMPLES = 8
ENOUGH = 8
"""Edits of each file, at least, that a review lets through."""


@pytest.mark.parametrize("fusion", FUSIONS)
def test_what_is_there_after_every_up_is_what_the_plan_named(
    fusion: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R15-R21, R24, R29-R36, R50."""
    monkeypatch.setattr(resource_harness, "on_the_wire", convert_quickly)
    new = load_declaration(CHECKOUT / "fusions" / f"{fusion}.yaml").scenario == 1
    moment = "2025-02-03" if FUSIONS.index(fusion) % 4 else "2024-11-01"
    # Of every other file a safety rule refuses some plans.
    excepted = FUSIONS.index(fusion) % 2 == 0
    start = Template(tmp_path, fusion, moment, beyond=not new, exceptions=excepted, choose=sets_something)
    counts: Counter[str] = Counter()

    # Another one for each file, so that not all have the same edits.
    @seed(SEED * 100 + FUSIONS.index(fusion))
    @settings(
        max_examples=EXAMPLES * FACTOR,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.booleans(), sequences())
    def whatever_is_edited(applied: bool, actions: list[Action]) -> None:
        note(f"applied = {applied!r}; actions = {actions!r}")
        with start.open_copy(applied=applied) as world:
            lead(world, actions, applied=applied, counts=counts)

    print(f"PROPERTIES_SEED={SEED} PROPERTIES_FACTOR={FACTOR}")  # noqa: T201 - shown when it fails
    whatever_is_edited()
    print(dict(counts))  # noqa: T201 - as above
    assert counts["edits"] >= ENOUGH, counts
