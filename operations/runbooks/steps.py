"""The steps of one fusion: the manual's, for the things that its plan has and at the centres that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from operations.plans.model import FusionPlan, Line, Outcome
from operations.runbooks.blanks import Blanks
from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import At, Day, Kind, Step
from operations.runbooks.moments import BETWEEN, BY, FROM, Moment, moments_of
from schemas.declaration import Fusion
from stacks.plan import plan
from stacks.planned import Centre, Planned

NO_STEPS = {
    "access:DeclaredPeople": "remembers whom the file names, and writes nothing",
    "access:OperatorAccess": "guards who operates the stack; people by hand are none",
}
"""Kinds of resources that ask nothing of anybody."""
ASKS_NOTHING = frozenset({Outcome.LEFT, Outcome.NOTHING, Outcome.UNCHANGED})
"""What becomes of a thing where a line of its own is only to be known."""
_OWN_DAYS = {"access:CleanedUp": "confirmedOn", "access:Removed": "on"}
"""Inputs before whose day a thing may not be done."""


@dataclass(frozen=True)
class Todo:
    """A step of a fusion.

    :param id: what people call it; of one thing of the plan its engine's name.
    :param line: of something that only a preview has, what it says.
    """

    id: str
    step: Step
    centre: Centre | None = None
    things: tuple[Planned, ...] = ()
    line: Line | None = None

    @property
    def not_before(self) -> date | None:
        """A day of its own that the declaration sets."""
        days = [str(one.props[_OWN_DAYS[kind_of(one)]]) for one in self.things if kind_of(one) in _OWN_DAYS]
        return date.fromisoformat(max(days)) if days else None

    @property
    def is_for_people(self) -> bool:
        """Whether there is something to do, and so to tick off."""
        asks = self.line is None or self.line.outcome not in ASKS_NOTHING
        return self.step.kind is Kind.ACTION and asks


@dataclass(frozen=True)
class FusionSteps:
    """All steps of a fusion, in the manual's order, and its days."""

    fusion: Fusion
    todos: tuple[Todo, ...]
    moments: Mapping[Day, Moment]
    planned: tuple[Planned, ...]
    file: str

    def of(self, name: str) -> tuple[Todo, ...]:
        """Those of one of the manual's steps."""
        return tuple(todo for todo in self.todos if todo.step.name == name)

    def moment(self, todo: Todo) -> Moment | None:
        """When it is done. Its own day counts; a last day stands beside that, unless it is over by then."""
        moment = self.moments.get(todo.step.day) if todo.step.day else None
        own = todo.not_before
        if own is None:
            return moment
        if moment and moment.says == BY and own <= moment.last:
            return Moment(own, moment.last, BETWEEN)
        return Moment(own, own, FROM)

    def with_lines(self, preview: FusionPlan) -> FusionSteps:
        """Together with what only the preview has: what left the declaration, and what is told of people."""
        known = {thing.name for todo in self.todos for thing in todo.things}
        here = {centre.name: centre for centre in centres_of(self.fusion)}
        more = [
            Todo(line.name, _step_of(line), here.get(part.name), line=line)
            for part in preview.centres
            for system in part.systems
            for line in system.lines
            if line.name not in known
        ]
        order = {step.name: place for place, step in enumerate(STEPS)}
        todos = sorted((*self.todos, *more), key=lambda todo: order[todo.step.name])
        return replace(self, todos=tuple(todos))


def kind_of(thing: Planned) -> str:
    """The type of a planned thing, as a plan has it: `chaman:FtpAccount`."""
    name: str = thing.resource._resource_type_name
    return name.removeprefix("dynamic/")


def steps_of(fusion: Fusion, path: Path) -> FusionSteps:
    """The steps of the declaration in `path`."""
    planned = plan(fusion, Blanks(), path.parent)
    todos = tuple(
        todo for step in STEPS if fusion.scenario in step.scenarios for todo in _todos(step, fusion, planned)
    )
    return FusionSteps(fusion, todos, moments_of(fusion), tuple(planned), f"fusions/{path.name}")


def centres_of(fusion: Fusion) -> list[Centre]:
    """The merged centre, then the disappearing ones, as the plan has them."""
    merged = Centre(fusion.name, fusion.ocmw.kbo, "keeping" if fusion.keeper else "merged")
    return [merged, *(Centre(one.name, one.kbo, "disappearing") for one in fusion.disappearing)]


def _step_of(line: Line) -> Step:
    """The step about what is no more than a line of a preview."""
    about = [step for step in STEPS if step.leaving is not None and line.type.startswith(step.leaving)]
    return max(about, key=lambda step: len(step.leaving or ""))


def _todos(step: Step, fusion: Fusion, planned: Sequence[Planned]) -> Iterator[Todo]:
    if step.leaving is not None:
        return
    kinds = {kind_of(thing) for thing in planned}
    if not kinds.isdisjoint(step.without) or (step.needs and kinds.isdisjoint(step.needs)):
        return
    if not step.of:
        if step.at is At.FUSION:
            yield Todo(step.name, step)
            return
        for centre in centres_of(fusion):
            if centre.role in step.at.value:
                yield Todo(f"{centre.slug}-{step.name}", step, centre)
        return
    things = [thing for thing in planned if _is_of(step, thing)]
    if not step.together:
        yield from (Todo(thing.name, step, thing.centre, (thing,)) for thing in things)
        return
    for centre in dict.fromkeys(thing.centre for thing in things):
        here = tuple(thing for thing in things if thing.centre == centre)
        yield Todo(f"{centre.slug}-{step.name}", step, centre, here)


def _is_of(step: Step, thing: Planned) -> bool:
    if kind_of(thing) not in step.of or thing.centre.role not in step.at.value:
        return False
    if step.given is None:
        return True
    name, value = step.given
    return thing.props.get(name) not in (None, "") and value in ("", thing.props[name])
