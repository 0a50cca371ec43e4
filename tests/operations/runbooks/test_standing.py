"""What is ticked off: by the engine's preview alone where it knows, else by people."""

from __future__ import annotations

from datetime import date

import pytest

from operations.plans.model import Counts, FusionPlan, Outcome
from operations.plans.reading import without_plan
from operations.plans.text import plain
from operations.runbooks.notes import Note
from operations.runbooks.standing import State
from operations.runbooks.steps import kind_of
from operations.runbooks.view import make_view
from tests.operations.plans.conftest import lines, planned
from tests.operations.runbooks.conftest import item, runbook, steps

BY_TOM = Note.model_construct(by="tom.maes", on=date(2025, 1, 6))
DONE = {Outcome.UNCHANGED, Outcome.ADOPTED, Outcome.NOTHING, Outcome.BASELINE}
NO_COUNTS = Counts(engine={}, groups=0, outcomes={}, waiting=0, retained=0)


@pytest.mark.parametrize("sample", ["first", "edits", "early", "alarms"])
def test_what_is_done_is_what_the_preview_leaves_as_it_is(sample: str) -> None:
    """Held to the plan's own lines: never a second opinion."""
    preview = planned(sample)
    told = {line.name: line for line in lines(preview)}
    made = runbook("pajottegem", preview)
    for todo in made.for_people:
        if not todo.things:
            continue
        (thing,) = todo.things
        line = told.get(thing.name)
        untouched = line is None or (line.outcome in DONE and line.waiting is None)
        assert (made.standings[todo.id].state is State.DONE) == untouched, todo.id


def test_with_nothing_to_change_everything_the_portal_knows_is_done() -> None:
    preview = FusionPlan(stack="pajottegem", portal="embedded", counts=NO_COUNTS)
    made = runbook("pajottegem", preview)
    states = {todo.id: made.standings[todo.id].state for todo in made.for_people}
    assert {id_ for id_, state in states.items() if state is State.OPEN} == {
        todo.id for todo in made.for_people if not todo.things
    }


def test_what_waits_says_for_whom() -> None:
    """R12, R35: before the merger nothing can be set; later the supplier has to answer."""
    early = runbook("pajottegem", planned("early"))
    assert early.standings["pajottegem-sender"].state is State.WAITS
    view = make_view(runbook("pajottegem", planned("first")), "nl")
    notes = [plain(note) for note in item(view, "pajottegem-rest-account").notes]
    assert any("R35" in note and "Socius" in note for note in notes)


def test_work_of_the_centre_itself_is_to_do() -> None:
    """R62: the portal waits for the centre, and the centre reads the runbook."""
    made = runbook("pajottegem", planned("first"))
    assert made.standings["herne-unique-report"].state is State.OPEN
    # Not so where nobody here has anything to do: the RSZ's copy then waits for another step (R13, R14).
    early = runbook("pajottegem", planned("early"))
    assert early.standings["pajottegem-access-copy"].state is State.WAITS


def test_what_no_portal_knows_people_note() -> None:
    made = runbook("pajottegem", planned("first"), {"pajottegem-hand-over": BY_TOM})
    assert made.standings["pajottegem-hand-over"].state is State.DONE
    shown = item(make_view(made, "en"), "pajottegem-hand-over")
    assert [plain(note) for note in shown.notes] == ["done by tom.maes on 2025-01-06"]


def test_a_note_that_the_portal_contradicts_ticks_nothing_off() -> None:
    made = runbook("pajottegem", planned("first"), {"pajottegem-sender": BY_TOM})
    assert made.standings["pajottegem-sender"].state is State.OPEN
    shown = item(make_view(made, "en"), "pajottegem-sender")
    assert "noted as done by tom.maes on 2025-01-06, but the portal does not have it so" in map(
        plain, shown.notes
    )


@pytest.mark.parametrize("preview", [None, without_plan("pajottegem", "no portal answered")])
def test_without_a_plan_only_people_know(preview: FusionPlan | None) -> None:
    made = runbook("pajottegem", preview, {"pajottegem-sender": BY_TOM})
    assert made.done == 1
    assert made.standings["pajottegem-sender"].state is State.DONE
    notices = " ".join(plain(one) for one in make_view(made, "en").notices)
    assert ("no portal answered" in notices) == (preview is not None)


def test_retained_things_that_differ_are_no_quiet_no_action() -> None:
    preview = planned("alarms")
    differing = {line.name for line in lines(preview) if line.outcome is Outcome.DIFFERS}
    assert differing
    made = runbook("pajottegem", preview)
    told = {
        todo.id
        for todo in made.steps.todos
        if made.standings[todo.id].outcome is Outcome.DIFFERS and made.standings[todo.id].state is State.OPEN
    }
    assert told == {
        todo.id for todo in steps("pajottegem").todos if differing & {thing.name for thing in todo.things}
    }
    assert all(
        kind_of(thing).startswith("retained:")
        for todo in made.steps.todos
        if todo.id in told
        for thing in todo.things
    )
