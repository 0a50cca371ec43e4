"""What is typed or ticked on a screen, field by field: what the plan would send, in the words of the screens.

Whatever is secret is blank: it stands in the secrets, and was never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from operations.plans import labels
from operations.plans.field_rows import Row, make_row
from operations.plans.fields import new_fields
from operations.plans.text import Text, Value, join
from operations.plans.things import thing_of
from operations.plans.words import DUTCH, Words
from operations.runbooks.blanks import BLANK
from operations.runbooks.steps import Todo, centres_of, kind_of
from schemas.declaration import Fusion
from schemas.identifiers import dotted
from stacks.planned import Centre, Planned

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T.*")
"""A moment, of which people type the day."""
_OF_PEOPLE = ("ssin", "email", "language")
"""What a screen asks of an access manager (R16)."""
_PEOPLE = frozenset({"coAccessManagers", "coChiefAccessManagers"})
_NOT_TYPED = frozenset(
    {"coManagersDeclared", "coChiefsStay", "coManagersStay", "handover", "handledBy", "askedAgainOn"}
)
"""Inputs that say how a run goes about it, and stand on no screen."""


def rows_of(todo: Todo, fusion: Fusion, words: Words) -> tuple[Row, ...]:
    """The rows of a step; of what nobody types none."""
    if todo.step.name in ("scenario", "sign-in"):
        return tuple(_organisations(fusion, words, with_codes=todo.step.name == "scenario"))
    if not todo.is_for_people:
        return ()
    return tuple(row for thing in todo.things if thing_of(kind_of(thing)).writes for row in _of(thing, words))


def called(thing: Planned, words: Words) -> Text:
    """Which one of several it is: `Maatschappelijk welzijn, tom.maes`."""
    keys = (str(thing.props[key]) for key in thing_of(kind_of(thing)).keys if thing.props.get(key))
    return join(((Value(words.name("domains", key)),) for key in keys), ", ")


def named(centre: Centre, words: Words) -> Text:
    """An organisation, as people find it in a list: `Pajottegem · KBO number 1010.784.738`."""
    return (Value(centre.name), " · ", *words.say("KBO number"), " ", Value(dotted(centre.kbo)))


def _of(thing: Planned, words: Words) -> Iterator[Row]:
    fields = {name: value for name, value in thing.props.items() if name not in _NOT_TYPED}
    typed = {
        name: BLANK if name in thing.secrets and not isinstance(value, Mapping) else value
        for name, value in fields.items()
    }
    told = [(field.name, field.new) for field in new_fields(typed)]
    # An empty list is something to do too: nobody is to be there.
    told += [(name, value) for name, value in typed.items() if value == []]
    rows = [
        make_row(_on_screen(name, words), _value(name, value, words), words)
        for name, value in sorted(told, key=lambda one: labels.order(one[0])[0])
    ]
    # Whoever is added is asked for first; the data of managers come behind the managers.
    first = len(thing_of(kind_of(thing)).keys) if thing.props.get("person") else len(rows)
    yield from (*rows[:first], *_blanks(thing, words), *rows[first:])
    if successor := thing.props.get("successor"):
        yield make_row(words.say("KBO number that goes on"), (Value(dotted(str(successor))),), words)


def _blanks(thing: Planned, words: Words) -> Iterator[Row]:
    """What only the secrets have of people."""
    match kind_of(thing):
        case "access:User" | "access:Removed":
            yield make_row(_on_screen("ssin", words), (Value(BLANK),), words)
        case "access:AccessManagers":
            for key in thing.props["people"]:
                for name in _OF_PEOPLE:
                    of_whom = words.labelled((Value(key),), _on_screen(name, words))
                    yield make_row(of_whom, (Value(BLANK),), words)
        case "access:CleanedUp":
            stay = join(((Value(key),) for key in thing.props["people"]), ", ")
            yield make_row(words.say("who stays"), stay, words)


def _on_screen(name: str, words: Words) -> Text:
    """What a field is called: on the screen it is in Dutch, and a reader of another language is told what that means."""
    if words.language == DUTCH:
        return labels.label(name, words)
    return ("“", *labels.label(name, Words(DUTCH)), "” (", *labels.label(name, words), ")")


def _value(name: str, value: Any, words: Words) -> Text:
    if isinstance(value, str) and (day := _MOMENT.fullmatch(value)):
        return (Value(words.day(day[1])),)
    if value == [] and name in _PEOPLE:
        return words.say("nobody")
    return labels.value(name, value, words)


def _organisations(fusion: Fusion, words: Words, *, with_codes: bool) -> Iterator[Row]:
    """The centres, as the list at sign-in has them: by name and number."""
    codes = {one.kbo: one.nis for one in fusion.merging} | {fusion.ocmw.kbo: fusion.ocmw.nis}
    for centre in centres_of(fusion):
        told = named(centre, words)
        if with_codes:
            told = (*told, " · ", *words.say("NIS code"), " ", Value(codes[centre.kbo]))
        yield make_row(words.say(labels.ROLES[centre.role]), told, words)
