"""Everything that `truths` asks of the portal's tables after an `up`, beside what is declared and what is retained."""

from __future__ import annotations

from dataclasses import dataclass

from tests.properties.awaited import not_awaited
from tests.properties.channels import not_as_declared
from tests.properties.gone import Key, makers, not_gone
from tests.properties.moved import Form, forms, not_moved
from tests.properties.world import World


@dataclass(frozen=True)
class Before:
    """What the portal had before the `up`."""

    forms: dict[str, Form]
    makers: dict[Key, str]

    @classmethod
    def of(cls, world: World) -> Before:
        return cls(forms(world), makers(world))


def untrue(world: World, before: Before, *, removals: bool) -> list[str]:
    """:param removals: whether the `up` came to what left the declaration; else the next one has to."""
    found = [*not_moved(world, before.forms), *not_awaited(world), *not_as_declared(world)]
    if removals:
        found += not_gone(world, before.makers)
        world.standing = []
    world.standing.append(world.fusion)
    return found


def waits_for_people(world: World, change: str) -> bool:
    """Whether a preview shows it for as long as people do nothing: forms that the portal refused stay in the plan."""
    step, _, name = change.partition(" ")
    return step == "update" and bool(world.outputs().get(name, {}).get("refused"))
