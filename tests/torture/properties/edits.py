"""Edits of a declaration as people make them, of any fusion: who has access where, and what the merged centre has.

Each is a value that prints as the code that makes it. Centres, domains and people are meant by their position, so that one
edit fits each file; what the file does not have, or a review would refuse, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from schemas.reference import reference
from tests.torture.properties.actions import declare_user, one_of
from tests.torture.properties.world import Data, World

_DOMAINS = reference().codes("domains")


def edit_access(world: World, centre: int, change: Callable[[Data], None]) -> None:
    """Change the access of one of the centres that have any: the merged one's, or a merging one's."""

    def edit(data: Data) -> None:
        there = [one for one in (data, *data["merging"]) if "access" in one]
        change(one_of(there, centre)["access"])

    world.edit(edit)


def edit_domain(world: World, centre: int, domain: int, change: Callable[[Data], None]) -> None:
    edit_access(world, centre, lambda access: change(one_of(list(access["domains"].values()), domain)))


def _replace_users(domain: Data, users: list[Data]) -> None:
    domain["users"] = users
    if not users:
        del domain["users"]


@dataclass(frozen=True)
class DropUsers:
    """These leave the domain."""

    centre: int
    domain: int
    positions: tuple[int, ...]

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            gone = [one_of(domain["users"], position) for position in self.positions]
            _replace_users(domain, [user for user in domain["users"] if user not in gone])

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class AddUser:
    """Somebody becomes a user, or one who is gets these rights; None: as the portal has them."""

    centre: int
    domain: int
    person: int
    applications: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    blocked: bool = False

    def apply(self, world: World) -> None:
        person = one_of(world.people, self.person)

        def change(domain: Data) -> None:
            declare_user(domain, person, self.applications, self.roles, blocked=self.blocked)

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class ChangeUser:
    """One field of a user gets another value; None: the file says nothing of it any more."""

    centre: int
    domain: int
    position: int
    field: str
    value: Any

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            user = one_of(domain["users"], self.position)
            user[self.field] = list(self.value) if isinstance(self.value, tuple) else self.value
            if self.value is None:
                del user[self.field]

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class MoveUser:
    """A user goes to another domain of the same centre."""

    centre: int
    domain: int
    position: int
    to: int

    def apply(self, world: World) -> None:
        def change(access: Data) -> None:
            domains = list(access["domains"].values())
            here, there = one_of(domains, self.domain), one_of(domains, self.to)
            user = one_of(here["users"], self.position)
            _replace_users(here, [one for one in here["users"] if one is not user])
            there.setdefault("users", []).append(user)

        edit_access(world, self.centre, change)


@dataclass(frozen=True)
class Appoint:
    """Another access manager of a domain."""

    centre: int
    domain: int
    person: int

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            domain["accessManager"] = who = one_of(world.people, self.person)
            others = domain.get("coAccessManagers")
            if isinstance(others, list):
                domain["coAccessManagers"] = [one for one in others if one != who] or "none"

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class NameCoManagers:
    """Exactly these co-managers; None: the file says nothing of them."""

    centre: int
    domain: int
    people: tuple[int, ...] | None

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            domain.pop("coAccessManagers", None)
            if self.people is not None:
                who = {one_of(world.people, person) for person in self.people} - {domain["accessManager"]}
                domain["coAccessManagers"] = sorted(who) or "none"

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class DropCoManager:
    centre: int
    domain: int
    position: int

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            others = domain["coAccessManagers"]
            gone = one_of(others, self.position)
            domain["coAccessManagers"] = [one for one in others if one != gone] or "none"

        edit_domain(world, self.centre, self.domain, change)


@dataclass(frozen=True)
class NameChiefs:
    """These chief access managers and, where they are said, co-chiefs; `handover`: also where nobody stays."""

    centre: int
    chiefs: tuple[int, ...]
    co_chiefs: tuple[int, ...] | None = None
    handover: bool = False

    def apply(self, world: World) -> None:
        def change(access: Data) -> None:
            access.pop("coChiefAccessManagers", None)
            access["chiefAccessManagers"] = chiefs = sorted(
                {one_of(world.people, one) for one in self.chiefs}
            )
            if self.co_chiefs is not None:
                others = {one_of(world.people, one) for one in self.co_chiefs} - set(chiefs)
                access["coChiefAccessManagers"] = sorted(others) or "none"
            if self.handover:
                access["handover"] = {"on": world.today, "reason": "agreed"}

        edit_access(world, self.centre, change)


@dataclass(frozen=True)
class DropDomain:
    centre: int
    domain: int

    def apply(self, world: World) -> None:
        def change(access: Data) -> None:
            del access["domains"][one_of(list(access["domains"]), self.domain)]

        edit_access(world, self.centre, change)


@dataclass(frozen=True)
class AddDomain:
    centre: int
    code: int
    person: int

    def apply(self, world: World) -> None:
        def change(access: Data) -> None:
            access["domains"].setdefault(
                one_of(_DOMAINS, self.code), {"accessManager": one_of(world.people, self.person)}
            )

        edit_access(world, self.centre, change)


@dataclass(frozen=True)
class DropAccess:
    """The file says nothing of a centre's access any more."""

    centre: int

    def apply(self, world: World) -> None:
        def edit(data: Data) -> None:
            del one_of([one for one in (data, *data["merging"]) if "access" in one], self.centre)["access"]

        world.edit(edit)


@dataclass(frozen=True)
class RemovePerson:
    """`removed` for somebody, whose other lines in the domain go; `days` from today. Said again, it is withdrawn."""

    centre: int
    domain: int
    person: int
    days: int = 0

    def apply(self, world: World) -> None:
        def change(domain: Data) -> None:
            users = domain.get("users", [])
            here = [user["person"] for user in users if isinstance(user, dict)]
            others = domain.get("coAccessManagers")
            others = others if isinstance(others, list) else []
            who = one_of([*here, *others, *world.people], self.person)
            entries = domain.pop("removed", [])
            left = [one for one in entries if one["person"] != who]
            if len(left) == len(entries):
                on = (date.fromisoformat(world.today) + timedelta(days=self.days)).isoformat()
                left.append({"person": who, "on": on, "reason": "left the centre"})
            if left:
                domain["removed"] = left
            if who in here:
                _replace_users(domain, [user for user in users if user["person"] != who])
            if who in others:
                domain["coAccessManagers"] = [one for one in others if one != who] or "none"

        edit_domain(world, self.centre, self.domain, change)
