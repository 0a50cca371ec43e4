"""Who may do what, as a person (R16-R18, R21, R26, R47, R60).

A person's permissions follow from their part at the organisation at the moment of the call; the token holds none of them. A
client that works by itself, as a supplier's program does, is held by its scopes only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.core import problems, reference, resources
from emulator.systems.access_management import store as access_store

SOCIAL_WELFARE = "maatschappelijkWelzijn"

CHIEF = "chief"  # (co-)hoofdtoegangsbeheerder
MANAGER = "manager"  # toegangsbeheerder of a domain
CO_MANAGER = "coManager"
USER = "user"
ANYBODY = frozenset({CHIEF, MANAGER, CO_MANAGER, USER})


@dataclass(frozen=True, slots=True)
class Permission:
    """By one of these one is allowed.

    :param functions: what one is at the organisation, managers in the domain that the call is about.
    :param applications: applications of a user who is not blocked. :param roles: the same for roles.
    :param domain: where managers and users must be; None: the domain in the path, or any where there is none.
    """

    rule: str
    functions: frozenset[str] = frozenset()
    applications: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    domain: str | None = None


_MANAGERS = frozenset({MANAGER, CO_MANAGER})
PERMISSIONS: Mapping[str, Permission] = {
    "seeOrganization": Permission("R65", ANYBODY),
    "seeAccess": Permission("R18", frozenset({CHIEF, MANAGER, CO_MANAGER})),
    "appointManagers": Permission("R16", frozenset({CHIEF})),
    # The handler looks closer: a manager appoints co-managers, and no other manager.
    "appointCoManagers": Permission("R17", frozenset({CHIEF, MANAGER})),
    # The manual's page on adding users names co-managers as well, the one on deleting and blocking does not.
    "addUsers": Permission("R17", frozenset({CHIEF, MANAGER, CO_MANAGER})),
    "removeUsers": Permission("R17", frozenset({CHIEF, MANAGER})),
    "chaman": Permission(
        "R26", _MANAGERS, frozenset({"ChaMan - Technisch kanaalbeheer"}), domain=SOCIAL_WELFARE
    ),
    "configuration": Permission(
        "R47", _MANAGERS, roles=frozenset({"OCMW-configuratie"}), domain=SOCIAL_WELFARE
    ),
    # The manual leaves these to access management (R60); which application opens which system is ours to say.
    "readIntegrations": Permission(
        "R60",
        _MANAGERS,
        frozenset({"Integraties raadplegen"}),
        frozenset({"Dossierbeheerder"}),
        domain=SOCIAL_WELFARE,
    ),
    "changeIntegrations": Permission(
        "R60", _MANAGERS, roles=frozenset({"Dossierbeheerder"}), domain=SOCIAL_WELFARE
    ),
    "eBox": Permission("R60", _MANAGERS, frozenset({"E-Box Onderneming"})),
    "uniqueReport": Permission("R60", _MANAGERS, frozenset({"Uniek verslag"}), domain=SOCIAL_WELFARE),
    "ocmwOnline": Permission(
        "R60", _MANAGERS, frozenset({"OCMW Online - Hulpaanvragen"}), domain=SOCIAL_WELFARE
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that somebody is at an organisation; `domain` None for a chief access manager."""

    function: str
    domain: str | None = None
    applications: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


def standings(connection: sqlite3.Connection, organization: str, person: str) -> Iterator[Standing]:
    """Everything that a person is at an organisation; a blocked user is nobody (R21)."""
    ssin = access_store.ssin_of(connection, person)
    chiefs = resources.find(connection, organization, access_store.CHIEFS)
    if chiefs is not None and any(one["ssin"] == ssin for one in access_store.people_of(chiefs.body)):
        yield Standing(CHIEF)
    for domain in (one["code"] for one in reference.items("domains")):
        managers = resources.find(connection, organization, access_store.managers_kind(domain))
        if managers is not None:
            if managers.body["accessManager"]["ssin"] == ssin:
                yield Standing(MANAGER, domain)
            if any(one["ssin"] == ssin for one in managers.body["coAccessManagers"]):
                yield Standing(CO_MANAGER, domain)
        user = resources.find_natural(connection, organization, access_store.users_kind(domain), person)
        if user is not None and not user.body["blocked"]:
            yield Standing(USER, domain, frozenset(user.body["applications"]), frozenset(user.body["roles"]))


def has(
    connection: sqlite3.Connection, organization: str, person: str, name: str, domain: str | None = None
) -> bool:
    """Whether a person has a permission of `PERMISSIONS` at an organisation; `domain`: the one in the path."""
    permission = PERMISSIONS[name]
    where = permission.domain or domain
    for standing in standings(connection, organization, person):
        if standing.domain is not None and where is not None and standing.domain != where:
            continue
        if (
            standing.function in permission.functions
            or standing.applications & permission.applications
            or standing.roles & permission.roles
        ):
            return True
    return False


def require(
    connection: sqlite3.Connection, organization: str, person: str, name: str, domain: str | None = None
) -> None:
    """:raises Problem: 403 for a person who lacks the permission."""
    if not has(connection, organization, person, name, domain):
        raise problems.missing_permission(
            "This person may not do this here: see access management", PERMISSIONS[name].rule
        )


def organizations_of(connection: sqlite3.Connection, person: str) -> list[str]:
    """The numbers of the organisations where a person is anything, in order (R65)."""
    ssin = access_store.ssin_of(connection, person)
    rows = connection.execute(
        "SELECT DISTINCT organization FROM resources WHERE (natural_key = ? AND kind LIKE 'users/%') OR"
        " ((kind = ? OR kind LIKE 'accessManagers/%') AND instr(body, ?)) ORDER BY organization",
        (person, access_store.CHIEFS, f'"{ssin}"'),
    ).fetchall()
    return [number for (number,) in rows if any(standings(connection, number, person))]
