"""How far each step is: by the engine's own preview where there is one, for what a plan knows; else by what people noted.

Nothing is compared here: a thing is done when the preview leaves it as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from operations.plans.model import FusionPlan, Line, Outcome, StepCounts, WaitingFor
from operations.runbooks.manual.step import Kind, Who
from operations.runbooks.notes import Note
from operations.runbooks.steps import ASKS_NOTHING, FusionSteps, Todo

_AS_IT_SHOULD_BE = frozenset({Outcome.UNCHANGED, Outcome.ADOPTED, Outcome.NOTHING, Outcome.BASELINE})
_THE_CENTRE = "the centre"
"""Whom work of people waits for: whoever reads the runbook."""


class State(Enum):
    """How far, as a message."""

    DONE = "done"
    WAITS = "cannot be done yet"
    OPEN = "to do"
    NOTHING = "no action needed"
    NOTE = "to know"


@dataclass(frozen=True)
class Standing:
    """How far a step is.

    :param outcome: what a run would do to it, where the preview says that.
    :param note: what people noted; with a preview that says otherwise, `contradicted`.
    :param lines: what the preview says of its things.
    """

    state: State
    outcome: Outcome | None = None
    waiting: WaitingFor | None = None
    note: Note | None = None
    contradicted: bool = False
    lines: tuple[Line, ...] = ()


def standings(
    steps: FusionSteps, preview: FusionPlan | None, notes: Mapping[str, Note]
) -> Mapping[str, Standing]:
    """Of each step, by id. Without a preview, or with one that failed, only people know."""
    lines = None
    if preview is not None and not preview.failed:
        lines = {line.name: line for line in preview.lines}
    return {todo.id: _standing(todo, lines, notes.get(todo.id)) for todo in steps.todos}


def count(told: Sequence[Standing]) -> StepCounts:
    """How many are how far."""
    states = Counter(one.state for one in told)
    return StepCounts(
        total=len(told),
        done=states[State.DONE],
        # What the portal says has an outcome, whatever people noted of it.
        noted=sum(one.state is State.DONE and one.outcome is None for one in told),
        waits=states[State.WAITS],
        open=states[State.OPEN],
    )


def is_known_to_portal(todo: Todo) -> bool:
    """Whether a preview says how far it is."""
    return bool(todo.things or todo.line)


def _standing(todo: Todo, lines: Mapping[str, Line] | None, note: Note | None) -> Standing:
    if lines is None or not is_known_to_portal(todo):
        if todo.step.kind is not Kind.ACTION:
            return Standing(State.NOTHING if todo.step.kind is Kind.NOTHING else State.NOTE)
        return Standing(State.DONE if note else State.OPEN, note=note)
    if todo.line is not None:  # what was noted of it was noted of something else: it was declared then
        if todo.line.outcome in ASKS_NOTHING:
            return Standing(State.NOTE, lines=(todo.line,))
        return replace(_of_line(todo.line, todo), lines=(todo.line,))
    told = tuple(lines[thing.name] for thing in todo.things if thing.name in lines)
    found = [_of_line(lines.get(thing.name), todo) for thing in todo.things]
    # The worst of several things: what is open, then what waits.
    worst = max(found, key=lambda one: (State.DONE, State.WAITS, State.OPEN).index(one.state))
    if worst.state is State.DONE and todo.step.who is Who.NOBODY:
        return Standing(State.NOTHING, lines=told)
    contradicted = note is not None and worst.state is not State.DONE
    return Standing(worst.state, worst.outcome, worst.waiting, note, contradicted, told)


def _of_line(line: Line | None, todo: Todo) -> Standing:
    if line is None:  # a plan counts what stays as it is, and lists what does not
        return Standing(State.DONE, Outcome.UNCHANGED)
    waiting, waits = line.waiting, line.outcome is Outcome.WAITS
    if not waits and line.outcome not in _AS_IT_SHOULD_BE:
        return Standing(State.OPEN, line.outcome, waiting)
    if waiting is None and not waits:
        return Standing(State.DONE, line.outcome)
    for_reader = todo.is_for_people and waiting is not None and waiting.whom == _THE_CENTRE
    return Standing(State.OPEN if for_reader else State.WAITS, None, waiting)
