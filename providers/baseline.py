"""The baseline of a retained thing: what it was when it was adopted or accepted, without what the declaration manages.

A declaration may manage an item in part: a user's applications and not the roles, the chief access managers and not their
co-chiefs. Fields that it manages are no part of the baseline, since a resource of their own sets them; the rest of the item
is retained (R05, R22). When the declaration changes, `carry_forward` makes the next baseline out of the last one. "Managed
before" is what the declaration managed at the last look.

| in the baseline? | found now? | managed before? | managed now? | then |
|---|---|---|---|---|
| yes or no | yes | whatever | as a whole | it leaves the baseline: its own resource answers for it |
| yes | yes | no, or in part | no, or in part | it stays as it was; fields managed now leave, fields let go join as found |
| yes | yes | as a whole | no, or in part | it joins as it is found, without the fields managed now |
| no | yes | somehow | no, or in part | the same |
| no | yes | no | in part | the same: the declaration made it |
| no | yes | no | no | it stays out, and is reported as added |
| yes | no | whatever | its domain is cleaned up, and it went by that | it leaves |
| yes | no | whatever | as a whole | it leaves: it will be made again |
| yes | no | whatever | no, or in part | it stays, without the fields managed now; missing, if any value is left |

Before that, a user who was removed and made again by the declaration gets the new id in the baseline. And whoever the
declaration makes (chief) access manager stops being a co-manager on the portal (R16), which nobody should be told as a loss.
An example, of a domain of which the declaration manages `accessManager` only:

- In the baseline: the co-managers An and Jan. The declaration now says that An is the access manager.
- Before `up` the portal has the co-managers An and Jan. An leaves both sides, and Jan is compared with Jan: unchanged.
- After `up` the portal has the access manager An and the co-manager Jan. Again Jan is compared with Jan: unchanged.
- The declaration goes back to the first access manager. An is nothing now, and in no baseline: unchanged.

No INSZ is in a baseline: people appear by the portal's own id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]
Items = dict[str, Item]
"""A thing's items by id: the value of the kind's `item_key`; "" for what a centre has only once."""
ITEM_ID = "place"
"""The item key of what stands in a domain: `maatschappelijkWelzijn` for its managers, `maatschappelijkWelzijn/<id>` for a
user. The state has this word."""
ALL_FIELDS = "*"
"""In place of an item's fields: the whole of it is managed. The state has this word."""

# The portal's bookkeeping, and counts that rise by themselves, are no part of a baseline; nor is who somebody is.
_LEFT_OUT = frozenset({"createdAt", "createdBy", "changedAt", "documents", "unread", "ssin"})
_ADDED_LATER = ("email", "language")
# What says which item it is, and nothing about it.
_IDENTITY = frozenset({ITEM_ID, "domain", "id", "personId"})


class Managed:
    """What a declaration manages of one kind.

    The property `managed` has the managed fields by an item's name: `domain/INSZ` for a user, `domain/*` for everybody else
    in a domain that is cleaned up (R24), the domain for its managers, "" for what a centre has only once. The property
    `people` has by the same names the INSZ of those whom the declaration makes (chief) access manager.
    """

    def __init__(self, props: Mapping[str, Any]) -> None:
        self._fields = _by_name(props.get("managed"))
        self._people: Mapping[str, list[str]] = props.get("people") or {}

    def fields(self, item: Item) -> frozenset[str]:
        """The managed fields of an item that is found."""
        return frozenset(self._fields.get(_name(item)) or self._fields.get(f"{item.get('domain')}/*") or ())

    def fields_of_missing(self, item: Item) -> frozenset[str]:
        """The same of an item that only the baseline has. That does not know a user's INSZ, so of users there are none."""
        return frozenset(self._fields.get(_name(item)) or ())

    def cleans_up(self, item: Item) -> bool:
        """Whether the users of the item's domain are cleaned up."""
        return f"{item.get('domain')}/*" in self._fields

    def promoted(self, item: Item) -> frozenset[str]:
        """The portal's ids of those people in the item whom the declaration makes (chief) access manager (R16)."""
        wanted = self._people.get(_name(item)) or ()
        persons = [person for value in item.values() for person in _persons(value)]
        return frozenset(person["personId"] for person in persons if person["ssin"] in wanted)

    def names_in_domain(self, item: Item) -> set[str]:
        """The names of what is managed in the item's domain."""
        return {name for name in self._fields if name.startswith(f"{item.get('domain')}/")}


def merge_managed(*managed: Any) -> dict[str, list[str]]:
    """What any of several declarations manages: their values of `managed`."""
    fields: dict[str, set[str]] = {}
    for one in managed:
        for name, values in _by_name(one).items():
            fields.setdefault(name, set()).update(values)
    return {name: sorted(values) for name, values in fields.items()}


def without_managed(found: Items, now: Managed) -> Items:
    """What is found, without what the declaration manages."""
    return {
        id_: _without(item, now.fields(item), now.promoted(item))
        for id_, item in found.items()
        if ALL_FIELDS not in now.fields(item)
    }


def carry_forward(baseline: Items, found: Items, now: Managed, was: Managed) -> Items:
    """The next baseline, by the table of this module. `was` is what the declaration managed at the last look."""
    baseline = _under_new_ids(baseline, found, now)
    carried = {id_: _carry_found(item, baseline.get(id_), now, was) for id_, item in found.items()}
    carried |= {id_: _carry_missing(item, now, was) for id_, item in baseline.items() if id_ not in found}
    return {id_: item for id_, item in carried.items() if item is not None}


def _carry_found(item: Item, in_baseline: Item | None, now: Managed, was: Managed) -> Item | None:
    managed_now, managed_before, promoted = now.fields(item), was.fields(item), now.promoted(item)
    as_found = _without(item, managed_now, promoted)
    if ALL_FIELDS in managed_now:
        return None
    if in_baseline is not None and ALL_FIELDS not in managed_before:
        let_go = {name: as_found[name] for name in managed_before - managed_now if name in as_found}
        return _without(in_baseline, managed_now, promoted) | let_go
    if managed_now or managed_before:
        return as_found
    return None


def _carry_missing(in_baseline: Item, now: Managed, was: Managed) -> Item | None:
    managed_now = now.fields_of_missing(in_baseline)
    if _was_cleaned_up(in_baseline, now, was) or ALL_FIELDS in managed_now:
        return None
    return _without(in_baseline, managed_now)


def _was_cleaned_up(item: Item, now: Managed, was: Managed) -> bool:
    """Whether a user who is found no more went by the clean-up of the domain.

    A clean-up takes people away when it begins, and when a name leaves the declaration. A user who is gone without either
    was taken away by somebody else. One whom the declaration still names is made again before an `up` looks.
    """
    begins = not was.cleans_up(item)
    a_name_left = bool(was.names_in_domain(item) - now.names_in_domain(item))
    return now.cleans_up(item) and (begins or a_name_left)


def items_to_compare(baseline: Items, found: Items) -> Items:
    """The baseline without the items that are gone and with which nothing is lost: all that they had is managed, and will
    be made again."""
    return {
        id_: item
        for id_, item in baseline.items()
        if id_ in found or any(item[name] not in (None, []) for name in item.keys() - _IDENTITY)
    }


def _under_new_ids(baseline: Items, found: Items, now: Managed) -> Items:
    """The baseline with the new id of each user who was removed and whom the declaration made again."""
    gone = {_person(item): id_ for id_, item in baseline.items() if id_ not in found and "personId" in item}
    made_again = {
        gone[_person(item)]: item
        for id_, item in found.items()
        if id_ not in baseline and now.fields(item) and _person(item) in gone
    }
    renamed: Items = {}
    for id_, item in baseline.items():
        if id_ in made_again:
            new = made_again[id_]
            renamed[str(new[ITEM_ID])] = item | {name: new[name] for name in _IDENTITY}
        else:
            renamed[id_] = item
    return renamed


def _person(item: Item) -> tuple[Any, Any]:
    return item.get("domain"), item.get("personId")


def with_addresses(baseline: Items, found: Items) -> Items:
    """A baseline made before addresses and languages were part of it, with those that the same people have now."""
    return {id_: _with_addresses(item, found.get(id_)) for id_, item in baseline.items()}


def _with_addresses(old: Any, now: Any) -> Any:
    if isinstance(old, dict) and isinstance(now, dict):
        added = {name: now[name] for name in _ADDED_LATER if name in now}
        return added | {name: _with_addresses(value, now.get(name)) for name, value in old.items()}
    if isinstance(old, list):
        there = {person["personId"]: person for person in _persons(now)}
        return [_with_addresses(one, there.get(one["personId"])) if _persons([one]) else one for one in old]
    return old


def _by_name(managed: Any) -> Mapping[str, list[str]]:
    """Fields by the item's name. A list, in a state from before items were managed in part, names whole items."""
    return managed or {} if isinstance(managed, dict) else {name: [ALL_FIELDS] for name in managed or ()}


def _name(item: Item) -> str:
    """How `managed` names an item: `domain/INSZ` for a user, the domain for its access managers, else ""."""
    return f"{item['domain']}/{item['ssin']}" if "ssin" in item else str(item.get("domain", ""))


def _without(item: Item, fields: frozenset[str], promoted: frozenset[str] = frozenset()) -> Item:
    """The item without these fields, without the portal's bookkeeping, and without these people in its lists."""
    kept = {
        name: _without_bookkeeping(value) for name, value in item.items() if name not in fields | _LEFT_OUT
    }
    return {
        name: [one for one in value if not _persons([one]) or one["personId"] not in promoted]
        if isinstance(value, list)
        else value
        for name, value in kept.items()
    }


def _without_bookkeeping(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_bookkeeping(item) for name, item in value.items() if name not in _LEFT_OUT}
    if isinstance(value, list):
        return [_without_bookkeeping(item) for item in value]
    return value


def _persons(value: Any) -> list[Item]:
    """The persons among the values of a field, which may be one person, several, or something else."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict) and "personId" in one]
