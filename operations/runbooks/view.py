"""A runbook as people read it, in one language. Each form writes this down, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from operations.plans import labels
from operations.plans.field_rows import Row, make_row
from operations.plans.model import FusionPlan, Line, Outcome, StepCounts
from operations.plans.text import Text, Value, join
from operations.plans.view import Entry, Warned, say_line, say_notice, say_waiting
from operations.plans.words import Words
from operations.runbooks.manual.step import Chapter, Step, Who
from operations.runbooks.moments import LABELS, Moment
from operations.runbooks.rows import called, named, rows_of
from operations.runbooks.standing import Standing, State, count
from operations.runbooks.steps import FusionSteps, Todo
from operations.runbooks.who import named_for
from schemas.declaration import Fusion
from schemas.identifiers import dotted

_WITH_FIELDS = frozenset({Outcome.CHANGED, Outcome.REPLACED, Outcome.REMOVED, Outcome.REFUSED})
"""What of a plan says more by its fields than what is to be typed."""
MARKS = {State.DONE: "☑", State.WAITS: "☐", State.OPEN: "☐", State.NOTHING: "–", State.NOTE: "–"}


@dataclass(frozen=True)
class Item:
    """A step, of one thing or at one centre.

    :param rows: as whom one signs in, and what is typed.
    :param changes: what the plan says of its things: from what to what, and who or what loses by it.
    """

    id: str
    state: State
    mark: str
    title: Text
    what: Text
    rows: tuple[Row, ...]
    changes: tuple[Entry, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Task:
    """One of the manual's steps, and all of the fusion that it is done for."""

    title: Text
    rules: str
    facts: tuple[Row, ...]
    how: tuple[Text, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Section:
    """A chapter: its title, and how people come to its screens."""

    title: Text
    way: tuple[Text, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class View:
    """A whole runbook."""

    language: str
    title: Text
    facts: tuple[Row, ...]
    warned: tuple[Warned, ...]
    notices: tuple[Text, ...]
    sections: tuple[Section, ...]
    footer: Text


@dataclass(frozen=True)
class Runbook:
    """What is told: the steps, how far each is, and by what that is known."""

    steps: FusionSteps
    standings: Mapping[str, Standing]
    preview: FusionPlan | None

    @property
    def counts(self) -> StepCounts:
        """How many of those that somebody does are how far."""
        return count([self.standings[todo.id] for todo in self.for_people])

    @property
    def for_people(self) -> tuple[Todo, ...]:
        """The steps that somebody does."""
        return tuple(todo for todo in self.steps.todos if todo.is_for_people)


def make_view(runbook: Runbook, language: str) -> View:
    """The runbook in a language."""
    words = Words(language)
    told = runbook.preview.notices if runbook.preview else ()
    return View(
        language=language,
        title=words.say("Runbook of {merged}", merged=runbook.steps.fusion.name),
        facts=tuple(_facts(runbook, words)),
        warned=tuple(say_notice(one, words) for one in told),
        notices=tuple(_notices(runbook, words)),
        sections=tuple(_sections(runbook, words)),
        footer=words.say(
            "Made from {file}. People stand here by their key in the declaration. A blank ({blank}) is a value of the "
            "secrets: "
            "fill it in on the portal, not on this page.",
            file=runbook.steps.file,
            blank="______",
        ),
    )


def values_of(fusion: Fusion, words: Words) -> Mapping[str, str | Text]:
    """The values that the manual's texts may have."""
    day = fusion.takes_effect
    return {
        "merged": fusion.name,
        "number": dotted(fusion.ocmw.kbo),
        "day": (words.day(day),),
        "last_day": (words.day(day - timedelta(days=1)),),
        "year": (str(day.year - 1),),
        "next_year": (str(day.year + 1),),
    }


def step_title(step: Step, words: Words) -> Text:
    """What a step is called; of twins the early one says so."""
    title = words.say(step.title)
    return words.say("Before the merger: {title}", title=title) if step.is_early else title


def title_of(todo: Todo, words: Words) -> Text:
    """A step in one line: `Tick the types of mutations: Pajottegem`."""
    what = step_title(todo.step, words)
    which = _which(todo, words)
    return words.labelled(what, which) if which else what


def _which(todo: Todo, words: Words) -> Text:
    """The centre, and which one of its things; of what only a preview has also what it is."""
    if todo.line is not None:
        title = say_line(todo.line, words).title
        return (Value(todo.centre.name), " · ", *title) if todo.centre else title
    if todo.centre is None:
        return ()
    thing = called(todo.things[0], words) if len(todo.things) == 1 else ()
    return (Value(todo.centre.name), *((" · ", *thing) if thing else ()))


def _facts(runbook: Runbook, words: Words) -> Iterator[Row]:
    steps = runbook.steps
    yield make_row(words.say("scenario"), (str(steps.fusion.scenario),), words)
    for day, moment in steps.moments.items():
        one_day = (words.day(moment.first),)
        days = one_day if moment.first == moment.last else _moment(moment, words)
        yield make_row(words.say(LABELS[day]), days, words)
    counts = runbook.counts
    done, total = (str(counts.done),), (str(counts.total),)
    yield make_row(words.say("steps done"), words.say("{done} of {all}", done=done, all=total), words)


def _notices(runbook: Runbook, words: Words) -> Iterator[Text]:
    preview = runbook.preview
    if preview is None:
        yield words.say(
            "No portal was asked: what is done is what people noted with `fusion runbook … --done STEP`."
        )
    elif preview.failed:
        yield words.say(
            "The portal could not be looked at, so that only what people noted is ticked off: {why}",
            why=preview.failed,
        )
    else:
        yield words.say(
            "A step is ticked off where `up` would change nothing. Steps that no portal knows are noted by people."
        )


def _sections(runbook: Runbook, words: Words) -> Iterator[Section]:
    values = values_of(runbook.steps.fusion, words)
    for chapter in Chapter:
        tasks = tuple(_tasks(runbook, chapter, words))
        if tasks:
            way = tuple(words.say(text, **values) for text in chapter.way)
            yield Section(words.say(chapter.title), way, tasks)


def _tasks(runbook: Runbook, chapter: Chapter, words: Words) -> Iterator[Task]:
    by_step: dict[str, list[Todo]] = {}
    for todo in runbook.steps.todos:
        if todo.step.chapter is chapter:
            by_step.setdefault(todo.step.name, []).append(todo)
    values = values_of(runbook.steps.fusion, words)
    for todos in by_step.values():
        step = todos[0].step
        yield Task(
            title=step_title(step, words),
            rules=", ".join(step.rules_in(runbook.steps.fusion.scenario)),
            facts=tuple(_task_facts(step, todos, runbook.steps, words)),
            how=tuple(words.say(text, **values) for text in step.how),
            items=tuple(_item(todo, runbook, words) for todo in todos),
        )


def _task_facts(step: Step, todos: list[Todo], steps: FusionSteps, words: Words) -> Iterator[Row]:
    if step.who is not Who.NOBODY:
        yield make_row(words.say("who"), words.say(step.who.value), words)
    if (moment := steps.moment(todos[0])) and not any(todo.not_before for todo in todos):
        yield make_row(words.say("when"), _moment(moment, words), words)
    before = [steps.of(name)[0] for name in step.after if steps.of(name)]
    if before:
        titles = words.several(step_title(one.step, words) for one in before)
        yield make_row(words.say("after"), titles, words)


def _item(todo: Todo, runbook: Runbook, words: Words) -> Item:
    standing = runbook.standings[todo.id]
    return Item(
        id=todo.id,
        state=standing.state,
        mark=MARKS[standing.state],
        title=_which(todo, words),
        what=words.say(standing.state.value),
        rows=(*_under(todo, runbook.steps, words), *rows_of(todo, runbook.steps.fusion, words)),
        changes=tuple(_changes(standing.lines, words)),
        notes=tuple(_notes(standing, words)),
    )


def _under(todo: Todo, steps: FusionSteps, words: Words) -> Iterator[Row]:
    """R65: as which organisation one signs in; whom the declaration names for it; and where all have a day of their own,
    when."""
    if todo.not_before and (moment := steps.moment(todo)):
        yield make_row(words.say("when"), _moment(moment, words), words)
    if todo.centre is None or not todo.is_for_people:
        return
    role = words.say(labels.ROLES[todo.centre.role])
    yield make_row(words.say("sign in as"), (*named(todo.centre, words), " · ", *role), words)
    domain = str(todo.things[0].props.get("domain") or "") if len(todo.things) == 1 else ""
    people = named_for(todo.step.who, steps.fusion, todo.centre, domain)
    if people:
        keys = join(((Value(key),) for key in people), ", ")
        yield make_row(words.say("may do it, by the declaration"), keys, words)


def _changes(lines: tuple[Line, ...], words: Words) -> Iterator[Entry]:
    """What the plan says of what is not as it should be: what it waits for is a note, what is typed are rows already."""
    for line in lines:
        said = line.model_copy(update={"waiting": None, "baseline": ()})
        entry = say_line(
            said if line.outcome in _WITH_FIELDS else said.model_copy(update={"fields": ()}), words
        )
        if entry.rows or entry.notes:
            yield entry


def _notes(standing: Standing, words: Words) -> Iterator[Text]:
    if standing.outcome is not None and standing.state is State.OPEN:
        yield words.say("the portal: {outcome}", outcome=words.say(labels.OUTCOMES[standing.outcome]))
    if standing.waiting:
        yield say_waiting(standing.waiting, words)
    if note := standing.note:
        told: Mapping[str, str | Text] = {"who": note.by, "day": (words.day(note.on),)}
        if standing.contradicted:
            yield words.say("noted as done by {who} on {day}, but the portal does not have it so", **told)
        else:
            yield words.say("done by {who} on {day}", **told)


def _moment(moment: Moment, words: Words) -> Text:
    def day(one: date) -> Text:
        return (words.day(one),)

    return words.say(moment.says, first=day(moment.first), last=day(moment.last))
