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
from schemas.errors import NotFound, PortalError

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
    """The answers to all of them."""
    asked = list(dict.fromkeys(questions))
    with ExitStack() as stack:
        connections: dict[Settings, Connection] = {}
        for question in asked:
            if question.settings not in connections:
                patient = min(question.settings.deadline_seconds, PATIENCE_SECONDS)
                there = Connection(replace(question.settings, deadline_seconds=patient))
                connections[question.settings] = stack.enter_context(closing(there))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = threads.map(lambda one: _ask(connections[one.settings], one), asked)
            return dict(zip(asked, answers, strict=True))


def _ask(connection: Connection, question: Question) -> Told | NotTold:
    portal = ReadingPortal(connection, question.number)
    try:
        answer = portal.get_unless(paths.changes(question.number), question.etag or _NONE)
        if answer is None:
            return Told(None, portal.today)
        if not answer.etag:
            return NotTold("the portal's tags have no ETag")
        systems = {str(one["name"]): str(one["tag"]) for one in answer.body["systems"]}
    except NotFound:
        return NotTold("this portal has no change tags")
    except PortalError as error:
        return NotTold(str(error))
    return Told(CentreTags(etag=answer.etag, systems=systems), portal.today)
