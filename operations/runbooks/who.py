"""Whom the declaration names for a step: those who, by it, may sign in and do it."""

from __future__ import annotations

from collections.abc import Iterator

from operations.runbooks.manual.step import Who
from schemas import rights
from schemas.access import Access, Domain, User
from schemas.declaration import Fusion
from stacks.planned import Centre

_RIGHTS = {Who.CHAMAN: rights.CHAMAN, Who.CONFIGURATION: rights.CONFIGURATION}
_APPLICATIONS = {Who.REPORT: "Uniek verslag", Who.E_BOX: "E-Box"}
"""How the applications begin that a user needs."""


def named_for(who: Who, fusion: Fusion, centre: Centre | None, domain: str = "") -> list[str]:
    """Their keys, each once, in the declaration's order; nobody where the centre's access is not declared."""
    access = _access(fusion, centre)
    return [] if access is None else list(dict.fromkeys(_named(who, access, domain)))


def _access(fusion: Fusion, centre: Centre | None) -> Access | None:
    if centre is None:
        return None
    if centre.kbo == fusion.ocmw.kbo:
        return fusion.access
    return next((one.access for one in fusion.merging if one.kbo == centre.kbo), None)


def _named(who: Who, access: Access, domain: str) -> Iterator[str]:
    if who in (Who.CHIEFS, Who.BOSA, Who.MANAGERS):
        yield from (*access.chief_access_managers, *(access.co_chief_access_managers or ()))
    if who is Who.MANAGERS:
        for code, one in access.domains.items():
            if domain in ("", code):
                yield from _managers(one)
    if who in _RIGHTS and (here := access.domains.get(rights.DOMAIN)):
        yield from _managers(here)
        right = _RIGHTS[who]
        yield from (
            user.person
            for user in _active(here)
            if not right.applications.isdisjoint(user.applications or ())
            or not right.roles.isdisjoint(user.roles or ())
        )
    if who in _APPLICATIONS:
        for one in access.domains.values():
            for user in _active(one):
                if any(name.startswith(_APPLICATIONS[who]) for name in user.applications or ()):
                    yield user.person


def _managers(domain: Domain) -> Iterator[str]:
    yield from (domain.access_manager, *(domain.co_access_managers or ()))


def _active(domain: Domain) -> Iterator[User]:
    return (user for user in domain.users or () if not user.blocked)
