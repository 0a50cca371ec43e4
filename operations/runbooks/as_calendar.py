"""The days of a runbook as a calendar (iCalendar, RFC 5545) that phones and Outlook read.

Each event lasts whole days, and has an identifier that stays: who imports a later calendar gets no second event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from operations.plans.text import Text, Value, plain
from operations.plans.words import Words
from operations.runbooks.moments import TITLES, Moment
from operations.runbooks.standing import State
from operations.runbooks.steps import Todo, kind_of
from operations.runbooks.view import Runbook, title_of, values_of

_REMIND_BEFORE = timedelta(days=-7)
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
    name = plain(words.say("Runbook of {merged}", merged=fusion.name))
    calendar = Calendar()
    calendar.add("prodid", "-//ocmw-fusion//runbook//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    now = datetime.now(UTC)
    for entry in _entries(runbook, words):
        calendar.add_component(_event(entry, runbook, words, now))
    text: str = calendar.to_ical().decode()
    return text


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
    event = Event()
    event.add("uid", f"{runbook.steps.fusion.slug}-{entry.name}@ocmw-fusion")
    event.add("dtstamp", now)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))  # the day after the last one
    event.add("summary", plain(entry.title))
    event.add("transp", "TRANSPARENT")
    lines = [_line(todo, runbook, words) for todo in entry.steps]
    if lines:
        event.add("description", "\n".join(lines))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(entry.title))
    alarm.add("trigger", _REMIND_BEFORE)
    event.add_component(alarm)
    return event


def _line(todo: Todo, runbook: Runbook, words: Words) -> str:
    box = "[x]" if runbook.standings[todo.id].state is State.DONE else "[ ]"
    return f"{box} {plain(title_of(todo, words))}"
