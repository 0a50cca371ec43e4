"""What can happen between two `up`: edits of the declaration, other people at the portal, time, suppliers, failures.

Each is a value that prints as the code that makes it: the shortest sequence that Hypothesis finds can be pasted into a test.
What does not apply at that moment (nobody to block, a screen that is not open yet) does nothing.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from emulator import controls
from emulator.controls import Rule
from emulator.problems import Problem
from providers import access, chaman, configuration
from providers.portal import Answer, WritingPortal
from schemas.access import Domain
from schemas.errors import PortalError
from tests.properties.world import Data, World, ssin, without_numbers

_ANSWERED = frozenset(
    {"createdBy", "createdAt", "changedAt", "personId", "id", "accountName", "fileName", "passwordChangedAt"}
    | {"status", "requestedOn", "answeredOn", "refusalReason", "management"}
)


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
            there, first = _entry(data, self.centre), _entry(world.original, self.centre)
            if self.present:
                there[self.name] = copy.deepcopy(first[self.name])
            else:
                del there[self.name]

        world.edit(change)


@dataclass(frozen=True)
class DeclareUser:
    """A user with these applications and roles (None: as they are), in the first domain of a centre."""

    centre: str
    person: int
    applications: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    blocked: bool = False

    def apply(self, world: World) -> None:
        user: Data = {"person": _one_of(world.people, self.person), "blocked": self.blocked}
        for name, values in (("applications", self.applications), ("roles", self.roles)):
            if values is not None:
                user[name] = list(values) or "none"

        def change(data: Data) -> None:
            domain = _domain(data, self.centre)
            others = [one for one in domain.get("users", []) if one["person"] != user["person"]]
            domain["users"] = [*others, user]

        world.edit(change)


@dataclass(frozen=True)
class DropUser:
    """A user leaves the declaration: removed where this client added them, let go of elsewhere."""

    centre: str
    position: int

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            users = _domain(data, self.centre)["users"]
            users.remove(_one_of(users, self.position))

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
            domain["accessManager"] = manager = _one_of(world.people, self.manager)
            domain.pop("coAccessManagers", None)
            if self.others is not None:
                others = {_one_of(world.people, other) for other in self.others} - {manager}
                domain["coAccessManagers"] = sorted(others) or "none"

        world.edit(change)


# -- other people at the portal -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ByHand:
    """Somebody saves a screen or an account of the merged centre with other values; without any, deletes it."""

    thing: str
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number("")
        for path in _paths(world, self.thing, number):
            _try(world.hand(number), path, self.fields)


@dataclass(frozen=True)
class UserByHand:
    """Somebody blocks or changes a user whom the declaration manages; without any fields, removes them."""

    centre: str
    position: int
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        for code, domain in _managed(world, self.centre).items():
            people = {ssin(user.person) for user in domain.users or ()}
            base = f"{access.API}/{number}/domains/{code}/users"
            try:
                users = [user for user in world.hand(number).get_items(base) if user["ssin"] in people]
            except PortalError:
                return
            if users:
                user = _one_of(sorted(users, key=lambda one: str(one["ssin"])), self.position)
                _try(world.hand(number), f"{base}/{user['id']}", self.fields)
            return


@dataclass(frozen=True)
class AddedByHand:
    """Somebody adds a user at the merged centre: declared already or not, or declared later."""

    person: int

    def apply(self, world: World) -> None:
        number = world.number("")
        for code in _managed(world, ""):
            body = {"applications": ["Uniek verslag"], "roles": [], "blocked": False}
            try:
                world.hand(number).add(
                    f"{access.API}/{number}/domains/{code}/users",
                    {"ssin": ssin(_one_of(world.people, self.person)), **body},
                )
            except PortalError:
                return


@dataclass(frozen=True)
class ManagersByHand:
    """Somebody names other managers of a domain that the declaration manages, or one more chief."""

    centre: str
    manager: int
    others: tuple[int, ...]
    chief: bool = False

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        if self.chief and _managed(world, self.centre):
            path = f"{access.API}/{number}/chiefAccessManagers"
            one_more = {"ssin": ssin(_one_of(world.people, self.manager))}
            _try(world.hand(number), path, lambda body: {"chiefAccessManagers": _with(body, one_more)})
            return
        for code in _managed(world, self.centre):
            manager, *others = dict.fromkeys(
                _one_of(world.people, who) for who in (self.manager, *self.others)
            )
            named = [
                {"ssin": ssin(who), "email": f"{who}@elsewhere.example", "language": "nl"}
                for who in (manager, *others)
            ]
            fields = {"accessManager": named[0], "coAccessManagers": named[1:]}
            _try(world.hand(number), f"{access.API}/{number}/domains/{code}/accessManagers", fields)
            return


# -- the rest of the world ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """Portal time passes."""

    number: int

    def apply(self, world: World) -> None:
        world.pass_days(self.number)


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
    """`pulumi up`, and what must be true then (see `truths`)."""

    def apply(self, world: World) -> None:
        from tests.properties import truths

        truths.up(world)


# -- shared ---------------------------------------------------------------------------------------------------------


def _one_of(things: list[Any], position: int) -> Any:
    return things[position % len(things)]


def _entry(data: Data, centre: str) -> Data:
    return next(one for one in data["merging"] if one["name"] == centre) if centre else data


def _domain(data: Data, centre: str) -> Data:
    domains: dict[str, Data] = _entry(data, centre)["access"]["domains"]
    return next(iter(domains.values()))


def _managed(world: World, centre: str) -> dict[str, Domain]:
    """The domains that the declaration manages now and did at the last `up`: what others change there is put right."""
    applied = _entry(world.applied, centre).get("access", {}).get("domains", {})
    fusion = world.fusion
    declared = next(c.access for c in fusion.disappearing if c.name == centre) if centre else fusion.access
    return {
        code: domain for code, domain in (declared.domains if declared else {}).items() if code in applied
    }


def _with(body: dict[str, Any], one_more: dict[str, str]) -> list[dict[str, str]]:
    chiefs = [{"ssin": chief["ssin"]} for chief in body["chiefAccessManagers"]]
    return chiefs if one_more in chiefs else [*chiefs, one_more]


def _paths(world: World, thing: str, number: str) -> list[str]:
    accounts = world.fusion.accounts
    names = {
        "ftpAccounts": accounts.ftp.name if accounts and accounts.ftp else "",
        "delegationRequests": accounts.rest.name if accounts and accounts.rest else "",
        "restAccounts": accounts.rest.name if accounts and accounts.rest else "",
    }
    if thing in names:
        return [f"{chaman.API}/{number}/{thing}/{quote(names[thing], safe='')}"] if names[thing] else []
    return [f"{chaman.API if thing == 'sender' else configuration.API}/{number}/{thing}"]


def _try(portal: WritingPortal, path: str, change: Any) -> None:
    """Save with other values, or delete; what the portal does not have, open or allow stays."""
    try:
        found: Answer = portal.get(path)
        fields = change(found.body) if callable(change) else change
        if fields:
            sent = {name: value for name, value in found.body.items() if name not in _ANSWERED}
            portal.replace(path, without_numbers(sent) | fields, found.etag)
        else:
            portal.delete(path, found.etag)
    except PortalError:
        return
