"""Somebody lays hands on what is retained at a disappearing centre (R05): on each of its kinds, as far as the portal lets
them (in an E-Box only the portal itself changes anything), and on access as far as the declaration leaves it. What it
manages is put right: that is `by_hand`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from providers import paths
from providers.portal import WritingPortal
from schemas.errors import PortalError
from tests.providers.chaman_files import certificate
from tests.support import portal_tables
from tests.torture.properties.actions import one_of
from tests.torture.properties.manual_changes import try_to
from tests.torture.properties.retained_model import Managed, Place, managed_of, read_contents
from tests.torture.properties.world import World, ssin

_ITEM_KEYS = {
    "certificates": "fileName",
    **dict.fromkeys(("ftpAccounts", "restAccounts", "delegationRequests"), "accountName"),
}
# What a sender and a certificate cannot go without (R28, R37).
_HANG_FROM = {
    "sender": ("ftpAccounts", "restAccounts", "delegationRequests"),
    "certificates": ("ftpAccounts", "restAccounts"),
}
_NOBODY_DECLARES = ["somebody.else", "one.more"]


@dataclass(frozen=True)
class RetainedByHand:
    """Somebody saves a screen, or every item of a kind, with other values; without any, deletes it, and first what hangs
    from it. A certificate is renewed, whatever the values."""

    centre: str
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        if self.kind == "eBox":
            _save_box(world, number, self.fields)
            return
        world.pass_a_second()  # by its moment a changed password is known
        for kind in () if self.fields else _HANG_FROM.get(self.kind, ()):
            for path in _paths(world, number, kind):
                try_to(world.hand(number), path, {})
        for path in _paths(world, number, self.kind):
            if self.kind == "certificates" and self.fields:
                _renew(world.hand(number), path)
            else:
                try_to(world.hand(number), path, self.fields)


@dataclass(frozen=True)
class PutRight:
    """Somebody saves a screen as it was: what is reported of it ends by itself."""

    centre: str
    kind: str

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        portal, (path,) = world.hand(number), _paths(world, number, self.kind)
        body = {name: value for (_, name), value in world.retained.before(self.centre, self.kind).items()}
        with suppress(PortalError):
            if body and read_contents(world, number).get(self.kind):
                portal.replace(path, body, portal.get(path).etag)
            elif body:
                portal.create(path, body)


@dataclass(frozen=True)
class OneMore:
    """Somebody adds a certificate, an account, a delegation request, a user, or managers to a domain without any."""

    centre: str
    kind: str

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        portal = world.hand(number)
        with suppress(PortalError):
            if self.kind == "users":
                user = {"ssin": _ssin(0), "applications": ["Uniek verslag"], "roles": [], "blocked": False}
                portal.add(f"{paths.ACCESS}/{number}/domains/woonzorg/users", user)
            for path, body in _more(number, self.kind):
                portal.create(path, body)


@dataclass(frozen=True)
class RetainedUser:
    """Somebody blocks or changes a user as far as the declaration leaves them; without any fields, removes them."""

    centre: str
    position: int
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        declared, there = _managed(world, self.centre, "users"), read_contents(world, number).get("users", {})
        users = sorted(
            {place for place, _ in there if not declared.touches(place)}
            if not self.fields
            else {place for place, _ in there if any(not declared.has(place, name) for name in self.fields)}
        )
        if users:
            place = one_of(users, self.position)
            fields = {name: value for name, value in self.fields.items() if not declared.has(place, name)}
            path = f"{paths.ACCESS}/{number}/domains/{place[0]}/users/{there[place, 'id']}"
            try_to(world.hand(number), path, fields)


@dataclass(frozen=True)
class RetainedManagers:
    """Somebody names a co-manager of a domain, or with `head` another manager, as far as the declaration leaves them;
    without a person, nobody. The domain "" is the whole centre: its co-chiefs, or one more chief."""

    centre: str
    domain: str
    person: int | None = None
    head: bool = False

    def apply(self, world: World) -> None:
        number = world.number(self.centre)
        kind = "accessManagers" if self.domain else "chiefAccessManagers"
        place: Place = (self.domain,) if self.domain else ()
        declared = _managed(world, self.centre, kind)
        path = f"{paths.ACCESS}/{number}/" + (f"domains/{self.domain}/{kind}" if self.domain else kind)
        people = [] if self.person is None else [{"ssin": _ssin(self.person)}]
        if self.head:
            if people and not declared.touches(place):
                try_to(world.hand(number), path, lambda body: _headed(body, people))
            elif not declared.touches(place) and self.domain:
                try_to(world.hand(number), path, {})
            return
        others = "coAccessManagers" if self.domain else "coChiefAccessManagers"
        if not declared.has(place, others):
            try_to(world.hand(number), path, {others: people})


def _headed(body: dict[str, Any], people: list[dict[str, str]]) -> dict[str, Any]:
    if "accessManager" in body:
        return {"accessManager": people[0], "coAccessManagers": []}
    chiefs = [{"ssin": chief["ssin"]} for chief in body["chiefAccessManagers"]]
    return {
        "chiefAccessManagers": [*[chief for chief in chiefs if chief not in people], *people],
        "coChiefAccessManagers": [],
    }


def _managed(world: World, centre: str, kind: str) -> Managed:
    return managed_of(next(one.access for one in world.disappearing if one.name == centre), kind)


def _ssin(person: int) -> str:
    return ssin(one_of(_NOBODY_DECLARES, person))


def _more(number: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    channels = f"{paths.CHAMAN}/{number}"
    if kind == "accessManagers":
        path = f"{paths.ACCESS}/{number}/domains/werkgeverSocialeZekerheid/accessManagers"
        return [(path, {"accessManager": {"ssin": _ssin(0)}})]
    if kind == "delegationRequests":
        request = {"authorizations": ["integrationsConsult"], "supplier": "socius"}
        return [(f"{channels}/delegationRequests/More", request)]
    usage = "rest" if kind == "restAccounts" else "ftp"
    uploaded = (f"{channels}/certificates/more-{usage}.cer", _file(f"more {usage}", usage))
    account: dict[str, Any] = {"certificate": f"more-{usage}.cer"}
    if kind == "restAccounts":
        return [
            uploaded,
            (f"{channels}/restAccounts/More", account | {"authorizations": ["integrationsConsult"]}),
        ]
    if kind == "ftpAccounts":
        account |= {"type": "FTP", "username": f"more{number}", "password": "Elsewhere=1+"}
        return [uploaded, (f"{channels}/ftpAccounts/More", account | {"authorizations": ["mutations"]})]
    return [uploaded] if kind == "certificates" else []


def _file(name: str, usage: str) -> dict[str, Any]:
    return {"content": certificate(name, self_signed=usage == "rest")["content"], "usage": usage}


def _renew(portal: WritingPortal, path: str) -> None:
    with suppress(PortalError):
        found = portal.get(path)
        usage = found.body["usage"]
        portal.replace(path, _file(f"renewed {usage}", usage), found.etag)


def _paths(world: World, number: str, kind: str) -> list[str]:
    if kind not in _ITEM_KEYS:
        return [f"{paths.CHAMAN if kind == 'sender' else paths.CONFIGURATION}/{number}/{kind}"]
    base = f"{paths.CHAMAN}/{number}/{kind}"
    items = world.hand(number).get_items(base)
    return [f"{base}/{quote(item[_ITEM_KEYS[kind]], safe='')}" for item in items]


def _save_box(world: World, number: str, fields: dict[str, Any]) -> None:
    """The portal itself: nobody has a screen for it."""
    portal_tables.change_resources(world.database, "box", number, **fields)
