"""Taking one person's access in a domain away for certain (R17, R20): whoever gave it, in every scenario.

The declaration names the person, with a day and a reason. From that day on, by the portal's date, the person is no user of
the domain and no co-access manager; the one access manager is whom the declaration names. Until then it waits. Each run
looks again, and takes away again what somebody gave the person since. `check` looks too, so a preview says what goes, the
first one too. `delete` brings nobody back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypedDict

from pulumi.dynamic import DiffResult, ReadResult

from providers import paths, session
from providers.access import AccessManagersProvider, UserProvider
from providers.base import LOSES, Props, without_provider
from providers.canonical import whole_numbers
from providers.contention import ROUNDS, contended
from providers.first_look import Look
from providers.resource import WAITING, PortalProvider, PortalResource
from providers.standings import CO_ACCESS_MANAGER, USER
from providers.unanswered import AS_DECLARED, OTHERWISE, earlier
from providers.waiting import Waiting, keep_wording
from schemas.errors import NotFound, NotYetAvailable, PreconditionFailed

if TYPE_CHECKING:
    from providers.portal import Answer, ReadingPortal, WritingPortal

REMOVED = "removed"
"""The `origin`: nothing was made here, and nothing adopted."""


class RemovedProvider(PortalProvider):
    """Somebody who has no access in a domain."""

    title = "removal"
    keys = ("organization", "domain", "person")
    fields = ("ssin", "on", "reason")
    secrets = frozenset({"ssin"})

    def path(self, props: Props) -> str:
        return paths.users(props["organization"], props["domain"])

    def natural_key(self, props: Props) -> str:
        """Of the removal: a user of the same person, who left the declaration, is not kept by it."""
        return f"{self.path(props)}#removed:{props['ssin']}"

    def foresee(self, look: Look) -> Props:
        return self._look(look.news)

    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(id_, olds, news)
        result.changes = result.changes or bool(news.get(LOSES))
        return result

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = keep_wording({**without_provider(props), **self._look(props)}, props)
        return ReadResult(id_, outs, {**self._inputs(outs), "waiting": outs["waiting"]})

    def delete(self, _id: str, _props: Props) -> None:
        """Who went stays away."""

    def _look(self, props: Props) -> Props:
        """What goes, or what that waits for: known before anything is done, so that a preview says it."""
        with self._explained(props):
            found = list(_held(session.looking(props["organization"]), props))
            if waiting := _waiting(session.looking(props["organization"]), props):
                return {LOSES: [], "waiting": waiting.as_props()}
        earlier().settle(self.identity(props), lambda: OTHERWISE if found else AS_DECLARED)
        who, domain = props["person"], props["domain"]
        # Where the list of co-managers is declared, it says so itself, and is written first.
        roles = [role for role, _ in found if role != CO_ACCESS_MANAGER or not props["coManagersDeclared"]]
        return {LOSES: [f"{who} is no longer {role} of {domain} (R20)" for role in roles], "waiting": {}}

    def _reconcile(self, props: Props, _olds: Props | None) -> Props:
        portal = session.writing(props["organization"])
        props = whole_numbers(without_provider(props)) | {LOSES: [], "createdBy": "", "waiting": {}}
        for _ in range(ROUNDS):
            found = list(_held(portal, props))
            if waiting := _waiting(portal, props):
                return props | {"origin": WAITING, "waiting": waiting.as_props()}
            if not found:
                return props | {"origin": REMOVED}
            for role, answer in found:
                # Somebody was faster, or an earlier try of ours did happen: look again.
                with suppress(NotFound, PreconditionFailed):
                    _take(portal, props, role, answer)
        raise contended(self.path(props))


def _held(portal: ReadingPortal, props: Props) -> Iterator[tuple[str, Answer]]:
    """What the person is in the domain now, each with the portal's answer; nothing before the portal has the access."""
    try:
        user = UserProvider().find(portal, props)
        managers = AccessManagersProvider().find(portal, props)
    except NotYetAvailable:
        return
    if user is not None:
        yield USER, user
    if managers is not None and any(_is(props, one) for one in managers.body.get("coAccessManagers", [])):
        yield CO_ACCESS_MANAGER, managers


def _take(portal: WritingPortal, props: Props, role: str, found: Answer) -> None:
    number, domain = props["organization"], props["domain"]
    if role == USER:
        portal.delete(paths.user(number, domain, found.body["id"]), found.etag)
        return
    manager = found.body["accessManager"]
    others = [one for one in found.body["coAccessManagers"] if not _is(props, one)]
    body = {"accessManager": _sent(manager), "coAccessManagers": [_sent(one) for one in others]}
    portal.replace(paths.access_managers(number, domain), body, found.etag)


def _is(props: Props, person: Props) -> bool:
    return bool(person["ssin"] == props["ssin"])


def _sent(person: Props) -> Props:
    """A person as the portal takes one: without its own number."""
    return {name: value for name, value in person.items() if name != "personId"}


def _waiting(portal: ReadingPortal, props: Props) -> Waiting | None:
    """Until the day of the removal, by the date of the portal's last answer."""
    if portal.today.isoformat() >= props["on"]:
        return None
    return Waiting("waits for the day of the removal", "R20", "the calendar", props["on"])


class RemovedInputs(TypedDict):
    organization: str
    domain: str
    """A code."""
    person: str
    """The declaration's key."""
    ssin: str
    """The INSZ. Secret."""
    coManagersDeclared: bool
    """Whether the declaration lists the co-access managers of the domain, and so leaves this person out."""
    on: str
    """A date: nothing is taken away before."""
    reason: str


class Removed(PortalResource, module="access", name="Removed"):
    """The removal of a person from a domain."""

    provider_class = RemovedProvider
    inputs = RemovedInputs
    reported = (*PortalResource.reported, LOSES)
