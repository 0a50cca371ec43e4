"""What one person is at a centre by the portal, and what of it a declaration leaves as it is.

Asked where it matters that somebody loses access (`providers.lockout`), and that somebody keeps it
(`providers.declared_people`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from providers import paths
from providers.access import UserRights
from providers.base import Props
from schemas.errors import NotFound

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


CHIEF, CO_CHIEF = "chief access manager", "co-chief access manager"
ACCESS_MANAGER, CO_ACCESS_MANAGER = "access manager", "co-access manager"
USER = "user"


@dataclass(frozen=True)
class Standing:
    """One thing that a person is: `domain` is "" for a chief access manager, who is one of the whole centre."""

    domain: str
    role: str
    stays: bool
    """After an `up`: neither taken away nor given back."""

    def __str__(self) -> str:
        return f"{self.role} of {self.domain}" if self.domain else self.role


class DomainTaken(TypedDict):
    """What the declaration decides in a domain, beside the access manager."""

    coAccessManagers: bool
    users: bool
    """All of them: whoever is not declared goes."""
    user: UserRights | None
    """As what the operator is declared."""


class Taken(TypedDict):
    """What the declaration decides at a centre."""

    chiefAccessManagers: bool
    coChiefAccessManagers: bool
    domains: dict[str, DomainTaken]


def standings(
    portal: ReadingPortal, number: str, ssin: str, takes: Taken, *, releases: bool
) -> Iterator[Standing]:
    """Everything that a person is at the centre now, or as a user becomes.

    :param takes: what the declaration decides there.
    :param releases: whether what leaves the declaration goes, where this client made it.
    """

    def has(persons: list[Props]) -> bool:
        return any(person["ssin"] == ssin for person in persons)

    def released(thing: Props) -> bool:
        """Whether it goes with its place in the declaration."""
        return releases and thing.get("createdBy") == portal.client_id

    chiefs = _body(portal, paths.chief_access_managers(number))
    if has(chiefs.get("chiefAccessManagers", [])):
        yield Standing("", CHIEF, not takes["chiefAccessManagers"])
    if has(chiefs.get("coChiefAccessManagers", [])):
        yield Standing("", CO_CHIEF, not takes["coChiefAccessManagers"])
    for domain in portal.get_items(paths.domains(number)):
        code = domain["domain"]
        said = takes["domains"].get(code)
        managers = _body(portal, paths.access_managers(number, code))
        left = said is None and not released(managers)
        if managers and has([managers["accessManager"]]):
            yield Standing(code, ACCESS_MANAGER, left)
        if has(managers.get("coAccessManagers", [])):
            yield Standing(code, CO_ACCESS_MANAGER, left if said is None else not said["coAccessManagers"])
        for user in portal.get_items(paths.users(number, code)):
            if user["ssin"] == ssin:
                listed = said.get("user") if said else None
                stays = bool(listed) or not ((said and said["users"]) or released(user))
                acts = stays and _is_active({**user, **(listed or {})})
                if acts or _is_active(user):
                    yield Standing(code, USER, acts)


def lets_act(*, blocked: bool, applications: Sequence[str] | None, roles: Sequence[str] | None) -> bool:
    """Whether a user can do anything at the centre: one who is blocked cannot (R21), nor one without application or role."""
    return not blocked and bool(applications or roles)


def _is_active(user: Props) -> bool:
    return lets_act(blocked=user["blocked"], applications=user.get("applications"), roles=user.get("roles"))


def _body(portal: ReadingPortal, path: str) -> Props:
    try:
        return portal.get(path).body
    except NotFound:
        return {}
