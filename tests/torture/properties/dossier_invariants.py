"""What is true of forms and attestations after every `up` (R06-R11, R70), read from the portal's own tables.

Nobody but people touches them before the day of the fusion, where people move them, and at a centre whose dossiers stay.
From that day on nothing of before runs at a declared centre, each that ended for the merger goes on, and a dossier once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from providers.dossiers import ATTESTATIONS, FORMS
from tests.support import portal_tables
from tests.torture.properties.world import World

KINDS = {FORMS: "form", ATTESTATIONS: "attestation"}


class Form(NamedTuple):
    id: str
    organization: str
    kind: str
    person_id: str
    quality_code: str
    reference: str
    start_date: str
    end_date: str | None
    locked_until: str | None
    predecessor: str | None
    successor: str | None
    planned_end: str | None
    stopped_for: str | None

    @property
    def ended_by_itself(self) -> bool:
        """Nobody said that it was for the merger, and no end of its own was cut short."""
        return self.planned_end is None and self.stopped_for is None

    @property
    def dossier(self) -> tuple[str, str, str, str]:
        return self.kind, self.person_id, self.quality_code, self.reference


Forms = Mapping[str, Form]


def read_forms(world: World) -> dict[str, Form]:
    """All of the fusion's, by id, in the order in which they were entered."""
    numbers = [world.number(""), *(centre.kbo for centre in world.fusion.merging)]
    rows = portal_tables.read_forms(world.database, Form._fields, numbers)
    return {row[0]: Form(*row) for row in rows}


def eve_of_merger(world: World) -> str:
    return (date.fromisoformat(world.original["takesEffect"]) - timedelta(days=1)).isoformat()


def find_wrong_moves(world: World, before: Forms) -> Iterator[str]:
    """What is otherwise than it should be, after an `up` that began with `before`."""
    after, moving, day = read_forms(world), _moving(world), world.original["takesEffect"]
    for id_ in {**before, **after}:
        if not _may_become(before.get(id_), after.get(id_), after, moving, eve_of_merger(world)):
            yield f"{before.get(id_)} became {after.get(id_)}"
    refused = _refused(world)
    for form in after.values():
        if form.organization not in moving or form.start_date >= day or form.id in refused:
            continue
        runs = form.end_date is None or form.end_date > eve_of_merger(world)
        if runs and not (form.locked_until and world.today < form.locked_until):
            yield f"{form} runs still, is not being handled, and was not refused"
        if form.end_date != eve_of_merger(world):
            continue
        if not form.ended_by_itself or declared_to_go_on(world, form):
            yield from _find_uncontinued(world, form, after)
        elif form.successor and form.successor not in before:
            yield f"{form} ended by itself, and was entered again though nobody said that it goes on"
    running = [form for form in after.values() if _runs_on(world, form)]
    twice = Counter(form.dossier for form in running)
    yield from (f"{form} runs twice" for form in running if not form.predecessor and twice[form.dossier] > 1)
    # Two centres may have the same dossier number: each goes on by itself.
    continued = Counter(
        (after[form.predecessor].organization, form.dossier) for form in running if form.predecessor
    )
    yield from (f"{dossier} goes on {number} times" for dossier, number in continued.items() if number > 1)


def declared_to_go_on(world: World, form: Form) -> bool | None:
    """What the declaration says of forms that ended by themselves at this one's centre; None: nothing."""
    declared = world.fusion.dossiers
    names = {centre.kbo: centre.name for centre in world.fusion.merging}
    said = [
        one.go_on for one in (declared.ended if declared else ()) if one.centre == names[form.organization]
    ]
    return said[0] if said else None


def _find_uncontinued(world: World, form: Form, after: Forms) -> Iterator[str]:
    successor = after.get(form.successor or "")
    if successor is None or successor.predecessor is None:
        yield f"{form} is not continued"
        return
    first = after[successor.predecessor]
    if first.id != form.id and (first.organization, first.dossier) != (form.organization, form.dossier):
        yield f"{form} goes on with {first}"
    place = (world.number(""), world.original["takesEffect"])
    if (successor.organization, successor.start_date) != place or successor.dossier != form.dossier:
        yield f"{form} goes on as {successor}"


def _moving(world: World) -> set[str]:
    """The numbers whose forms the software moves by now."""
    declared = world.fusion.dossiers
    if declared is None or declared.handled_by == "byHand" or world.today < world.original["takesEffect"]:
        return set()
    return {centre.kbo for centre in world.fusion.merging if centre.name in declared.centres}


def _may_become(was: Form | None, now: Form | None, after: Forms, moving: set[str], last_day: str) -> bool:
    if was == now:
        return True
    if now is None:
        return False
    predecessor = after[now.predecessor] if now.predecessor else None
    of_moving = predecessor is not None and predecessor.organization in moving
    if was is None:
        return of_moving
    if (
        was._replace(predecessor=now.predecessor) == now
    ):  # entered by hand, and now known as what continues it (R70)
        return was.predecessor is None and of_moving
    ran = was.end_date is None or was.end_date > last_day
    stopped = was.end_date == now.end_date or (ran and now.end_date == last_day)
    written = ("end_date", "successor", "planned_end", "stopped_for")
    same_otherwise = was._replace(**{name: getattr(now, name) for name in written}) == now
    return (
        now.organization in moving and stopped and same_otherwise and was.successor in (None, now.successor)
    )


def _runs_on(world: World, form: Form) -> bool:
    return form.organization == world.number("") and form.end_date is None


def _refused(world: World) -> set[str]:
    """Those of which the stack says that the portal refused them, and why."""
    return {
        id_
        for outputs in world.outputs().values()
        for one in outputs.get("refused") or ()
        if one.get("reason")
        for id_ in one["ids"]
    }
