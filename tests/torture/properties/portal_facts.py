"""What a portal has of a fusion's access, accounts and settings, fact by fact, as its tables have it.

Two such looks are compared (`plan_truth`); no provider and no call has a part in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import portal_tables

CHIEF, CO_CHIEF = "chief access manager", "co-chief access manager"
MANAGER, CO_MANAGER, USER = "access manager", "co-access manager", "user"
BLOCKED = "blocked"
_PEOPLE = {
    "chiefAccessManagers": {"chiefAccessManagers": CHIEF, "coChiefAccessManagers": CO_CHIEF},
    "accessManagers": {"accessManager": MANAGER, "coAccessManagers": CO_MANAGER},
}


class Role(NamedTuple):
    """One thing that a person is; `domain` is "" for the whole centre, `who` an INSZ, or a name where a plan says it."""

    number: str
    domain: str
    who: str
    role: str


class Right(NamedTuple):
    """One application or role of a user, or that the user is blocked."""

    number: str
    domain: str
    who: str
    field: str
    value: str


class Thing(NamedTuple):
    """A screen or an account; `key` is "" for a screen."""

    number: str
    kind: str
    key: str


class Value(NamedTuple):
    """What one field of a thing holds; of a manager, what is known of the person."""

    thing: Thing
    field: str


@dataclass
class Facts:
    roles: set[Role] = field(default_factory=set)
    rights: set[Right] = field(default_factory=set)
    values: dict[Value, Any] = field(default_factory=dict)

    @property
    def things(self) -> set[Thing]:
        return {value.thing for value in self.values}

    def may_act(self, one: Role) -> bool:
        """Whether a user of this role can do anything: blocked, or without a right, nobody can (R21)."""
        has = {right.field for right in self.rights if right[:3] == one[:3]}
        return one.role != USER or (BLOCKED not in has and bool(has))


def read_facts(database: Path, numbers: set[str]) -> Facts:
    """:param numbers: the organisations of the fusion."""
    facts = Facts()
    for number, kind, _, key, text, secret, *_ in portal_tables.read_all_resources(database):
        if number not in numbers:
            continue
        table, _, domain = kind.partition("/")
        body = json.loads(text)
        if table in _PEOPLE:
            _add_people(facts, Thing(number, kind, key), domain, _PEOPLE[table], body)
        elif table == "users":
            who = (number, domain, body["ssin"])
            facts.roles.add(Role(*who, USER))
            facts.rights |= {Right(*who, *right) for right in _rights(body)}
        else:
            thing = Thing(number, kind, key)
            found = dict.fromkeys(body["receive"], True) if kind == "mutations" else body
            facts.values |= {Value(thing, name): plain(value) for name, value in found.items()}
            if secret:
                facts.values[Value(thing, "password")] = secret
    return facts


def plain(value: Any) -> Any:
    """So that what means the same is equal: numbers, the order of a list, what is absent, the case of an address."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in sorted(value.items()) if item is not None}
    if isinstance(value, list | tuple):
        return sorted(map(plain, value), key=repr)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.lower() if isinstance(value, str) and "@" in value else value


def _add_people(facts: Facts, thing: Thing, domain: str, roles: dict[str, str], body: dict[str, Any]) -> None:
    for name, role in roles.items():
        persons = body.get(name) or []
        for person in [persons] if isinstance(persons, dict) else persons:
            facts.roles.add(Role(thing.number, domain, person["ssin"], role))
            known = {Value(thing, f"{person['ssin']} {name}"): plain(value) for name, value in person.items()}
            facts.values |= {value: known[value] for value in known if not value.field.endswith(" ssin")}


def _rights(user: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("applications", "roles"):
        for value in user[name]:
            yield name, value
    if user["blocked"]:
        yield BLOCKED, ""
