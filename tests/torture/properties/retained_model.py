"""What must be reported of the disappearing centres, reckoned from the portal's own tables (R05, R22, R61).

Every value that the declaration does not manage is compared with what it was when it was adopted, or accepted last. What the
declaration manages is not; what it lets go of counts as it is found then. A release ends the comparison from its day on, by
the portal's date. Taken back, what is there is compared with what was there before, but for what the declaration managed
meanwhile: that is its own doing, and counts as it is found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.core import waves
from providers.canonical import same
from schemas.access import Access
from schemas.declaration import MergingCentre, ReleasedItem, slug
from tests.support import portal_tables

if TYPE_CHECKING:
    from tests.torture.properties.world import World

Place = tuple[str, ...]
Values = dict[tuple[Place, str], Any]
"""What the portal has of one kind, value by value: of a user by domain and INSZ, of an account by its name."""
EMAIL = ("email", "*.email")
"""Where an e-mail address stands in the portal's things: its case does not count."""
_TABLES = {
    "certificate": "certificates",
    "ftpAccount": "ftpAccounts",
    "restAccount": "restAccounts",
    "delegationRequest": "delegationRequests",
    "box": "eBox",
}
_COUNTS = ("documents", "unread")  # of an E-Box, they rise by themselves (R61)


@dataclass(frozen=True)
class Managed:
    """What a declaration manages of one kind: fields by place, domains that are cleaned up, people who are removed (R20).
    Who is made manager is no co-manager any more (R16), nor is who is removed."""

    fields: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    cleaned: frozenset[str] = frozenset()
    promoted: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    removed: frozenset[Place] = frozenset()

    def has(self, place: Place, name: str) -> bool:
        # Whoever is made again has another id.
        by_name = place in self.fields and name in (*self.fields[place], "id")
        return self.cleans(place) or place in self.removed or by_name

    def cleans(self, place: Place) -> bool:
        return place not in self.fields and bool(place) and place[0] in self.cleaned

    def touches(self, place: Place) -> bool:
        return place in self.fields or place in self.removed or self.cleans(place)


@dataclass(frozen=True)
class Declared:
    """What a declaration says of one kind of thing: the day of its release, the days of what it accepts, what it manages."""

    released: str
    accepted: tuple[str, ...]
    managed: Managed


@dataclass
class RetainedThing:
    """One kind of thing at one centre. `before`: None until it is adopted; `places`: what was there, whoever managed it;
    `managed`: at the last look, and since; `applied`: what was declared at the last `up`."""

    before: Values | None = None
    places: set[Place] = field(default_factory=set)
    accepted: str = ""
    managed: list[Managed] = field(default_factory=list)
    applied: Declared | None = None


class RetainedModel:
    """Everything that is retained at the disappearing centres of a fusion that was applied at this moment."""

    def __init__(self, world: World) -> None:
        self._things: dict[tuple[str, str], RetainedThing] = {}
        self.observe(world)

    def forget(self) -> None:
        """The state is lost: what there is at the next look is the baseline."""
        self._things = {}

    def observe(self, world: World) -> list[str]:
        """The resources of what changed, as an `up` of now reports them; and what it carries out is done."""
        found = []
        for centre in world.disappearing:
            here = read_contents(world, centre.kbo)
            for kind in centre.retained:
                shut = world.today < waves.every()[0].data["screenOpenings"].get(kind, "")  # R59
                shown = None if shut else here.get(kind, {})
                thing = self._things.setdefault((centre.name, kind), RetainedThing())
                now = _declared(world, centre, kind)
                # It begins with a refresh, which goes by what was applied last, and accepts nothing.
                if thing.applied:
                    _look(thing, thing.applied, shown, world.today, accepts=thing.before is None)
                if _look(thing, now, shown, world.today):
                    found.append(f"{slug(centre.name)}-retained-{kind}")
                thing.applied = now
        return sorted(found)

    def before(self, centre: str, kind: str) -> Values:
        """What it is compared with."""
        thing = self._things.get((centre, kind))
        return thing.before or {} if thing else {}


def find_release(world: World, centre: str, kind: str) -> ReleasedItem | None:
    """What the declaration says of its release, if it does."""
    entries = world.fusion.retain.release
    return next((one for one in entries if (one.centre, one.item) == (centre, kind)), None)


def read_contents(world: World, number: str) -> dict[str, Values]:
    """What the portal has of a centre, by kind."""
    found: dict[str, Values] = {}
    for kind, key, text in portal_tables.read_resources(world.database, number):
        table, _, domain = kind.partition("/")
        body = json.loads(text)
        place: Place = (domain,) if domain else (key,) if key else ()
        if table == "users":
            place = (domain, body.pop("ssin"))
            body["id"] = key
        values = found.setdefault(_TABLES.get(table, table), {})
        values |= {(place, name): value for name, value in body.items() if name not in _COUNTS}
    return found


def managed_of(access: Access | None, kind: str) -> Managed:
    """What of a centre's access is declared, and so put right."""
    from tests.torture.properties.world import ssin

    if access is None:
        return Managed()
    domains = access.domains.items()
    if kind == "chiefAccessManagers":
        chiefs = frozenset(map(ssin, access.chief_access_managers))
        return Managed({(): frozenset({"chiefAccessManagers"})}, promoted={(): chiefs})
    if kind == "accessManagers":
        others = {
            code: {"coAccessManagers"} if one.co_access_managers is not None else set()
            for code, one in domains
        }
        return Managed(
            {(code,): frozenset({"accessManager", *others[code]}) for code, _ in domains},
            promoted={
                (code,): frozenset(map(ssin, (one.access_manager, *(gone.person for gone in one.removed))))
                for code, one in domains
            },
        )
    if kind == "users":
        users = {(code, ssin(user.person)): user for code, one in domains for user in one.users or ()}
        fields = ("applications", "roles", "blocked")
        return Managed(
            {
                place: frozenset(name for name in fields if getattr(user, name) is not None)
                for place, user in users.items()
            },
            frozenset(access.domains if access.clean_up else ()),
            removed=frozenset((code, ssin(gone.person)) for code, one in domains for gone in one.removed),
        )
    return Managed()


def _declared(world: World, centre: MergingCentre, kind: str) -> Declared:
    release = find_release(world, centre.name, kind)
    accepted = [one.on for one in world.fusion.retain.accept if (one.centre, one.item) == (centre.name, kind)]
    return Declared(
        release.on.isoformat() if release else "",
        tuple(day.isoformat() for day in accepted),
        managed_of(centre.access, kind),
    )


def _look(
    thing: RetainedThing, declared: Declared, shown: Values | None, today: str, *, accepts: bool = True
) -> bool:
    """Whether it is not as it was. `shown`: None where the portal does not show it yet."""
    now = declared.managed
    if declared.released and declared.released <= today:
        thing.managed.append(now)
        return False
    if shown is None:
        return False
    values = _unmanaged(shown, now)
    there = {place for place, _ in shown}
    thing.before = values if thing.before is None else _going_on(thing, values, now, there)
    thing.places = {place for place, _ in (*thing.before, *shown) if not now.cleans(place)}
    thing.managed = [now]
    accepted = max((day for day in declared.accepted if day <= today), default="")
    if accepts and accepted > thing.accepted:
        thing.before, thing.accepted = values, accepted
    return any(
        not same({key[1]: thing.before.get(key)}, {key[1]: values.get(key)}, EMAIL)
        for key in thing.before.keys() | values.keys()
    )


def _unmanaged(found: Values, now: Managed) -> Values:
    left = {(place, name): value for (place, name), value in found.items() if not now.has(place, name)}
    for place, people in now.promoted.items():
        for name in ("coAccessManagers", "coChiefAccessManagers"):
            others = left.get((place, name))
            if others:
                left[place, name] = [person for person in others if person["ssin"] not in people]
    return left


def _going_on(thing: RetainedThing, values: Values, now: Managed, there: set[Place]) -> Values:
    """The baseline: without what is managed now, and with what was and is not any more, as it is found. Who is removed and
    was gone before is missed: the portal has nobody any more to know them by."""
    before = thing.before or {}
    going_on = {
        key: value
        for key, value in _unmanaged(before, now).items()
        if not any(was.has(*key) for was in thing.managed)
    }
    gone = now.removed - there
    going_on |= {(place, name): value for (place, name), value in before.items() if place in gone}
    for key, value in values.items():
        place, declared = key[0], (now, *thing.managed)
        made = place not in thing.places and any(one.touches(place) for one in declared)
        if made or any(was.has(*key) for was in thing.managed):
            going_on[key] = value
    return going_on
