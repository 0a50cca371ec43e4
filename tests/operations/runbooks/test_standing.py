"""What is ticked off: by the engine's preview alone where it knows, else by people."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from operations.plans.field_rows import Becomes
from operations.plans.model import CentrePart, Counts, FusionPlan, Line, Outcome, SystemPart
from operations.plans.reading import without_plan
from operations.plans.text import plain
from operations.plans.things import THINGS
from operations.plans.view import say_line
from operations.plans.words import LANGUAGES, Words
from operations.runbooks.making import render
from operations.runbooks.manual.step import Chapter
from operations.runbooks.notes import Note
from operations.runbooks.standing import State
from operations.runbooks.steps import kind_of
from operations.runbooks.view import make_view
from tests.operations.plans.conftest import PLANNED, lines, planned
from tests.operations.runbooks.conftest import edited, item, runbook, steps

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", PLANNED)
def test_every_line_of_a_plan_is_told_with_what_it_says(sample: str, language: str) -> None:
    """The same plan as steps: also what is taken away, what changes into what, who goes and what is lost."""
    name = "antwerpen" if sample == "clean-up" else "pajottegem"
    preview, words = planned(sample), Words(language)
    page = render(runbook(name, preview), "html", language)
    text = on_one_line(html.unescape(re.sub("<[^>]+>", "", page)))
    made = runbook(name, preview)
    steps_of_lines = {thing.name: todo for todo in made.steps.todos for thing in todo.things}
    steps_of_lines |= {todo.line.name: todo for todo in made.steps.todos if todo.line}
    for line in lines(preview):
        entry = say_line(line, words)
        assert steps_of_lines[line.name].id in text
        if line.outcome not in {*DONE, Outcome.WAITS}:
            assert on_one_line(plain(entry.what)) in text, line.name
        told = [note for note in entry.notes if line.waiting is None or note != entry.notes[-1]]
        for note in told:
            kept = plain(note.label) == words.translate("retained as it is")
            assert kept or all(on_one_line(plain(one)) in text for one in note.texts), line.name
        for row in entry.rows:
            if row.old is None or line.outcome not in (Outcome.CHANGED, Outcome.REPLACED, Outcome.REMOVED):
                continue
            if row.listed:
                signs = {Becomes.GOES: "− ", Becomes.COMES: "+ ", Becomes.STAYS: ""}
                entries = ", ".join(f"{signs[one.becomes]}{plain(one.value)}" for one in row.listed)
                assert on_one_line(entries) in text, line.name
            else:
                assert on_one_line(f"{plain(row.old)} → {plain(row.new)}") in text, line.name
    for notice in preview.notices:
        for sentence in notice.lines:
            assert on_one_line(plain(words.sentence(sentence))) in text


def on_one_line(text: str) -> str:
    """With one space where there is any, a no-break one too."""
    return " ".join(text.split())


def test_whoever_left_the_declaration_has_a_step() -> None:
    """R20: people who work by hand would leave that access in place."""
    line = (
        "            - {person: stijn.pauwels, applications: [Integraties raadplegen], roles: [Raadpleger]}\n"
    )
    merged = line.replace("            -", "        -")
    without = edited(
        "pajottegem", (f"{line}            -", "            -"), (f"{merged}        -", "        -")
    )
    made = runbook(without, planned("edits"))
    (gone,) = [one for one in made.steps.todos if one.line and one.line.outcome is Outcome.REMOVED]
    assert (gone.step.name, gone.step.chapter) == ("access-left", Chapter.ACCESS)
    assert gone in made.for_people
    assert made.standings[gone.id].state is State.OPEN
    shown = item(make_view(made, "en"), gone.id)
    assert plain(shown.title) == "Pajottegem · user Maatschappelijk welzijn, stijn.pauwels"
    assert [plain(note) for note in shown.notes] == ["the portal: to be taken away"]
    (change,) = shown.changes
    assert "applications: Integraties raadplegen → nothing" in [
        plain((*row.label, ": ", *row.values)) for row in change.rows
    ]
    chapters = [one.step.chapter for one in made.steps.todos]
    assert chapters == sorted(chapters, key=list(Chapter).index)


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("outcome", [Outcome.REMOVED, Outcome.LEFT])
def test_whatever_leaves_the_declaration_is_told(kind: str, outcome: Outcome) -> None:
    """What stays at the portal is only to be known."""
    left = Line(name="it-left", type=kind, title=THINGS[kind].title, op="delete", outcome=outcome)
    system = SystemPart(system="ChaMan", application="ChaMan", lines=(left,))
    centre = CentrePart(name="Pajottegem", number="", role="merged", systems=(system,))
    preview = FusionPlan(stack="pajottegem", portal="embedded", counts=NO_COUNTS, centres=(centre,))
    made = runbook("pajottegem", preview)
    wanted = State.OPEN if outcome is Outcome.REMOVED else State.NOTE
    assert made.standings["it-left"].state is wanted
    assert plain(item(make_view(made, "en"), "it-left").title).startswith("Pajottegem · ")


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
    assert made.counts.done == 1
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
