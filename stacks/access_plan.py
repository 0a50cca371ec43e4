"""Which resources one centre's declared access becomes, in order, and what of it the operator would be left with.

Whoever is to go (`cleanUp`, R24) goes when the managers and users who stay are in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from providers import access, cleanup, declared_people, lockout, removal, standings
from providers.baseline import ALL_FIELDS
from providers.resource import PortalResource
from schemas.access import Access, Domain, User
from schemas.fields import Section
from schemas.secrets import Secrets
from schemas.systems import System


class Managed(TypedDict, total=False):
    """Those of a retained kind's inputs that say what has resources of its own."""

    managed: dict[str, list[str]]
    people: dict[str, list[str]]


@dataclass(frozen=True)
class Wanted:
    """One resource of a centre: `name` and the names in `after` stand behind the centre's own."""

    name: str
    resource: type[PortalResource | declared_people.DeclaredPeople]
    props: Mapping[str, Any]
    after: tuple[str, ...] = ()
    system: System = System.ACCESS


@dataclass(frozen=True)
class Operator:
    """Who operates the stack, by key, and what a refusal names: the centre, and the file that decides."""

    key: str
    centre: str
    file: str


def resources(
    number: str, declared: Access | None, secrets: Secrets, operator: Operator | None, *, releases: bool
) -> Iterator[Wanted]:
    """The resources of one centre's access, if it is declared.

    :param number: the centre's enterprise number.
    :param releases: whether what leaves the declaration is removed here.
    """
    first: tuple[str, ...] = ()
    if operator and (declared or releases) and not (declared and may_act(declared, operator.key)):
        guard = _guard(number, declared, secrets, operator, releases=releases)
        first = (guard.name,)
        yield guard
    if declared is None:
        return
    chiefs, co_chiefs = declared.chief_access_managers, declared.co_chief_access_managers
    yield Wanted(
        "chief-access-managers",
        access.ChiefAccessManagers,
        access.ChiefAccessManagersInputs(
            organization=number,
            chiefAccessManagers=list(chiefs),
            coChiefAccessManagers=_list_or_none(co_chiefs),
            people=_ssins(secrets, *chiefs, *(co_chiefs or ())),
            handover=f"{declared.handover.on.isoformat()}: {declared.handover.reason}"
            if declared.handover
            else None,
        ),
        first,
        System.CHIEF_ACCESS_MANAGERS,
    )
    for code, domain in declared.domains.items():
        managers = _managers(number, code, domain, secrets)
        here = [
            Wanted(f"{code}-access-managers", access.AccessManagers, managers, first),
            *(_user(number, code, user, secrets, first) for user in domain.users or ()),
        ]
        yield from here
        if declared.clean_up:
            # Whoever is `removed` goes by that, from its day on.
            removed = (one.person for one in domain.removed)
            stay = (*chiefs, *(co_chiefs or ()), *named(domain), *removed)
            props = cleanup.CleanedUpInputs(
                organization=number,
                domain=code,
                people=_ssins(secrets, *stay),
                coChiefsStay=declared.co_chief_access_managers is None,
                coManagersStay=domain.co_access_managers is None,
                confirmedOn=declared.clean_up.confirmed_on.isoformat(),
                reason=declared.clean_up.reason,
                atMost=declared.clean_up.at_most,
            )
            after = tuple(wanted.name for wanted in here)
            yield Wanted(f"{code}-clean-up", cleanup.CleanedUp, props, (*first, *after))


def removals(number: str, declared: Access | None, secrets: Secrets) -> Iterator[Wanted]:
    """Those whom the declaration removes (R20), when the managers who stay are in place."""
    for code, domain in declared.domains.items() if declared else ():
        for one in domain.removed:
            props = removal.RemovedInputs(
                organization=number,
                domain=code,
                person=one.person,
                ssin=secrets.person(one.person).insz,
                coManagersDeclared=domain.co_access_managers is not None,
                on=one.on.isoformat(),
                reason=one.reason,
            )
            after = (f"{code}-access-managers",)
            yield Wanted(f"{code}-removed-{one.person}", removal.Removed, props, after)


def people(number: str, declared: Access | None, secrets: Secrets, *, releases: bool) -> Wanted:
    """Whom the declaration names here, remembered: who leaves it and keeps access is told."""

    def keys(*people: str) -> dict[str, str]:
        return {secrets.person(key).insz: key for key in people}

    known: declared_people.People = {}
    if declared:
        chiefs = (*declared.chief_access_managers, *(declared.co_chief_access_managers or ()))
        known[""] = {declared_people.CHIEFS: keys(*chiefs)}
        for code, domain in declared.domains.items():
            removed = [one.person for one in domain.removed]
            managers = (domain.access_manager, *(domain.co_access_managers or ()), *removed)
            users = (*(user.person for user in domain.users or ()), *removed)
            known[code] = {
                declared_people.MANAGERS: keys(*managers),
                declared_people.USERS: keys(*users),
            }
    props = declared_people.DeclaredPeopleInputs(
        organization=number, declared=known, left={}, takes=_taken(declared), releases=releases
    )
    return Wanted("declared-people", declared_people.DeclaredPeople, props)


def managed(declared: Access, secrets: Secrets) -> dict[str, Managed]:
    """What of a disappearing centre's access is not retained, by kind: `managed` and `people` of `providers.baseline`."""

    def insz(*keys: str) -> list[str]:
        return [secrets.person(key).insz for key in keys]

    users = {
        f"{code}/{secrets.person(user.person).insz}": _declared_fields(
            user, "applications", "roles", "blocked"
        )
        for code, domain in declared.domains.items()
        for user in domain.users or ()
    }
    users |= {
        f"{code}/{secrets.person(one.person).insz}": [ALL_FIELDS]
        for code, domain in declared.domains.items()
        for one in domain.removed
    }
    cleaned = {f"{code}/*": [ALL_FIELDS] for code in declared.domains} if declared.clean_up else {}
    return {
        "chiefAccessManagers": {
            "managed": {"": _declared_fields(declared, "chiefAccessManagers", "coChiefAccessManagers")},
            "people": {"": insz(*declared.chief_access_managers)},
        },
        "accessManagers": {
            "managed": {
                code: _declared_fields(domain, "accessManager", "coAccessManagers")
                for code, domain in declared.domains.items()
            },
            "people": {
                code: insz(domain.access_manager, *(one.person for one in domain.removed))
                for code, domain in declared.domains.items()
            },
        },
        "users": {"managed": users | cleaned},
    }


def _declared_fields(declared: Section, *fields: str) -> list[str]:
    """Those of the fields that are declared, in the portal's words."""
    values = declared.model_dump(by_alias=True, exclude_none=True)
    return [field for field in fields if field in values]


def named(domain: Domain) -> list[str]:
    """Everybody whom a declaration names in a domain."""
    users = [user.person for user in domain.users or ()]
    return [domain.access_manager, *(domain.co_access_managers or ()), *users]


def may_act(declared: Access, person: str) -> bool:
    """Whether the declared access lets a person act at a centre, whatever the portal has."""
    if person in (*declared.chief_access_managers, *(declared.co_chief_access_managers or ())):
        return True
    return any(
        person in (domain.access_manager, *(domain.co_access_managers or ()))
        or any(
            user.person == person
            and standings.lets_act(
                blocked=bool(user.blocked), applications=user.applications, roles=user.roles
            )
            for user in domain.users or ()
        )
        for domain in declared.domains.values()
    )


def _declared_user(domain: Domain, person: str) -> User | None:
    return next((user for user in domain.users or () if user.person == person), None)


def _guard(
    number: str, declared: Access | None, secrets: Secrets, operator: Operator, *, releases: bool
) -> Wanted:
    props = lockout.OperatorAccessInputs(
        organization=number,
        centre=operator.centre,
        file=operator.file,
        operator=operator.key,
        ssin=secrets.person(operator.key).insz,
        takes=_taken(declared, operator.key),
        releases=releases,
    )
    return Wanted("operator-access", lockout.OperatorAccess, props)


def _taken(declared: Access | None, person: str = "") -> standings.Taken:
    """What the declaration decides of the access that a person has, or that anybody has whom it does not name."""
    domains: dict[str, standings.DomainTaken] = {}
    for code, domain in declared.domains.items() if declared else ():
        user = _declared_user(domain, person)
        removed = any(one.person == person for one in domain.removed)
        domains[code] = {
            "coAccessManagers": removed or domain.co_access_managers is not None,
            "users": removed or bool(declared and declared.clean_up),
            "user": _rights(user) if user else None,
        }
    return {
        "chiefAccessManagers": declared is not None,
        "coChiefAccessManagers": declared is not None and declared.co_chief_access_managers is not None,
        "domains": domains,
    }


def _rights(user: User) -> access.UserRights:
    return {
        "applications": _list_or_none(user.applications),
        "roles": _list_or_none(user.roles),
        "blocked": user.blocked,
    }


def _user(number: str, code: str, user: User, secrets: Secrets, after: tuple[str, ...]) -> Wanted:
    insz = secrets.person(user.person).insz
    props: access.UserInputs = {
        "organization": number,
        "domain": code,
        "person": user.person,
        "ssin": insz,
        **_rights(user),
    }
    return Wanted(f"{code}-{user.person}", access.User, props, after)


def _managers(number: str, code: str, domain: Domain, secrets: Secrets) -> access.AccessManagersInputs:
    people: dict[str, access.PersonData] = {}
    for key in (domain.access_manager, *(domain.co_access_managers or ())):
        person = secrets.person(key)
        people[key] = {"ssin": person.insz}
        if person.email is not None:
            people[key]["email"] = person.email
        if person.language is not None:
            people[key]["language"] = person.language
    return {
        "organization": number,
        "domain": code,
        "accessManager": domain.access_manager,
        "coAccessManagers": _list_or_none(domain.co_access_managers),
        "people": people,
    }


def _ssins(secrets: Secrets, *keys: str) -> dict[str, access.PersonData]:
    return {key: {"ssin": secrets.person(key).insz} for key in keys}


def _list_or_none(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)
