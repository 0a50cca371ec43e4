"""What other people do at the portal between two `up`. What does not apply at that moment (nobody to block, a screen that is
not open yet) does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from providers import paths
from providers.portal import Answer, WritingPortal
from schemas.access import Domain
from schemas.errors import PortalError
from tests.torture.properties.actions import entry, one_of
from tests.torture.properties.world import World, ssin, without_numbers

_ANSWERED = frozenset(
    {"createdBy", "createdAt", "changedAt", "personId", "id", "accountName", "fileName", "passwordChangedAt"}
    | {"status", "requestedOn", "answeredOn", "refusalReason", "management", "supplier"}
)


@dataclass(frozen=True)
class ByHand:
    """Somebody saves a screen or an account of the merged centre with other values; without any, deletes it."""

    thing: str
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number("")
        world.pass_a_second()  # by its moment a changed password is known
        for path in _paths(world, self.thing, number):
            try_to(world.hand(number), path, self.fields)


@dataclass(frozen=True)
class UserByHand:
    """Somebody blocks or changes a user whom the declaration manages; without any fields, removes them. At a disappearing
    centre only as far as it does: the rest is retained (`RetainedByHand`)."""

    centre: str
    position: int
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        for code, domain in _managed(world, self.centre).items():
            people = {ssin(user.person) for user in domain.users or ()}
            base = f"{paths.ACCESS}/{number}/domains/{code}/users"
            try:
                users = [user for user in world.hand(number).get_items(base) if user["ssin"] in people]
            except PortalError:
                return
            if users:
                user = one_of(sorted(users, key=lambda one: str(one["ssin"])), self.position)
                fields = self._managed(world, code, user["ssin"])
                if fields is not None:
                    try_to(world.hand(number), f"{base}/{user['id']}", fields)
            return

    def _managed(self, world: World, code: str, who: str) -> dict[str, Any] | None:
        """The fields that are put right; None where a thing would be lost that is not."""
        if not self.centre:
            return self.fields
        users = entry(world.applied, self.centre)["access"]["domains"][code].get("users", [])
        users = users if isinstance(users, list) else []
        said = {field for user in users if ssin(user["person"]) == who for field in (*user, "blocked")}
        if not self.fields:
            return {} if said >= {"applications", "roles"} else None
        return {name: value for name, value in self.fields.items() if name in said} or None


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
                    f"{paths.ACCESS}/{number}/domains/{code}/users",
                    {"ssin": ssin(one_of(world.people, self.person)), **body},
                )
            except PortalError:
                return


@dataclass(frozen=True)
class ManagersByHand:
    """Somebody names other managers of a domain that the declaration manages, or one more chief; at a disappearing centre
    no co-managers whom it leaves as they are."""

    centre: str
    manager: int
    others: tuple[int, ...]
    chief: bool = False

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        if self.chief and _managed(world, self.centre):
            path = f"{paths.ACCESS}/{number}/chiefAccessManagers"
            one_more = {"ssin": ssin(one_of(world.people, self.manager))}
            try_to(world.hand(number), path, lambda body: {"chiefAccessManagers": _with(body, one_more)})
            return
        for code in _managed(world, self.centre):
            applied = entry(world.applied, self.centre)["access"]["domains"][code]
            if self.centre and "coAccessManagers" not in applied:
                return
            manager, *others = dict.fromkeys(
                one_of(world.people, who) for who in (self.manager, *self.others)
            )
            named = [
                {"ssin": ssin(who), "email": f"{who}@elsewhere.example", "language": "nl"}
                for who in (manager, *others)
            ]
            fields = {"accessManager": named[0], "coAccessManagers": named[1:]}
            try_to(world.hand(number), f"{paths.ACCESS}/{number}/domains/{code}/accessManagers", fields)
            return


@dataclass(frozen=True)
class CoManagerByHand:
    """Somebody adds a co-manager to a domain that the declaration manages at the merged centre."""

    domain: int
    person: int

    def apply(self, world: World) -> None:
        codes = list(_managed(world, ""))
        if not codes:
            return
        number, who = world.number(""), one_of(world.people, self.person)
        one_more = {"ssin": ssin(who), "email": f"{who}@elsewhere.example", "language": "nl"}

        def add(body: dict[str, Any]) -> dict[str, Any]:
            there = [without_numbers(one) for one in (body["accessManager"], *body["coAccessManagers"])]
            known = one_more["ssin"] in {one["ssin"] for one in there}
            return {
                "accessManager": there[0],
                "coAccessManagers": [*there[1:], *([] if known else [one_more])],
            }

        path = f"{paths.ACCESS}/{number}/domains/{one_of(codes, self.domain)}/accessManagers"
        try_to(world.hand(number), path, add)


def _managed(world: World, centre: str) -> dict[str, Domain]:
    """The domains that the declaration manages now and did at the last `up`: what others change there is put right."""
    applied = entry(world.applied, centre).get("access", {}).get("domains", {})
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
        return [f"{paths.CHAMAN}/{number}/{thing}/{quote(names[thing], safe='')}"] if names[thing] else []
    return [f"{paths.CHAMAN if thing == 'sender' else paths.CONFIGURATION}/{number}/{thing}"]


def try_to(portal: WritingPortal, path: str, change: Any) -> None:
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
