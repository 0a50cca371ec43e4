"""Whom a declaration has ever named at a centre, so that a plan can say who keeps access although no file names them.

What leaves a declaration goes only where this client made it, and at a disappearing centre not even then. The program does
not see the state, and the engine asks no provider before it deletes. So this resource remembers: it has who is declared in
each domain and as what. Its `check` asks the portal about those who are declared no more, and says who stays what, in the
preview of that change and in every later one, until the person is gone, declared again or `removed`. Of a domain that left
it also says who goes with its access managers, where this client made them: also co-access managers whom no file ever
named. It never writes, and asks nothing while nobody left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import session
from providers.access import AccessManagersProvider
from providers.base import LOSES, KeepingProvider, KeptResource, Props, without_provider
from providers.canonical import canonical
from providers.people import portal_name
from providers.standings import ACCESS_MANAGER, CO_ACCESS_MANAGER, USER, Standing, Taken, standings
from schemas.errors import NotYetAvailable, about

CHIEFS, MANAGERS, USERS = "chiefs", "managers", "users"
"""The kinds of people: in `USERS` a manager may be named as well, and stay the one where the other leaves the file."""
People = dict[str, dict[str, dict[str, str]]]
"""By domain, `""` for the whole centre, then by kind: each person's key, by INSZ."""
KEEPS = "keeps"


class DeclaredPeopleProvider(KeepingProvider):
    """Remembers who was declared at a centre, and looks what became of those who are no more."""

    title = "declared people"
    secrets = frozenset({"declared", "left"})

    def check(self, olds: Props, news: Props) -> CheckResult:
        gone: People = {}
        for before in (olds.get("left"), olds.get("declared")):
            for domain, kind, people in _left(before, news["declared"]):
                of_domain = gone.setdefault(domain, {})
                of_domain[kind] = of_domain.get(kind, {}) | people
        return CheckResult(news | _look(news, gone), [])

    def identity(self, props: Props) -> str:
        return f"{props['organization']}/declared-people"

    def create(self, props: Props) -> CreateResult:
        return CreateResult(self.identity(props), _outputs(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = _outputs(props) | _look(props, props.get("left") or {})
        return ReadResult(id_, outs, {name: value for name, value in outs.items() if name != "waiting"})

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = ["organization"] if olds.get("organization") != news["organization"] else []
        compared = ("declared", "left", KEEPS)
        changed = any(canonical(olds.get(name)) != canonical(news.get(name)) for name in compared)
        changed = changed or bool(news.get(LOSES))
        return DiffResult(changes=bool(replaces) or changed, replaces=replaces)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_outputs(news))


def _outputs(props: Props) -> Props:
    return {KEEPS: [], "left": {}} | without_provider(props) | {LOSES: [], "waiting": {}}


def _left(before: People | None, now: People) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Who was declared, and is not any more: by INSZ, since a key may have another name by now. Of a domain that left, all,
    also where that is nobody."""
    for domain, kinds in (before or {}).items():
        for kind, people in kinds.items():
            declared = now.get(domain, {}).get(kind, {})
            left = {ssin: key for ssin, key in people.items() if ssin not in declared}
            if left or domain not in now:
                yield domain, kind, left


def _look(props: Props, gone: People) -> Props:
    """Who of those who left stays what, and who goes with a domain: the sentences, and the people for the next look."""
    keeps, loses, left = dict[tuple[str, Standing], str](), list[str](), People()
    with about(f"declared people {props['organization']}"):
        who = {ssin for kinds in gone.values() for people in kinds.values() for ssin in people}
        standing = {ssin: _standings(props, ssin) for ssin in who}
        for domain, kinds in gone.items():
            here = {ssin for people in props["declared"].get(domain, {}).values() for ssin in people}
            for kind, people in kinds.items():
                # Of whom the file names here as something else, only what this line gave; of all others, whatever there is.
                staying = {
                    ssin: [
                        one for one in standing[ssin] if _is_of(one, domain, "" if ssin not in here else kind)
                    ]
                    for ssin in people
                }
                keeps |= {
                    (ssin, one): f"{_name(people[ssin], ssin, props)} stays {one}"
                    for ssin in people
                    for one in staying[ssin]
                }
                going = list(_going(props, domain, people)) if kind == MANAGERS else []
                loses += going
                # Until the managers are gone, all of them are remembered, for their names.
                kept = {ssin: key for ssin, key in people.items() if going or staying[ssin]}
                if kept or going:
                    left.setdefault(domain, {})[kind] = kept
    return {KEEPS: list(keeps.values()), LOSES: loses, "left": left}


def _name(key: str, ssin: str, props: Props) -> str:
    """The key under which the person was declared; it may be somebody else's by now."""
    declared = (people for kinds in props["declared"].values() for people in kinds.values())
    other = any(key == now and ssin != theirs for people in declared for theirs, now in people.items())
    return f"{key} (whom the key named before)" if other else key


def _going(props: Props, domain: str, people: Mapping[str, str]) -> Iterator[str]:
    """Who is a manager of a domain that left, and goes with it."""
    if domain in props["takes"]["domains"] or not props["releases"]:
        return
    portal = session.looking(props["organization"])
    try:
        found = AccessManagersProvider().find(portal, props | {"domain": domain})
    except NotYetAvailable:
        return
    if found is None or found.body.get("createdBy") != portal.client_id:
        return
    others = found.body.get("coAccessManagers", [])
    for role, person in [
        (ACCESS_MANAGER, found.body["accessManager"]),
        *((CO_ACCESS_MANAGER, one) for one in others),
    ]:
        who = people.get(person["ssin"]) or portal_name(person)
        yield f"{who} is no longer {role} of {domain} (R16, R17)"


def _standings(props: Props, ssin: str) -> list[Standing]:
    """What the person stays."""
    number = props["organization"]
    portal, releases = session.looking(number), bool(props["releases"])
    try:
        return [
            one for one in standings(portal, number, ssin, props["takes"], releases=releases) if one.stays
        ]
    except NotYetAvailable:
        return []  # there is nothing yet that anybody could keep


def _is_of(standing: Standing, domain: str, kind: str) -> bool:
    """:param kind: "" for any."""
    of = CHIEFS if not standing.domain else USERS if standing.role == USER else MANAGERS
    return standing.domain == domain and kind in ("", of)


class DeclaredPeopleInputs(TypedDict):
    organization: str
    declared: People
    """With those who are `removed`. Secret."""
    left: People
    """Nobody, by the program: `check` fills in who left and stays. Secret."""
    takes: Taken
    """What the declaration decides at the centre, whoever it is about."""
    releases: bool
    """Whether what leaves the declaration is removed where this client made it."""


class DeclaredPeople(KeptResource, module="access", name="DeclaredPeople"):
    """The people whom the declaration names at a centre. It tells who `keeps` access and is named no more, and who `loses` a
    role with a domain."""

    provider_class = DeclaredPeopleProvider
    inputs = DeclaredPeopleInputs
    reported = ("waiting", KEEPS, LOSES)
    keeps: pulumi.Output[list[str]]
    loses: pulumi.Output[list[str]]
