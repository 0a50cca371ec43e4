"""Everything that `invariants` asks of the portal's tables after an `up`, beside what is declared and what is retained."""

from __future__ import annotations

from dataclasses import dataclass

from tests.torture.properties.channel_invariants import find_channel_breaches
from tests.torture.properties.dossier_invariants import Form, find_wrong_moves, read_forms
from tests.torture.properties.removal_invariants import Key, find_wrong_removals, read_makers
from tests.torture.properties.waiting_invariants import find_wrong_waiting
from tests.torture.properties.world import World


@dataclass(frozen=True)
class Snapshot:
    """What the portal had before the `up`."""

    forms: dict[str, Form]
    makers: dict[Key, str]

    @classmethod
    def of(cls, world: World) -> Snapshot:
        return cls(read_forms(world), read_makers(world))


def find_breaches(world: World, before: Snapshot, *, removals: bool) -> list[str]:
    """:param removals: whether the `up` came to what left the declaration; else the next one has to."""
    found = [
        *find_wrong_moves(world, before.forms),
        *find_wrong_waiting(world),
        *find_channel_breaches(world),
    ]
    if removals:
        found += find_wrong_removals(world, before.makers)
        world.standing = []
    world.standing.append(world.fusion)
    return found


def waits_for_people(world: World, change: str) -> bool:
    """Whether a preview shows it for as long as people do nothing: forms that the portal refused, and a request that the
    supplier did, stay in the plan."""
    step, _, name = change.partition(" ")
    outputs = world.outputs().get(name, {})
    return step == "update" and (bool(outputs.get("refused")) or outputs.get("status") == "refused")
