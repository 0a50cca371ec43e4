"""What stands in the baseline of a retained thing: all that the portal tells of it, without what the declaration manages.

A declaration may manage a thing in part: a user's applications and not the roles, the head managers and not their
co-chiefs. `managed` maps an item's name to the fields that are declared: `domain/INSZ` names a user, `domain/*` whoever else
is in a domain that is cleaned up (R24), the domain its managers, "" what a centre has only once. Their values are left out;
what the declaration says nothing of is watched like everything else (R05, R22).

No INSZ is in a baseline: people appear by the portal's own id. Items go by their *place*, the value of the kind's key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.errors import NotFound, PortalError

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

Item = dict[str, Any]
Items = dict[str, Item]
# The key of what stands in a domain: `maatschappelijkWelzijn` for its managers, `maatschappelijkWelzijn/<id>` for a user.
PLACE = "place"
WHOLE = "*"
"""In place of an item's fields: all of it is managed."""

# The portal's bookkeeping, and counts that rise by themselves, are no part of a baseline; nor is who somebody is.
_LEFT_OUT = frozenset({"createdAt", "createdBy", "changedAt", "documents", "unread", "ssin"})
_ADDRESSES = ("email", "language")
# What says which item it is, and nothing about it.
_IDENTITY = frozenset({PLACE, "domain", "id", "personId"})


@dataclass(frozen=True)
class Kind:
    """One kind of retained thing: what people call it, its path below `{api}/{number}/`, the key of its items if it is
    a collection, whether there is one in each domain, and the paths of its e-mail addresses (`providers.canonical`)."""

    title: str
    api: str
    path: str
    item_key: str | None = None
    per_domain: bool = False
    addresses: tuple[str, ...] = ()


class Managed:
    """What a declaration manages of one kind, by the properties `managed` and `people`: INSZ of those whom it makes (head)
    manager, by the item's name. Whoever becomes one stops being a co-manager, and is not missed as such (R16)."""

    def __init__(self, props: Mapping[str, Any]) -> None:
        self._fields = _by_name(props.get("managed"))
        self._people: Mapping[str, list[str]] = props.get("people") or {}

    def fields(self, item: Item) -> frozenset[str]:
        """The managed fields of an item that has been found."""
        return frozenset(self._fields.get(_name(item)) or self._fields.get(f"{item.get('domain')}/*") or ())

    def fields_of_missing(self, item: Item) -> frozenset[str]:
        """The same of an item that is in the baseline only: of users it does not know the name."""
        return frozenset(self._fields.get(_name(item)) or ())

    def cleans(self, item: Item) -> bool:
        return f"{item.get('domain')}/*" in self._fields

    def goes(self, item: Item, was: Managed) -> bool:
        """Whether an item that is found no more went by a clean-up: since the last look that began, or somebody left the
        declaration of its domain. Whoever did not is made again before an `up` looks."""
        domain = f"{item.get('domain')}/"
        left = any(name.startswith(domain) for name in was._fields.keys() - self._fields.keys())
        return self.cleans(item) and (left or not was.cleans(item))

    def promoted(self, item: Item) -> frozenset[str]:
        """The portal's ids of those whom the declaration makes (head) manager here, as far as they are found."""
        wanted = self._people.get(_name(item)) or ()
        persons = [person for value in item.values() for person in _persons(value)]
        return frozenset(person["personId"] for person in persons if person["ssin"] in wanted)


def together(*managed: Any) -> dict[str, list[str]]:
    """What any of several declarations manages: their values of `managed`."""
    fields: dict[str, set[str]] = {}
    for one in managed:
        for name, values in _by_name(one).items():
            fields.setdefault(name, set()).update(values)
    return {name: sorted(values) for name, values in fields.items()}


def look(portal: ReadingPortal, kind: Kind, organization: str) -> Items:
    """What the portal has now, by place, with INSZ. Raises `PortalError`: a failed read is never "nothing".
    `NotYetAvailable` where the portal does not show it yet (R59)."""
    base = f"{kind.api}/{organization}"
    try:
        if kind.item_key is None:
            return {"": portal.get(f"{base}/{kind.path}").body}
        items = (
            _in_domains(portal, base, kind)
            if kind.per_domain
            else iter(portal.get_items(f"{base}/{kind.path}"))
        )
        return {str(item[kind.item_key]): item for item in items}
    except NotFound:
        return {}
    except PortalError as error:
        error.resource = f"retained {kind.title} of {organization}"
        raise


def _in_domains(portal: ReadingPortal, base: str, kind: Kind) -> Iterator[Item]:
    for domain in portal.get_items(f"{base}/domains"):
        code = domain["domain"]
        path = f"{base}/domains/{code}/{kind.path}"
        if kind.path == "users":
            yield from (
                {**user, "domain": code, PLACE: f"{code}/{user['id']}"} for user in portal.get_items(path)
            )
            continue
        try:
            yield {**portal.get(path).body, "domain": code, PLACE: code}
        except NotFound:
            continue  # a domain without access managers


def unmanaged(found: Items, now: Managed) -> Items:
    """What is found, without what the declaration manages."""
    left = {place: _left(item, now.fields(item), now.promoted(item)) for place, item in found.items()}
    return {place: item for place, item in left.items() if WHOLE not in now.fields(found[place])}


def continued(baseline: Items, found: Items, now: Managed, was: Managed) -> Items:
    """The baseline from now on. What the declaration manages leaves it; what it managed at the last look (`was`) and lets
    go of joins it as it is found, field by field, and so does the rest of an item that it made itself."""
    going_on: Items = {}
    baseline = _under_new_ids(baseline, found, now)
    for place, left in unmanaged(found, now).items():
        item = found[place]
        fields, before = now.fields(item), was.fields(item)
        if place in baseline and WHOLE not in before:
            old = _left(baseline[place], fields, now.promoted(item))
            going_on[place] = old | {name: left[name] for name in before - fields if name in left}
        elif fields or before:
            going_on[place] = left
    for place, item in baseline.items():
        # Who was cleaned up is in no list of the portal any more, and leaves the baseline by the domain.
        if place not in found and not now.goes(item, was):
            fields = now.fields_of_missing(item)
            if WHOLE not in fields:
                going_on[place] = _left(item, fields)
    return going_on


def missed(baseline: Items, found: Items) -> Items:
    """The baseline as it is compared: an item that is gone is missed where something is lost with it, beyond what the
    declaration manages and makes again."""
    return {
        place: item
        for place, item in baseline.items()
        if place in found or any(item[name] not in (None, []) for name in item.keys() - _IDENTITY)
    }


def _under_new_ids(baseline: Items, found: Items, now: Managed) -> Items:
    """A user whom the declaration manages, and who was removed and made again, goes on under another id."""
    gone = {
        _person(item): place for place, item in baseline.items() if place not in found and "personId" in item
    }
    again = {
        gone[_person(item)]: item
        for place, item in found.items()
        if place not in baseline and now.fields(item) and _person(item) in gone
    }
    return {
        str(again[place][PLACE]) if place in again else place: item
        | ({name: again[place][name] for name in _IDENTITY} if place in again else {})
        for place, item in baseline.items()
    }


def _person(item: Item) -> tuple[Any, Any]:
    return item.get("domain"), item.get("personId")


def with_addresses(baseline: Items, found: Items) -> Items:
    """A baseline of before addresses and languages were part of it, with those that the same people have now."""
    return {place: _addressed(item, found.get(place)) for place, item in baseline.items()}


def _addressed(old: Any, now: Any) -> Any:
    if isinstance(old, dict) and isinstance(now, dict):
        added = {name: now[name] for name in _ADDRESSES if name in now}
        return added | {name: _addressed(value, now.get(name)) for name, value in old.items()}
    if isinstance(old, list):
        there = {person["personId"]: person for person in _persons(now)}
        return [_addressed(one, there.get(one["personId"])) if _persons([one]) else one for one in old]
    return old


def _by_name(managed: Any) -> Mapping[str, list[str]]:
    """Fields by the item's name. A list, in a state of before parts were managed, names whole items."""
    return managed or {} if isinstance(managed, dict) else {name: [WHOLE] for name in managed or ()}


def _name(item: Item) -> str:
    """How `managed` names an item: `domain/INSZ` for a user, the domain for its access managers, else ""."""
    return f"{item['domain']}/{item['ssin']}" if "ssin" in item else str(item.get("domain", ""))


def _left(item: Item, fields: frozenset[str], promoted: frozenset[str] = frozenset()) -> Item:
    kept = {name: _kept(value) for name, value in item.items() if name not in fields | _LEFT_OUT}
    return {
        name: [one for one in value if not _persons([one]) or one["personId"] not in promoted]
        if isinstance(value, list)
        else value
        for name, value in kept.items()
    }


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kept(item) for name, item in value.items() if name not in _LEFT_OUT}
    if isinstance(value, list):
        return [_kept(item) for item in value]
    return value


def _persons(value: Any) -> list[Item]:
    """The persons among the values of a field, which may be one person, several, or something else."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict) and "personId" in one]
