"""A guard for whoever operates a stack (`fusion:operator`): no declaration takes away that person's last access.

Where the declaration itself leaves the person something at a centre, no resource of this module is in the plan. Else this
one comes before all other access there, and also where the file says nothing of it any more: what this client made goes
then. Its `check`, which runs in every preview and in every `up`, asks the portal what the person is at the centre now, and
refuses when nothing of it would be left. It never writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypedDict

from pulumi.dynamic import CheckFailure, CheckResult, ReadResult

from providers import paths, session
from providers.access import UserRights
from providers.base import Props, without_provider
from providers.resource import PortalProvider, PortalResource
from schemas.errors import NotFound, NotYetAvailable

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class OperatorAccessProvider(PortalProvider):
    """What the operator is at one centre, against what the declaration leaves of it."""

    title = "the operator's access"
    fields = ("operator", "ssin", "takes", "releases")

    def path(self, props: Props) -> str:
        return f"{paths.organization(props['organization'])}/operator"  # names the thing; the portal has no such path

    def check(self, olds: Props, news: Props) -> CheckResult:
        result = super().check(olds, news)
        with self._explained(news):
            try:
                found = list(_standings(session.reading(news["organization"]), news))
            except NotYetAvailable:
                return result  # there is nothing yet that could be lost
        if not found or any(stays for _, stays in found):
            return result
        return CheckResult(result.inputs, [CheckFailure("", _lost(news, [what for what, _ in found]))])

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = without_provider(props)
        return ReadResult(id_, outs, self._inputs(outs))

    def delete(self, _id: str, _props: Props) -> None:
        """There is nothing to take away."""

    def _reconcile(self, props: Props, _olds: Props | None) -> Props:
        return without_provider(props) | {"origin": "checked", "createdBy": "", "waiting": {}}


def _standings(portal: ReadingPortal, props: Props) -> Iterator[tuple[str, bool]]:
    """Everything that the operator is at the centre now, or as a user becomes, and whether it stays."""
    number, ssin, takes = props["organization"], props["ssin"], props["takes"]

    def has(persons: list[Props]) -> bool:
        return any(person["ssin"] == ssin for person in persons)

    def released(thing: Props) -> bool:
        """Whether it goes with its place in the declaration."""
        return bool(props["releases"]) and thing.get("createdBy") == portal.client_id

    chiefs = _body(portal, paths.chief_access_managers(number))
    if has(chiefs.get("chiefAccessManagers", [])):
        yield "chief access manager", not takes.get("chiefAccessManagers")
    if has(chiefs.get("coChiefAccessManagers", [])):
        yield "co-chief access manager", not takes.get("coChiefAccessManagers")
    for domain in portal.get_items(paths.domains(number)):
        code = domain["domain"]
        declared = takes["domains"].get(code)
        said: Props = declared or {}
        managers = _body(portal, paths.access_managers(number, code))
        left = declared is None and not released(managers)
        if managers and has([managers["accessManager"]]):
            yield f"access manager of {code}", left
        if has(managers.get("coAccessManagers", [])):
            yield f"co-access manager of {code}", left if declared is None else not said["coAccessManagers"]
        for user in portal.get_items(paths.users(number, code)):
            if user["ssin"] == ssin:
                listed = said.get("user")
                stays = bool(listed) or not (said.get("users") or released(user))
                acts = stays and _is_active(user | (listed or {}))
                if acts or _is_active(user):
                    yield f"user of {code}", acts


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


def _lost(props: Props, standings: list[str]) -> str:
    return (
        f"{props['operator']} operates this stack (fusion:operator) and is {', '.join(standings)} at {props['centre']}; "
        f"{props['file']} takes the last of it away (R15–R18). Declare what stays, or let somebody else operate first: "
        "`pulumi config set operator KEY`"
    )


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


class OperatorAccessInputs(TypedDict):
    organization: str
    centre: str
    """Its name."""
    file: str
    """The declaration's."""
    operator: str
    """A key."""
    ssin: str
    """The operator's INSZ. Secret."""
    takes: Taken
    releases: bool
    """Whether what leaves the declaration is removed where this client made it."""


class OperatorAccess(PortalResource, module="access", name="OperatorAccess"):
    """The guard of the operator's access at a centre."""

    provider_class = OperatorAccessProvider
    inputs = OperatorAccessInputs
