"""Whatever others did before at the portal, and whatever the file says: what the first preview says of each thing is what
its `up` does. Without the engine."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from providers.first_look import ADOPTED, BASELINE, CHANGED, MADE, WAITS
from schemas.loading import load_declaration
from tests.providers import resource_harness
from tests.torture.properties.actions import Action
from tests.torture.properties.edit_sequences import sequences
from tests.torture.properties.first_previews import preview_and_apply
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.kept_plans import PlanAndUp
from tests.torture.properties.local_changes import LostState
from tests.torture.properties.search import FACTOR, SEED
from tests.torture.properties.simulated_engine import convert_quickly
from tests.torture.properties.world import CHECKOUT

FUSIONS = sorted(path.stem for path in (CHECKOUT / "fusions").glob("*.yaml"))
MOMENTS = ("2024-11-01", "2025-01-02", "2025-02-03")
EXAMPLES = 3


@pytest.mark.parametrize("fusion", FUSIONS)
def test_the_first_preview_says_what_its_up_does(
    fusion: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05, R15-R21, R27-R36, R50-R59."""
    monkeypatch.setattr(resource_harness, "on_the_wire", convert_quickly)
    position = FUSIONS.index(fusion)
    new = load_declaration(CHECKOUT / "fusions" / f"{fusion}.yaml").scenario == 1
    start = Template(tmp_path, fusion, MOMENTS[position % len(MOMENTS)], beyond=not new)
    counts: Counter[str] = Counter()

    @seed(SEED * 100 + position)
    @settings(
        max_examples=EXAMPLES * FACTOR,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.booleans(), sequences())
    def whatever_was_done_before(applied: bool, actions: list[Action]) -> None:
        deeds = [action for action in actions if not isinstance(action, PlanAndUp)]
        note(f"applied = {applied!r}; deeds = {deeds!r}")
        with start.open_copy(applied=applied) as world:
            for action in [*deeds, LostState()]:
                action.apply(world)
            preview_and_apply(world, counts)

    print(f"PROPERTIES_SEED={SEED} PROPERTIES_FACTOR={FACTOR}")  # noqa: T201 - shown when it fails
    whatever_was_done_before()
    print(dict(counts))  # noqa: T201 - as above
    assert counts["plans"] >= 1, counts
    assert all(counts[outcome] for outcome in (ADOPTED, BASELINE, CHANGED)), counts
    assert counts[MADE] + counts[WAITS], counts
