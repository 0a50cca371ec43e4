"""Whatever sequence of edits, drift, time and trouble came before: after `up` a preview shows no change, the portal has what
is declared, and what is retained is as it was, byte by byte. Without the engine; `test_engine` is the same with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.properties.actions import Action
from tests.properties.lives import declared, quickly_on_the_wire
from tests.properties.sequences import sequences
from tests.properties.small import Beginning
from tests.providers import life

# The centres that disappear, whether channels are set up, and how many sequences of what length `make test` tries.
FUSIONS = {
    "pajottegem": (("Galmaarden", "Gooik", "Herne"), True, 25),
    "hasselt": (("Kortessem",), False, 25),
}
LONGEST = 6
FACTOR = int(os.environ.get("PROPERTIES_FACTOR", "1"))
SEED = int(os.environ.get("PROPERTIES_SEED", "0"))


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Beginning]:
    @cache
    def made(fusion: str, moment: str) -> Beginning:
        folder: Path = tmp_path_factory.mktemp("properties") / fusion
        return Beginning(folder, fusion, moment)

    return made


@pytest.mark.parametrize("moment", ["2024-11-01", "2025-02-03"])
@pytest.mark.parametrize("fusion", FUSIONS)
def test_after_every_up_all_is_in_sync_and_what_is_retained_as_it_was(
    beginning: Callable[[str, str], Beginning], fusion: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05, R22, R39."""
    monkeypatch.setattr(life, "on_the_wire", quickly_on_the_wire)
    start = beginning(fusion, moment)
    centres, channels, examples = FUSIONS[fusion]

    @seed(SEED)
    @settings(
        max_examples=examples * FACTOR,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences(centres, channels=channels, longest=LONGEST))
    def whatever_came_before(actions: list[Action]) -> None:
        with start.begin() as world:
            for action in actions:
                action.apply(world)

    print(f"PROPERTIES_SEED={SEED}")  # noqa: T201 - shown when it fails
    whatever_came_before()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_the_quick_wire_is_the_engine_s(beginning: Callable[[str, str], Beginning], fusion: str) -> None:
    with beginning(fusion, "2025-02-03").begin() as world:
        for item in world.planned():
            assert quickly_on_the_wire(declared(item)) == life.on_the_wire(declared(item))
