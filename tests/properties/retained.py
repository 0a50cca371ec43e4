"""Somebody lays hands on what is retained at a disappearing centre, and the declaration accepts it, or does not (R05)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from providers import chaman, configuration
from providers.canonical import same
from schemas.declaration import slug
from schemas.errors import NotFound
from tests.properties.by_hand import try_to
from tests.properties.world import Data, World

_BOOKKEEPING = frozenset({"createdAt", "createdBy", "changedAt"})


@dataclass(frozen=True)
class RetainedByHand:
    """Somebody changes what is retained at a disappearing centre; without any fields, deletes it."""

    centre: str
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)

    def apply(self, world: World) -> None:
        _watch(world, self.centre, self.kind)
        portal = world.hand(world.number(self.centre))
        for path in _paths(world, self.centre, self.kind):
            try_to(portal, path, self.fields)


@dataclass(frozen=True)
class Accept:
    """Accept what somebody did to something retained: today, or with a date so many days from it."""

    centre: str
    kind: str
    days: int = 0

    def apply(self, world: World) -> None:
        _watch(world, self.centre, self.kind)
        on = (date.fromisoformat(world.today) + timedelta(days=self.days)).isoformat()

        def change(data: Data) -> None:
            accepted = data["retain"].setdefault("accept", [])
            accepted.append({"centre": self.centre, "item": self.kind, "on": on, "reason": "agreed"})

        world.edit(change)


def changed(world: World) -> list[str]:
    """The resources of what is not as it was adopted or accepted last. An acceptance counts once, and from its day on."""
    if world.lost:
        _adopt_anew(world)
    found = []
    for (centre, kind), before in world.watched.items():
        now = _content(world, centre, kind)
        accepted = [
            one.on.isoformat()
            for one in world.fusion.retain.accept
            if (one.centre, one.item) == (centre, kind) and one.on.isoformat() <= world.today
        ]
        if accepted and max(accepted) > world.accepted.get((centre, kind), ""):
            world.accepted[centre, kind], world.watched[centre, kind] = max(accepted), now
        elif not same(now, before):
            found.append(f"{slug(centre)}-retained-{kind}")
    return sorted(found)


def _adopt_anew(world: World) -> None:
    """The state was lost: what the portal has now is the baseline, and the acceptances that stand there are used."""
    world.lost = False
    for thing in world.watched:
        world.watched[thing] = _content(world, *thing)
        dates = [one.on.isoformat() for one in world.fusion.retain.accept if (one.centre, one.item) == thing]
        world.accepted[thing] = max(dates, default="")


def _watch(world: World, centre: str, kind: str) -> None:
    """Remember what it is like, before anybody lays hands on it."""
    world.watched.setdefault((centre, kind), _content(world, centre, kind))


def _paths(world: World, centre: str, kind: str) -> list[str]:
    number = world.number(centre)
    if kind != "ftpAccounts":
        return [f"{configuration.API}/{number}/{kind}"]
    accounts = world.hand(number).get_items(f"{chaman.API}/{number}/{kind}")
    return [f"{chaman.API}/{number}/{kind}/{quote(one['accountName'], safe='')}" for one in accounts]


def _content(world: World, centre: str, kind: str) -> list[Any]:
    portal = world.hand(world.number(centre))
    found = []
    for path in _paths(world, centre, kind):
        try:
            body = portal.get(path).body
        except NotFound:
            continue
        found.append({name: value for name, value in body.items() if name not in _BOOKKEEPING})
    return found
