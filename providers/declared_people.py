"""Whom a declaration has ever named at a centre, so that a plan can say who keeps access although no file names them.

What leaves a declaration goes only where this client made it, and at a disappearing centre not even then. The program does
not see the state, and the engine asks no provider before it deletes. So this resource remembers: it has who is declared in
each domain ("" for the chief access managers of the centre). Its `check` asks the portal about those who are declared no
more, and says who stays what, in the preview of that change and in every later one, until the person is gone, declared
again or `removed`. It never writes, and asks nothing while nobody left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import session
from providers.base import KeepingProvider, KeptResource, Props, without_provider
from providers.canonical import canonical
from providers.standings import Standing, Taken, standings
from schemas.errors import NotYetAvailable, about

People = dict[str, dict[str, str]]
"""By domain, then by key: the INSZ."""
KEEPS = "keeps"


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
        return DiffResult(changes=bool(replaces) or changed, replaces=replaces)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(_outputs(news))


def _outputs(props: Props) -> Props:
    return {KEEPS: [], "left": {}} | without_provider(props) | {"waiting": {}}


def _left(before: People | None, now: People) -> Iterator[tuple[str, dict[str, str]]]:
    """Who was declared, and is not any more; by INSZ, since a key may have another name by now."""
    for domain, people in (before or {}).items():
        declared = set((now.get(domain) or {}).values())
        if left := {key: ssin for key, ssin in people.items() if ssin not in declared}:
            yield domain, left


def _look(props: Props, gone: People) -> Props:
    """Who of those who left stays what: the sentences, and the people for the next look."""
    number, keeps, left = props["organization"], [], dict[str, dict[str, str]]()
    with about(f"declared people {number}"):
        for domain, people in gone.items():
            for key, ssin in people.items():
                if staying := _staying(props, domain, ssin):
                    left.setdefault(domain, {})[key] = ssin
                    keeps += [f"{key} stays {one}" for one in staying]
    return {KEEPS: keeps, "left": left}


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
    """The people whom the declaration names at a centre. It tells who `keeps` access and is named no more."""

    provider_class = DeclaredPeopleProvider
    inputs = DeclaredPeopleInputs
    reported = ("waiting", KEEPS)
    keeps: pulumi.Output[list[str]]
