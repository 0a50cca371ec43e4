"""How long to look, from which seed: few sequences in `make test`, many in `make properties`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, note, seed, settings

from tests.properties.actions import Action
from tests.properties.sequences import Place, sequences
from tests.properties.world import Opened

FACTOR = int(os.environ.get("PROPERTIES_FACTOR", "1"))
SEED = int(os.environ.get("PROPERTIES_SEED", "0"))


@dataclass(frozen=True)
class Subject:
    """One fusion: the centres that disappear, whether channels and configuration are set up, and which accesses in the file
    are cleaned up."""

    fusion: str
    centres: Sequence[str]
    channels: bool
    cleaned: Sequence[Place] = ()


PAJOTTEGEM = Subject("pajottegem", ("Galmaarden", "Gooik", "Herne"), channels=True)
HASSELT = Subject("hasselt", ("Kortessem",), channels=False)
ANTWERPEN = Subject(
    "antwerpen", ("Borsbeek",), channels=False, cleaned=[("access",), ("merging", 1, "access")]
)


def search(
    subject: Subject, begin: Opened, examples: int, lengths: tuple[int, int], *, shrink: bool = True
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
    @given(
        sequences(
            subject.centres,
            channels=subject.channels,
            cleaned=subject.cleaned,
            shortest=shortest,
            longest=longest,
        )
    )
    def whatever_came_before(actions: list[Action]) -> None:
        note(f"actions = {actions!r}")
        with begin() as world:
            for action in actions:
                action.apply(world)

    print(f"PROPERTIES_SEED={SEED} PROPERTIES_FACTOR={FACTOR}")  # noqa: T201 - shown when it fails
    whatever_came_before()
