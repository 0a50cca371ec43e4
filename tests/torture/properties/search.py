"""How long to look, from which seed: few sequences in `make test`, many in `make properties`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, Phase, given, note, seed, settings

from tests.torture.properties.actions import Action
from tests.torture.properties.sequences import Place, sequences
from tests.torture.properties.world import OpenWorld, World

FACTOR = int(os.environ.get("PROPERTIES_FACTOR", "1"))
SEED = int(os.environ.get("PROPERTIES_SEED", "0"))


@dataclass(frozen=True)
class Subject:
    """One fusion: the centres that disappear, whether channels and configuration are set up, and whether by declaring more
    than its scenario asks for, so that each section can leave; and which accesses in the file are cleaned up."""

    fusion: str
    centres: Sequence[str]
    channels: bool
    keeper: str = ""
    beyond: bool = False
    cleaned: Sequence[Place] = ()


PAJOTTEGEM = Subject("pajottegem", ("Galmaarden", "Gooik", "Herne"), channels=True)
HASSELT = Subject("hasselt", ("Kortessem",), channels=False, keeper="Hasselt")
HASSELT_BEYOND = replace(HASSELT, channels=True, beyond=True)
ANTWERPEN = Subject(
    "antwerpen",
    ("Borsbeek",),
    channels=False,
    keeper="Antwerpen",
    cleaned=[("access",), ("merging", 1, "access")],
)


def _apply(action: Action, world: World) -> None:
    action.apply(world)


def search(
    subject: Subject,
    begin: OpenWorld,
    examples: int,
    lengths: tuple[int, int],
    *,
    shrink: bool = True,
    apply: Callable[[Action, World], None] = _apply,
) -> None:
    """Try sequences until one breaks what must be true after every `up`; that is raised, as short as it gets."""
    shortest, longest = lengths
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)

    @seed(SEED)
    @settings(
        max_examples=examples * FACTOR,
        deadline=None,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences(subject, shortest, longest))
    def whatever_came_before(actions: list[Action]) -> None:
        note(f"actions = {actions!r}")
        with begin() as world:
            for action in actions:
                apply(action, world)

    print(f"PROPERTIES_SEED={SEED} PROPERTIES_FACTOR={FACTOR}")  # noqa: T201 - shown when it fails
    whatever_came_before()
