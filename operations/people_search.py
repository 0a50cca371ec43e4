"""Whom the portal means by a number of its own, which a plan or a message shows where nobody else has a name.

The portal is asked at every centre of a fusion. Who it is, is told by the key of the secrets, never by INSZ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.loaded_stacks import LoadedStack, choose_stacks, load_stack
from providers import session
from providers.baseline import Item
from providers.kinds import look
from providers.people import PORTAL
from providers.retained import KINDS
from providers.settings import settings_from
from schemas.errors import FusionError, NotYetAvailable
from schemas.privacy import masked

SHORTEST = 4
"""Of a number, so many characters at least: fewer are many people's."""
_ROLES = {
    "chiefAccessManagers": "chief access manager",
    "coChiefAccessManagers": "co-chief access manager",
    "accessManager": "access manager",
    "coAccessManagers": "co-access manager",
}


@dataclass(frozen=True)
class Place:
    """Where the portal has a person; `domain` is "" for what a person is at the whole centre."""

    fusion: str
    centre: str
    kbo: str
    domain: str
    role: str

    def __str__(self) -> str:
        """`Herne, maatschappelijkWelzijn: user, Dossierbeheerder`."""
        return ", ".join(part for part in (self.centre, self.domain) if part) + f": {self.role}"


@dataclass(frozen=True)
class PersonFound:
    """A person whose number begins as was asked; `key` is "" where no secrets know the person."""

    number: str
    key: str
    places: list[Place]

    def as_json(self) -> dict[str, Any]:
        places = [vars(place) for place in self.places]
        return {"number": self.number, "key": self.key, "places": places}


def find_people(root: Path, number: str, names: Sequence[str]) -> list[PersonFound]:
    """Whose number begins with `number`, with or without `portal:`, at the centres of the named stacks, or of all.

    A user's own number, by which a retained user is told, finds its person too. Raises `FusionError` where there is nobody.
    """
    start = number.removeprefix(PORTAL).rpartition("/")[2].casefold()
    if len(start) < SHORTEST:
        raise FusionError(
            f"{masked(number)} is too short to be one person's number", f"Give {SHORTEST} characters or more"
        )
    chosen = choose_stacks(root, names)
    places: dict[str, list[Place]] = {}
    keys: dict[str, str] = {}
    try:
        for name in chosen:
            one = load_stack(root, name)
            session.configure(settings_from(one.config.get))
            known = one.secrets.keys_by_insz()
            for person, ids, place in _people_of(one):
                if any(id_.casefold().startswith(start) for id_ in ids):
                    places.setdefault(person["personId"], []).append(place)
                    keys[person["personId"]] = known.get(person["ssin"], "") or keys.get(
                        person["personId"], ""
                    )
    finally:
        session.close()
    if not places:
        raise FusionError(
            f"nobody at the centres of {', '.join(chosen)} has a number that begins with {masked(start)}",
            "A plan shows numbers as `portal:…`. Who was taken away has none any more; else name the fusion of that plan",
        )
    return [PersonFound(number, keys[number], found) for number, found in places.items()]


def _look(kind: str, kbo: str) -> Iterable[Item]:
    try:
        return look(session.reading(kbo), KINDS[kind], kbo).values()
    except NotYetAvailable:
        return ()  # nobody is there yet


def _people_of(one: LoadedStack) -> Iterator[tuple[Item, tuple[str, ...], Place]]:
    """Everybody whom the portal has at the fusion's centres, with the numbers of theirs that begin so, and where."""
    fusion = one.fusion
    merging = [(centre.name, centre.kbo) for centre in fusion.disappearing]
    for centre, kbo in [(fusion.name, fusion.ocmw.kbo), *merging]:
        for item in [*_look("chiefAccessManagers", kbo), *_look("accessManagers", kbo)]:
            for field, role in _ROLES.items():
                persons = item.get(field) or []
                for person in persons if isinstance(persons, list) else [persons]:
                    place = Place(one.stack, centre, kbo, item.get("domain", ""), role)
                    yield person, (person["personId"],), place
        for user in _look("users", kbo):
            rights = [*user["applications"], *user["roles"], *(["blocked"] if user["blocked"] else [])]
            place = Place(one.stack, centre, kbo, user["domain"], ", ".join(["user", *rights]))
            yield user, (user["personId"], user["id"]), place
