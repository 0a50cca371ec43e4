"""What is retained of access, and the writes of the same run: in whatever order they come, the next look finds what this one
did."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from providers import session
from providers.retained import Retained
from providers.settings import embedded_database
from stacks.planned import Planned
from tests.providers.conftest import Portal, portal, settings, template
from tests.stacks.conftest import shipped
from tests.torture.properties.simulated_engine import Stack

__all__ = ["portal", "template"]

GALMAARDEN = "0212212343"
ORDERS = 50
ACCESS_KINDS = ("chiefAccessManagers", "accessManagers", "users")


def planned_at_galmaarden() -> list[Planned]:
    """Its access, of which the declaration manages parts: one user is not there yet. And what is retained of it."""
    at_galmaarden = shipped("pajottegem").at(GALMAARDEN)
    written = [item for item in at_galmaarden if not issubclass(item.resource, Retained)]
    looked_at = [item for item in at_galmaarden if item.props.get("kind") in ACCESS_KINDS]
    needed = {name for item in looked_at for name in item.after}
    return [
        *(item for item in written if item.name in needed or "-maatschappelijkWelzijn-" in item.name),
        *looked_at,
    ]


def shuffled(planned: list[Planned], seed: int) -> list[Planned]:
    """An order that the plan allows: the engine works at several resources at once."""
    chance = random.Random(seed)  # noqa: S311 - the order can be had again
    left = list(planned)
    ordered: list[Planned] = []
    while left:
        done = {item.name for item in ordered}
        ready = [item for item in left if done.issuperset(item.after)]
        ordered.append(chance.choice(ready))
        left.remove(ordered[-1])
    return ordered


def start_anew(template: Path) -> None:
    """The portal as it was at first; a copy costs a tenth of a reset."""
    session.close()
    database = embedded_database()
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    shutil.copyfile(template, database)
    session.configure(settings(deadline_seconds=60))


def test_no_order_of_a_runs_writes_shows_in_the_next_look(portal: Portal, template: Path) -> None:
    """R05, R22: before, the preview after some runs showed a refresh of all users as if rights went away."""
    planned = planned_at_galmaarden()
    assert {item.props.get("kind") for item in planned} >= set(ACCESS_KINDS)
    for seed in range(ORDERS):
        start_anew(template)
        stack = Stack()
        assert stack.up(shuffled(planned, seed)) == []
        found = {item.name: dict(stack.kept[item.name].life.outs) for item in planned}
        stack.refresh()
        for item in planned:
            assert stack.kept[item.name].life.outs == found[item.name], f"{item.name}, order {seed}"
