"""What the portal says of many centres: did anything change there? One cheap call each, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date

from operations.in_sync.evidence import CentreTags
from providers import paths
from providers.portal import Connection, ReadingPortal
from providers.settings import Settings
from schemas.errors import NotFound, PortalError, PortalUnreachable

AT_ONCE = 16
"""Calls that wait for answers: they cost this machine little."""
PATIENCE_SECONDS = 10.0
"""After which the engine has to look: it says better what is wrong with the portal."""
_NONE = '"none"'
"""An ETag that no answer has."""


@dataclass(frozen=True)
class Question:
    """One centre at one portal.

    :param etag: of the tags that are known, "" for none.
    """

    settings: Settings
    number: str
    etag: str = ""


@dataclass(frozen=True)
class Told:
    """The portal's answer.

    :param tags: None while those of the question's ETag hold. :param today: the portal's day.
    """

    tags: CentreTags | None
    today: date


@dataclass(frozen=True)
class NotTold:
    """There is none: why."""

    why: str


def ask(questions: Iterable[Question]) -> Mapping[Question, Told | NotTold]:
    """The answers to all of them. A portal that gives none is asked no more."""
    asked = list(dict.fromkeys(questions))
    with ExitStack() as stack:
        portals = {settings: _Portal(settings, stack) for settings in {one.settings for one in asked}}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = threads.map(lambda one: portals[one.settings].ask(one), asked)
            return dict(zip(asked, answers, strict=True))


class _Portal:
    """One portal, for one client, until it gives no answer."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self._connection: Connection | None = None
        self._why_not = ""
        try:
            patient = min(settings.deadline_seconds, PATIENCE_SECONDS)
            there = Connection(replace(settings, deadline_seconds=patient))
            self._connection = stack.enter_context(closing(there))
        except PortalError as error:
            self._why_not = str(error)

    def ask(self, question: Question) -> Told | NotTold:
        if self._connection is None or self._why_not:
            return NotTold(self._why_not)
        portal = ReadingPortal(self._connection, question.number)
        try:
            answer = portal.get_unless(paths.changes(question.number), question.etag or _NONE)
            if answer is None:
                return Told(None, portal.today)
            if not answer.etag:
                return NotTold("the portal's tags have no ETag")
            systems = {one["name"]: one["tag"] for one in answer.body["systems"]}
        except NotFound:
            return NotTold("this portal has no change tags")
        except PortalError as error:
            if isinstance(error, PortalUnreachable):
                self._why_not = str(error)
            return NotTold(str(error))
        return Told(CentreTags(etag=answer.etag, systems=systems), portal.today)
