"""Which fields of a thing change, and from what to what: by the engine's old and new inputs, and by what a first look found.

Everything that is declared is a field, unless it says which thing it is, or is how providers tell something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from operations.plans.model import FieldChange

SECRET = "[secret]"  # noqa: S105 what the engine shows instead
HIDDEN = "[hidden]"
"""What a look shows instead of a portal's value that is secret."""

NOT_FIELDS = frozenset(
    {
        "__provider", "accepted", "acceptedOn", "accepting", "adopted", "baseline", "content", "createdBy", "declared",
        "end", "ended", "found", "handedOver", "keeps", "kind", "leaving", "left", "loses", "managed", "observed",
        "organization", "origin", "people", "refused", "released", "releases", "ssin", "status", "successor",
        "takes", "takesEffect", "waiting", "waits",
    }
)  # fmt: skip
"""Inputs that are no field of a screen: keys of the thing, what providers tell, and what nobody is shown."""
WHOLE = frozenset({"toStop", "toEnter"})
"""Counts by quality code, which are one field together."""
Inputs = Mapping[str, Any]


def changed_fields(old: Inputs, new: Inputs) -> tuple[FieldChange, ...]:
    """The fields in which the file differs from the last look."""
    before, after = _flat(old), _flat(new)
    names = [*after, *(name for name in before if name not in after)]
    # What the file does not say any more stays as the portal has it, where the whole property is gone.
    said = {name for name in names if name.partition(".")[0] in new}
    return tuple(
        FieldChange(name=name, old=before.get(name), new=after.get(name))
        for name in names
        if name in said and before.get(name) != after.get(name)
    )


def new_fields(new: Inputs, keys: tuple[str, ...] = ()) -> tuple[FieldChange, ...]:
    """All fields of a thing that is made; its keys are in its title."""
    return tuple(
        FieldChange(name=name, new=value)
        for name, value in _flat(new).items()
        if value not in (None, [], {}) and name not in keys
    )


def old_fields(old: Inputs, keys: tuple[str, ...] = ()) -> tuple[FieldChange, ...]:
    """All fields of a thing that goes."""
    return tuple(
        FieldChange(name=name, old=value)
        for name, value in _flat(old).items()
        if value not in (None, [], {}) and name not in keys
    )


def found_fields(portal: Inputs, new: Inputs) -> tuple[FieldChange, ...]:
    """The fields in which the portal differs from the file. `portal` has no others, but whole lists."""
    before, after = _flat(portal), _flat(new)
    lists = {_list_of(name) for name in before} - {""}
    names = [*before, *(name for name in after if _list_of(name) in lists and name not in before)]
    shown = tuple(
        FieldChange(
            name=name, old=before.get(name), new=SECRET if before.get(name) == HIDDEN else after.get(name)
        )
        for name in names
        if before.get(name) != after.get(name)
    )
    return (*shown, *_of_people(portal.get("people") or {}))


def _of_people(people: Inputs) -> Iterator[FieldChange]:
    """What of a person differs, by key; the values are shown to nobody."""
    for key, data in people.items():
        for name in data if isinstance(data, Mapping) else ():
            yield FieldChange(name=f"people.{key}.{name}", old=HIDDEN, new=SECRET)


def hides_something(inputs: Inputs) -> bool:
    """Whether a value of it is shown to nobody, so that a change of it alone has no field."""
    return any(value == SECRET for name, value in inputs.items() if name != "content")


def _list_of(name: str) -> str:
    """`contacts` of `contacts.2.phone`: the list of which it is in an item; "" for none."""
    before, _, after = name.partition(".")
    return before if after.partition(".")[0].isdigit() else ""


def _flat(inputs: Inputs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        if name not in NOT_FIELDS:
            found.update(_leaves(name, value))
    return found


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Fields of sections by their path; items of a list of sections by their place, from 1."""
    if isinstance(value, Mapping) and name not in WHOLE:
        for below, one in value.items():
            yield from _leaves(f"{name}.{below}", one)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for place, one in enumerate(value, 1):
            yield from _leaves(f"{name}.{place}", one)
    elif not (name in WHOLE and not value):
        yield name, value
