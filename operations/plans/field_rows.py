"""Fields as rows: what each is called, and from what to what it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from unicodedata import bidirectional

from operations.plans import labels
from operations.plans.fields import SECRET
from operations.plans.model import FieldChange, Line, Outcome
from operations.plans.text import Text, plain
from operations.plans.things import thing_of
from operations.plans.words import Words

_NEW = frozenset({Outcome.MADE, Outcome.UNSEEN, Outcome.WAITS})
"""What the portal does not have, or nobody has seen there: its fields have no old value."""
_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True)
class Row:
    """A field: from what to what; `old` is None where all is new.

    :param values: both in a line of text, where nothing else keeps their order.
    :param colon: what stands behind the label.
    :param listed: of a list that changes, each entry: what goes, what comes, what stays.
    """

    label: Text
    old: Text | None
    new: Text
    values: Text
    colon: str
    listed: tuple[Listed, ...] = ()


class Becomes(Enum):
    """What becomes of an entry of a list."""

    GOES = "goes"
    COMES = "comes"
    STAYS = "stays"


@dataclass(frozen=True)
class Listed:
    """An entry of a list that changes."""

    value: Text
    becomes: Becomes


def make_row(label: Text, new: Text, words: Words, old: Text | None = None) -> Row:
    """A field. `old → new` reads the other way round between values that run from right to left: these are named."""
    if old is None:
        values = new
    elif {bidirectional(sign) for sign in plain((*old, *new))} & _RIGHT_TO_LEFT:
        values = words.say("old: {old}; new: {new}", old=old, new=new)
    else:
        values = (*old, " → ", *new)
    return Row(label, old, new, values, words.colon)


def rows_of(line: Line, words: Words) -> Iterator[Row]:
    """The fields of a thing, in the order of the screen."""
    is_new = line.outcome in _NEW or thing_of(line.type).acts
    for one in sorted(line.fields, key=lambda one: labels.order(one.name)):
        old = None if is_new and one.old is None else labels.value(one.name, one.old, words)
        new = labels.value(one.name, one.new, words)
        if one.new == SECRET:
            old, new = None, new if is_new else words.say(labels.WORDS_FOR_VALUES["changes"])
        label = labels.label(one.name, words)
        if isinstance(one.old, list) and isinstance(one.new, list) and one.old and one.new:
            yield _row_of_list(label, one, words)
        else:
            yield make_row(label, new, words, old)


def _row_of_list(label: Text, change: FieldChange, words: Words) -> Row:
    """A list that changes: who reads `a, b, c → a, c, d` has to look for what goes."""
    before, after = change.old, change.new
    goes = [one for one in before if one not in after]
    comes = [one for one in after if one not in before]
    stays = [one for one in after if one in before]
    old, new = (labels.value(change.name, values, words) for values in (before, after))
    row = make_row(label, new, words, old)
    if not (goes or comes):  # another order
        return row
    parts = (
        (Becomes.GOES, words.say("goes"), goes),
        (Becomes.COMES, words.say("comes"), comes),
        (Becomes.STAYS, words.say("stays"), stays),
    )
    return replace(
        row,
        values=words.several(
            words.labelled(said, labels.value(change.name, values, words))
            for _, said, values in parts
            if values
        ),
        listed=tuple(
            Listed(labels.value(change.name, [one], words), becomes)
            for becomes, _, values in parts
            for one in values
        ),
    )
