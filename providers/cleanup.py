"""Cleaning access up (rules R20, R24): users of a domain whom the declaration does not name go, several at once.

There is one resource per centre and domain. Its `check` asks the portal who would go and passes that on as the input
`leaving`, so that every preview names them, the first one too, as `providers.people` does.
`diff` sees a change whenever somebody is to go; create and update remove who is named there and nobody else. So whoever is
added meanwhile stays until a run has named them, shows in the next preview and goes with the next `up`. More than `atMost`
at once are a mistake until somebody says otherwise: then nobody goes. Nor does anybody before the portal's own date has
come to `confirmedOn`: it waits. `delete` brings nobody back and takes nobody away.

Who went stands in `gone` under the same names. A run that is cut off keeps no outputs, so each call says it at once too.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
from pulumi.dynamic import DiffResult, ReadResult

from providers import paths, session
from providers.access import PersonData
from providers.base import Props, without_provider
from providers.canonical import whole_numbers
from providers.contention import ROUNDS, contended
from providers.first_look import Look
from providers.people import Person, portal_name
from providers.resource import WAITING, PortalProvider, PortalResource
from providers.unanswered import AS_DECLARED, OTHERWISE, earlier
from providers.waiting import UNCONFIRMED, keep_wording, waiting_for
from schemas.counts import format_count
from schemas.errors import GuardRefused, NotFound, NotYetAvailable, PortalRefused
from schemas.safety import CLEAN_UP, cite

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

CLEANED_UP = "cleanedUp"
"""The `origin`: nothing was made here, and nothing adopted."""
# As many as the portal takes in one call.
BATCH = 500


class CleanedUpProvider(PortalProvider):
    """The users of one domain whom nobody declares."""

    title = "clean-up of users"
    keys = ("organization", "domain")
    fields = ("confirmedOn", "reason", "atMost", "coChiefsStay", "coManagersStay", "people")
    secrets = frozenset({"people"})
    outputs = ("removed", "gone")

    def path(self, props: Props) -> str:
        return paths.user_deletions(props["organization"], props["domain"])

    def leaving(self, portal: ReadingPortal, props: Props) -> list[Person]:
        """The users who are to go: neither declared nor, where the declaration leaves these as they are, co-chiefs of the
        centre or co-managers. Raises `NotYetAvailable` before the clean-up is confirmed."""
        staying = {person["ssin"] for person in props["people"].values()}
        if props.get("coChiefsStay"):
            path = paths.chief_access_managers(props["organization"])
            staying |= _ssins_at(portal, path, "coChiefAccessManagers")
        if props.get("coManagersStay"):
            staying |= _ssins_at(
                portal, paths.access_managers(props["organization"], props["domain"]), "coAccessManagers"
            )
        users = portal.get_items(paths.users(props["organization"], props["domain"]))
        confirmed_on = date.fromisoformat(props["confirmedOn"])
        if portal.today < confirmed_on:  # the date of the portal's last answer, so it is asked before
            raise NotYetAvailable(reason=UNCONFIRMED, available_from=confirmed_on)
        return sorted(
            (user for user in users if user["ssin"] not in staying), key=lambda user: str(user["id"])
        )

    def foresee(self, look: Look) -> Props:
        return self._look(look.news)

    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(id_, olds, news)
        result.changes = result.changes or bool(news.get("leaving"))
        return result

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = keep_wording({"gone": [], **without_provider(props), **self._look(props)}, props)
        return ReadResult(id_, outs, {**self._inputs(outs), "waiting": outs["waiting"]})

    def delete(self, _id: str, _props: Props) -> None:
        """Who went stays away, and nobody else goes."""

    def _look(self, props: Props) -> Props:
        """Who goes, or what that waits for: known before anything is done, so that a preview says it."""
        with self._explained(props):
            try:
                leaving = self.leaving(session.looking(props["organization"]), props)
            except NotYetAvailable as error:
                return {"leaving": [], "waiting": waiting_for(error).as_props()}
        earlier().settle(self.identity(props), lambda: OTHERWISE if leaving else AS_DECLARED)
        return {"leaving": _names(leaving), "waiting": {}}

    def _reconcile(self, props: Props, olds: Props | None) -> Props:
        portal = session.writing(props["organization"])
        props = whole_numbers(without_provider(props))
        named = Counter(props.get("leaving") or ())
        met: dict[str, Person] = {}

        def outs(left: list[Person], **more: Any) -> Props:
            before, went = olds or {}, _names(list(met.values()))
            so_far = {
                "removed": int(before.get("removed") or 0) + len(went),
                "gone": [*(before.get("gone") or ()), *went],
            }
            return {**props, "createdBy": "", "waiting": {}, "leaving": _names(left), **so_far, **more}

        for _ in range(ROUNDS + props["atMost"] // BATCH):
            try:
                found = self.leaving(portal, props)
            except NotYetAvailable as error:
                return outs([], origin=WAITING, waiting=waiting_for(error).as_props())
            users = _among(found, named)
            if not users:
                return outs(found, origin=CLEANED_UP)
            met |= {user["id"]: user for user in users}
            if len(met) > props["atMost"]:
                where = f"{self.title} {props['organization']} {props['domain']}: "
                raise too_many(where, props, _names(list(met.values())))
            batch = users[:BATCH]
            try:
                portal.add(self.path(props), {"ids": [user["id"] for user in batch]})
                self._tell(props, batch)
            except PortalRefused as error:
                # All or none: somebody of them is gone already, perhaps by an earlier try of ours. Look again.
                if not any(issue.name.startswith("ids[") for issue in error.issues):
                    raise
        raise contended(self.path(props))

    def _tell(self, props: Props, users: list[Person]) -> None:
        """A line that the engine shows among its messages, whatever becomes of the run."""
        where = f"{self.title} {props['organization']} {props['domain']}"
        sys.stdout.write(
            f"{where}: {format_count(len(users), 'user')} went (R24): {', '.join(_names(users))}\n"
        )
        sys.stdout.flush()


def too_many(where: str, props: Mapping[str, Any], leaving: list[str]) -> GuardRefused:
    """More would go than the declaration confirms, so nobody goes."""
    return GuardRefused(
        f"{where}{len(leaving)} users would go, and the declaration confirms at most {int(props['atMost'])} "
        f"(cleanUp.atMost, R24; {cite(CLEAN_UP)}), so nobody goes: {', '.join(leaving)}",
        "Declare who stays, or confirm the greater number with a new confirmedOn and atMost",
    )


def _ssins_at(portal: ReadingPortal, path: str, people: str) -> set[str]:
    """The INSZ of those who stand there now."""
    try:
        return {person["ssin"] for person in portal.get(path).body.get(people, [])}
    except NotFound:
        return set()


def _among(users: list[Person], named: Counter[str]) -> list[Person]:
    """Those of the users who were named. A name is the start of a number: where more have it than were named, nobody knows
    which of them was meant, and none goes until all are named."""
    found = Counter(_names(users))
    return [user for user in users if found[portal_name(user)] <= named[portal_name(user)]]


def _names(users: list[Person]) -> list[str]:
    return [portal_name(user) for user in users]


class CleanedUpInputs(TypedDict):
    organization: str
    domain: str
    """A code."""
    people: dict[str, PersonData]
    """Who stays, by the declaration's key. Secret."""
    coChiefsStay: bool
    """Also where `people` does not name them."""
    coManagersStay: bool
    """Also where `people` does not name them."""
    confirmedOn: str
    """A date: nobody goes before."""
    reason: str
    atMost: int
    """How many users may go at once."""


class CleanedUp(PortalResource, module="access", name="CleanedUp"):
    """The clean-up of a domain. It tells who is `leaving`, who has `gone` and how many were `removed`."""

    provider_class = CleanedUpProvider
    inputs = CleanedUpInputs
    reported = ("origin", "waiting", "leaving", "removed", "gone")
    leaving: pulumi.Output[list[str]]
    removed: pulumi.Output[int]
    gone: pulumi.Output[list[str]]
