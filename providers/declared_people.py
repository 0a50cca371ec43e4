"""Whom a declaration has ever named at a centre, so that a plan can say who keeps access although no file names them.

What leaves a declaration goes only where this client made it, and at a disappearing centre not even then. The program does
not see the state, and the engine asks no provider before it deletes. So this resource remembers: it has who is declared in
each domain ("" for the chief access managers of the centre). Its `check` asks the portal about those who are declared no
more, and says who stays what, in the preview of that change and in every later one, until the person is gone, declared
again or `removed`. Of a domain that left it also says who goes with its access managers, where this client made them: co-
managers too whom no file ever named. It never writes, and asks nothing while nobody left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import session
from providers.access import AccessManagersProvider
from providers.base import KeepingProvider, KeptResource, Props, without_provider
from providers.canonical import canonical
from providers.losses import LOSES
from providers.people import portal_name
from providers.standings import Standing, Taken, standings
from schemas.errors import NotYetAvailable, about

People = dict[str, dict[str, str]]
"""By domain, then by key: the INSZ."""
KEEPS = "keeps"
MANAGER, CO_MANAGER = "access manager", "co-access manager"


class DeclaredPeopleProvider(KeepingProvider):
    """Remembers who was declared at a centre, and looks what became of those who are no more."""

    title = "declared people"

    def check(self, olds: Props, news: Props) -> CheckResult:
        gone = dict(_left(olds.get("declared"), news["declared"]))
        for domain, people in _left(olds.get("left"), news["declared"]):
            gone[domain] = people | gone.get(domain, {})
        return CheckResult(news | _look(news, gone), [])

    def create(self, props: Props) -> CreateResult:
        return CreateResult(f"{props['organization']}/declared-people", _outputs(props))

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


def _left(before: People | None, now: People) -> Iterator[tuple[str, dict[str, str]]]:
    """Who was declared, and is not any more; by INSZ, since a key may have another name by now. A domain that left, too."""
    for domain, people in (before or {}).items():
        declared = set((now.get(domain) or {}).values())
        left = {key: ssin for key, ssin in people.items() if ssin not in declared}
        if left or domain not in now:
            yield domain, left


def _look(props: Props, gone: People) -> Props:
    """Who of those who left stays what, and who goes with a domain: the sentences, and the people for the next look."""
    number, keeps, loses, left = props["organization"], [], [], dict[str, dict[str, str]]()
    with about(f"declared people {number}"):
        for domain, people in gone.items():
            for key, ssin in people.items():
                if staying := _staying(props, domain, ssin):
                    left.setdefault(domain, {})[key] = ssin
                    keeps += [f"{key} stays {one}" for one in staying]
            if going := list(_going(props, domain, people)):
                left[domain] = people
                loses += going
    return {KEEPS: keeps, LOSES: loses, "left": left}


def _going(props: Props, domain: str, people: dict[str, str]) -> Iterator[str]:
    """Who is a manager of a domain that left, and goes with it."""
    if not domain or domain in props["takes"]["domains"] or not props["releases"]:
        return
    portal = session.reading(props["organization"])
    try:
        found = AccessManagersProvider().find(portal, props | {"domain": domain})
    except NotYetAvailable:
        return
    if found is None or found.body.get("createdBy") != portal.client_id:
        return
    keys = {ssin: key for key, ssin in people.items()}
    others = found.body.get("coAccessManagers", [])
    for role, person in [(MANAGER, found.body["accessManager"]), *((CO_MANAGER, one) for one in others)]:
        who = keys.get(person["ssin"]) or portal_name(person)
        yield f"{who} is no longer {role} of {domain} (R16, R17)"


def _staying(props: Props, domain: str, ssin: str) -> list[Standing]:
    number = props["organization"]
    try:
        found = standings(
            session.reading(number), number, ssin, props["takes"], releases=bool(props["releases"])
        )
        return [one for one in found if one.domain == domain and one.stays]
    except NotYetAvailable:
        return []  # there is nothing yet that anybody could keep


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
