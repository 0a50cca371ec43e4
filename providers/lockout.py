"""A guard for whoever operates a stack (`fusion:operator`): no declaration takes away that person's last access.

Where the declaration itself leaves the person something at a centre, no resource of this module is in the plan. Else this
one comes before all other access there: its `check`, which runs in every preview and in every `up`, asks the portal what
the person is at the centre now, and refuses when nothing of it would be left. It never writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pulumi.dynamic import CheckFailure, CheckResult, ReadResult

from providers import session
from providers.access import API
from providers.resource import PortalProvider, PortalResource, Props, without_provider
from schemas.errors import NotFound, NotYetAvailable

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class OperatorAccessProvider(PortalProvider):
    """What the operator is at one centre, against what the declaration leaves of it."""

    title = "the operator's access"
    fields = ("operator", "ssin", "takes", "releases")

    def path(self, props: Props) -> str:
        return f"{API}/{props['organization']}/operator"  # names the thing; the portal has no such path

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

    def _bring_into_line(self, props: Props, _olds: Props | None) -> Props:
        return without_provider(props) | {"origin": "checked", "createdBy": "", "waiting": {}}


def _standings(portal: ReadingPortal, props: Props) -> Iterator[tuple[str, bool]]:
    """Everything that the operator is at the centre now, and whether it stays. A blocked user is nothing (R21)."""
    base, ssin, takes = f"{API}/{props['organization']}", props["ssin"], props["takes"]

    def has(persons: list[Props]) -> bool:
        return any(person["ssin"] == ssin for person in persons)

    chiefs = _body(portal, f"{base}/chiefAccessManagers")
    if has(chiefs.get("chiefAccessManagers", [])):
        yield "chief access manager", False
    if has(chiefs.get("coChiefAccessManagers", [])):
        yield "co-chief access manager", not takes.get("coChiefAccessManagers")
    for domain in portal.get_items(f"{base}/domains"):
        code = domain["domain"]
        declared = takes["domains"].get(code)
        managers = _body(portal, f"{base}/domains/{code}/accessManagers")
        if managers and has([managers["accessManager"]]):
            yield f"access manager of {code}", declared is None
        if has(managers.get("coAccessManagers", [])):
            yield f"co-access manager of {code}", not (declared or {}).get("coAccessManagers")
        for user in portal.get_items(f"{base}/domains/{code}/users"):
            if user["ssin"] == ssin and not user["blocked"]:
                released = props.get("releases") and user["createdBy"] == portal.client_id
                taken = declared is not None and (declared.get("users") or released)
                yield f"user of {code}", not taken


def _body(portal: ReadingPortal, path: str) -> Props:
    try:
        return portal.get(path).body
    except NotFound:
        return {}


def _lost(props: Props, standings: list[str]) -> str:
    return (
        f"{props['operator']} operates this stack (fusion:operator) and is {', '.join(standings)} here; the declaration "
        "takes the last of it away (R15–R18). Declare what stays, or let somebody else operate first: "
        "`pulumi config set operator KEY`"
    )


class OperatorAccess(PortalResource, module="access", name="OperatorAccess"):
    """`organization`, `operator` (key), `ssin` (secret), `takes` (what the declaration decides here:
    `coChiefAccessManagers`, and by domain `coAccessManagers` and `users`), `releases` (whether users who are no longer
    declared are removed where this client added them)."""

    provider_class = OperatorAccessProvider
