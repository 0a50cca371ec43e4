"""What can happen between two `up`: edits of the declaration, other people at the portal, time, suppliers, failures.

Each is a value that prints as the code that makes it: the shortest sequence that Hypothesis finds can be pasted into a test.
What does not apply at that moment (nobody to block, a screen that is not open yet) does nothing.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Protocol

from emulator import controls
from emulator.controls import Problem, Rule
from tests.torture.properties.world import Data, World


class Action(Protocol):
    def apply(self, world: World) -> None: ...


# -- the declaration ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """Declare another value at a place; None: say nothing of it any more."""

    place: tuple[str | int, ...]
    value: Any

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            *parents, last = self.place
            there: Any = data
            for name in parents:
                there = there[name]
            if self.value is None:
                del there[last]
            else:
                there[last] = self.value

        world.edit(change)


@dataclass(frozen=True)
class Tick:
    """Receive a type of mutations, or do not (R48)."""

    code: str
    wanted: bool

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            chosen = [code for code in data["mutations"]["receive"] if code != self.code]
            data["mutations"]["receive"] = chosen + [self.code] * self.wanted

        world.edit(change)


@dataclass(frozen=True)
class Section:
    """Leave a whole section out, or have it as at first. `centre` "" is the file itself, else its entry in `merging`."""

    name: str
    present: bool
    centre: str = ""

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            there, first = entry(data, self.centre), entry(world.original, self.centre)
            if self.present:
                there[self.name] = copy.deepcopy(first[self.name])
            else:
                del there[self.name]

        world.edit(change)


def declare_user(
    domain: Data,
    person: str,
    applications: tuple[str, ...] | None,
    roles: tuple[str, ...] | None,
    *,
    blocked: bool,
) -> None:
    """Write a user into a domain of a declaration, instead of what stands there of the person."""
    user: Data = {"person": person, "blocked": blocked}
    for name, values in (("applications", applications), ("roles", roles)):
        if values is not None:
            user[name] = list(values) or "none"
    others = [one for one in domain.get("users", []) if one["person"] != person]
    domain["users"] = [*others, user]


@dataclass(frozen=True)
class DeclareUser:
    """A user with these applications and roles (None: as they are), in the first domain of a centre."""

    centre: str
    person: int
    applications: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    blocked: bool = False

    def apply(self, world: World) -> None:
        person = one_of(world.people, self.person)

        def change(data: Data) -> None:
            declare_user(
                _domain(data, self.centre), person, self.applications, self.roles, blocked=self.blocked
            )

        world.edit(change)


@dataclass(frozen=True)
class DropUser:
    """A user leaves the declaration: removed where this client added them, let go of elsewhere."""

    centre: str
    position: int

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            users = _domain(data, self.centre)["users"]
            users.remove(one_of(users, self.position))

        world.edit(change)


@dataclass(frozen=True)
class DeclareManagers:
    """Another access manager and other co-managers (None: as they are)."""

    centre: str
    manager: int
    others: tuple[int, ...] | None

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            domain = _domain(data, self.centre)
            domain["accessManager"] = manager = one_of(world.people, self.manager)
            domain.pop("coAccessManagers", None)
            if self.others is not None:
                others = {one_of(world.people, other) for other in self.others} - {manager}
                domain["coAccessManagers"] = sorted(others) or "none"

        world.edit(change)


# -- the rest of the world ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supplier:
    """The supplier answers the delegation request, if one is open (R35, R36)."""

    accepts: bool

    def apply(self, world: World) -> None:
        accounts = world.fusion.accounts
        if accounts and accounts.rest:
            try:
                controls.answer_delegation(world.database, world.number(""), accounts.rest.name, self.accepts)
            except Problem:
                return


@dataclass(frozen=True)
class Trouble:
    """A share of the calls of the next `up` fails, perhaps after the write was made."""

    status: int
    after_write: bool
    seed: int

    def apply(self, world: World) -> None:
        rule = Rule(
            share=0.15,
            status=self.status,
            retry_after_seconds=0,
            after_write=self.after_write,
            seed=self.seed,
            path_pattern="/REST/[!o]*",
        )
        controls.clear_faults(world.database)
        controls.add_fault(world.database, rule)


@dataclass(frozen=True)
class Up:
    """`pulumi up`, and what must be true then (see `invariants`)."""

    def apply(self, world: World) -> None:
        from tests.torture.properties import invariants

        invariants.apply_and_check(world)


# -- shared ---------------------------------------------------------------------------------------------------------


def one_of(things: list[Any], position: int) -> Any:
    """:raises IndexError: where there is none: an edit of it changes nothing."""
    if not things:
        raise IndexError(position)
    return things[position % len(things)]


def entry(data: Data, centre: str) -> Data:
    return next(one for one in data["merging"] if one["name"] == centre) if centre else data


def _domain(data: Data, centre: str) -> Data:
    domains: dict[str, Data] = entry(data, centre)["access"]["domains"]
    return next(iter(domains.values()))
