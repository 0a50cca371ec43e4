"""A fusion of which each `up` is held to the plan before it: edits, other people's changes, plans, on all thirteen files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from providers.dossiers import Dossiers
from providers.pending_work import PendingWork
from providers.retained import Retained
from schemas.declaration import Fusion
from stacks.planned import Planned
from tests.support import portal_tables
from tests.torture.properties.actions import Action
from tests.torture.properties.first_previews import find_unlike, read_writes
from tests.torture.properties.in_process_world import InProcessWorld
from tests.torture.properties.local_changes import LostState
from tests.torture.properties.plan_truth import Promise
from tests.torture.properties.portal_facts import Facts, Role, read_facts
from tests.torture.properties.simulated_engine import REFUSED, Step
from tests.torture.properties.world import World, ssin

_READERS = (Retained, PendingWork, Dossiers)


def sets_something(item: Planned) -> bool:
    """Whether it is about access, an account or a setting; the others look, or move forms."""
    return not issubclass(item.resource, _READERS)


@dataclass(frozen=True)
class PlanAndUp:
    """`pulumi up`, held to its plan by `lead`."""

    def apply(self, world: World) -> None:
        raise NotImplementedError


def lead(world: InProcessWorld, actions: list[Action], *, applied: bool, counts: Counter[str]) -> None:
    """Do all of it, and see at each `PlanAndUp` that what happened is what the plan named.

    :param applied: whether the stack has what is declared at first.
    """
    named = _named(world.fusion) if applied else set[Role]()
    for action in actions:
        if isinstance(action, PlanAndUp):
            left = named - _named(world.fusion)
            if not _keep_plan(world, left, counts):
                return
            there = {role[:3] for role in _facts(world).roles}
            named = _named(world.fusion) | {one for one in left if one[:3] in there}
            continue
        before = world.data
        action.apply(world)
        if isinstance(action, LostState):
            named = set()
        counts["edits" if world.data is not before else "other deeds"] += 1


def _keep_plan(world: InProcessWorld, left: set[Role], counts: Counter[str]) -> bool:
    """Whether the plan was one that may be applied."""
    before, planned = _facts(world), world.planned()
    try:
        steps = world.stack.preview(planned)
    except AssertionError:  # what `check` refuses
        counts["refused plans"] += 1
        return False
    if any(_lets_too_many_go(step) for step in steps):
        counts["refused plans"] += 1
        return False
    assert _facts(world) == before, "a preview wrote something"
    promise = Promise.of(steps, planned, _names(world))
    written = len(read_writes(world.database))
    errors = [error for error in world.up() if REFUSED not in error]
    world.applied = world.data
    after = _facts(world)
    counts["plans"] += 1
    counts["differences"] += len(before.roles ^ after.roles) + len(before.rights ^ after.rights)
    counts["losses"] += len(promise.losses)
    counts["stays"] += len(promise.stays)
    wrong = list(promise.find_untold(before, after))
    if not errors:
        wrong += promise.find_untrue(before, after)
        wrong += promise.find_unsaid_stays(left, before, after)
        wrong += find_unlike(steps, world.stack.kept, read_writes(world.database)[written:])
    assert wrong == [], wrong
    for error in errors:  # it did less than its plan, and nothing else
        counts[f"failed: {error[:120]}"] += 1
    return not errors


def _lets_too_many_go(step: Step) -> bool:
    """What `stacks.clean_up_report` ends a preview with (R24)."""
    return step.kind == "CleanedUp" and len(step.news["leaving"]) > step.news["atMost"]


def _facts(world: World) -> Facts:
    numbers = {world.fusion.ocmw.kbo, *(centre.kbo for centre in world.fusion.merging)}
    return read_facts(world.database, numbers)


def _names(world: World) -> dict[str, frozenset[str]]:
    """How a plan may call people: by their key, or by the start of the portal's own number."""
    known = {who: {f"portal:{person[:8]}"} for person, who in portal_tables.read_people(world.database)}
    for key in world.people:
        known.setdefault(ssin(key), set()).add(key)
    return {who: frozenset(names) for who, names in known.items()}


def _named(fusion: Fusion) -> set[Role]:
    """Everybody whom the file names, by centre and domain; as what is of no account."""
    found = set()
    numbers = {fusion.ocmw.kbo: fusion.access, **{one.kbo: one.access for one in fusion.disappearing}}
    for number, access in numbers.items():
        for place, key in access.people() if access else ():
            domain = str(place[1]) if place[0] == "domains" else ""
            found.add(Role(number, domain, ssin(key), ""))
    return found
