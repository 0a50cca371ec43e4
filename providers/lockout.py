"""A guard for whoever operates a stack (`fusion:operator`): no declaration takes away that person's last access.

Where the declaration itself leaves the person something at a centre, no resource of this module is in the plan. Else this
one comes before all other access there, and also where the file says nothing of it any more: what this client made goes
then. Its `check`, which runs in every preview and in every `up`, asks the portal what the person is at the centre now, and
refuses when nothing of it would be left. It never writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pulumi.dynamic import ReadResult

from providers import paths, session
from providers.base import Props, without_provider
from providers.first_look import Look
from providers.resource import PortalProvider, PortalResource
from providers.standings import Standing, Taken, standings
from schemas.errors import NotYetAvailable
from schemas.safety import OPERATOR, cite


class OperatorAccessProvider(PortalProvider):
    """What the operator is at one centre, against what the declaration leaves of it."""

    title = "the operator's access"
    fields = ("operator", "ssin", "takes", "releases")
    secrets = frozenset({"ssin"})

    def path(self, props: Props) -> str:
        return f"{paths.organization(props['organization'])}/operator"  # names the thing; the portal has no such path

    def foresee(self, _look: Look) -> Props:
        return {}  # nothing is made here

    def refuse(self, look: Look) -> str | None:
        news = look.news
        portal, releases = session.reading(news["organization"]), bool(news["releases"])
        try:
            found = list(
                standings(portal, news["organization"], news["ssin"], news["takes"], releases=releases)
            )
        except NotYetAvailable:
            return None  # there is nothing yet that could be lost
        return _lost(news, found) if found and not any(one.stays for one in found) else None

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = without_provider(props)
        return ReadResult(id_, outs, self._inputs(outs))

    def delete(self, _id: str, _props: Props) -> None:
        """There is nothing to take away."""

    def _reconcile(self, props: Props, _olds: Props | None) -> Props:
        return without_provider(props) | {"origin": "checked", "createdBy": "", "waiting": {}}


def _lost(props: Props, found: Sequence[Standing]) -> str:
    standing = ", ".join(map(str, found))
    return (
        f"{props['operator']} operates this stack (fusion:operator) and is {standing} at {props['centre']}; "
        f"{props['file']} takes the last of it away (R15–R18; "
        f"{cite(OPERATOR)}). Declare what stays, or let somebody else operate first: "
        "`pulumi config set operator KEY`"
    )


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
