"""The days of a runbook as a calendar: which events there are, of which days, with which steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Event

from operations.calendars import format_calendar, make_calendar, make_event
from operations.plans.text import Text, Value, plain
from operations.plans.words import Words
from operations.runbooks.moments import TITLES, Moment
from operations.runbooks.standing import State
from operations.runbooks.steps import Todo, kind_of
from operations.runbooks.view import Runbook, title_of, values_of

_REMIND_BEFORE = timedelta(days=7)
_CERTIFICATE = "chaman:Certificate"


@dataclass(frozen=True)
class _Entry:
    """An event: `name` is its own within the fusion, and never changes."""

    name: str
    first: date
    last: date
    title: Text
    steps: tuple[Todo, ...]


def as_calendar(runbook: Runbook, language: str) -> str:
    """The whole calendar."""
    words, fusion = Words(language), runbook.steps.fusion
    calendar = make_calendar(plain(words.say("Runbook of {merged}", merged=fusion.name)), "runbook")
    now = datetime.now(UTC)
    for entry in _entries(runbook, words):
        calendar.add_component(_event(entry, runbook, words, now))
    return format_calendar(calendar)


def _entries(runbook: Runbook, words: Words) -> Iterator[_Entry]:
    """The wave's days, then those that only the declaration has."""
    steps, values = runbook.steps, values_of(runbook.steps.fusion, words)
    for day, moment in steps.moments.items():
        here = (todo for todo in runbook.for_people if todo.step.day is day)
        todos = tuple(todo for todo in here if _lasts_until(steps.moment(todo), moment))
        yield _Entry(day.value, moment.first, moment.last, words.say(TITLES[day], **values), todos)
    for todo in runbook.for_people:
        if todo.not_before:
            yield _Entry(todo.id, todo.not_before, todo.not_before, title_of(todo, words), (todo,))
        for thing in todo.things:
            if kind_of(thing) == _CERTIFICATE:
                ends = date.fromisoformat(str(thing.props["notAfter"])[:10])
                title = words.say("last day of the certificate {file}", file=str(thing.props["fileName"]))
                yield _Entry(
                    f"{todo.id}-ends", ends, ends, words.labelled((Value(steps.fusion.name),), title), ()
                )


def _lasts_until(own: Moment | None, moment: Moment) -> bool:
    """Whether a step is done by then: one with a later day of its own is not."""
    return own is not None and own.last == moment.last


def _event(entry: _Entry, runbook: Runbook, words: Words, now: datetime) -> Event:
    name, lines = (
        f"{runbook.steps.fusion.slug}-{entry.name}",
        [_line(todo, runbook, words) for todo in entry.steps],
    )
    return make_event(name, (entry.first, entry.last), plain(entry.title), lines, _REMIND_BEFORE, now)


def _line(todo: Todo, runbook: Runbook, words: Words) -> str:
    box = "[x]" if runbook.standings[todo.id].state is State.DONE else "[ ]"
    return f"{box} {plain(title_of(todo, words))}"
