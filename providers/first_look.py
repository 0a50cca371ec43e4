"""What the portal has of a thing that no state knows yet: asked by `check`, so that the first preview says it.

The answer is the property `found` among the inputs of what is about to be made. It is no part of what is declared: it makes
no difference, and a `create` leaves it out of its outputs. A saved plan (`pulumi up --plan`) holds to it as to any input, so
what a run does before it comes to a thing must not change what is found of that thing.

Of values that are secret only the place is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from providers.base import FOUND
from providers.canonical import canonical, whole_numbers
from providers.waiting import Waiting, waiting_for
from schemas.errors import NotYetAvailable, PortalError

if TYPE_CHECKING:
    from providers.base import Props
    from providers.portal import Answer
    from providers.resource import PortalProvider

MADE, ADOPTED, CHANGED, WAITS = "made", "adopted", "changed", "waits"
MOVES, BASELINE, NOTHING, UNSEEN = "moves", "baseline", "nothing", "unseen"
"""The outcomes, which say what an `up` will do."""
HIDDEN = "[hidden]"
"""In place of a secret value of the portal's."""


class Look:
    """What one `check` sees of the portal. Each thing is asked for once, and only when somebody wants to know.

    :param olds: the inputs as the last look found them, {} where there was none.
    :param news: the inputs of the program.
    """

    def __init__(self, provider: PortalProvider, olds: Props, news: Props) -> None:
        self.olds, self.news = olds, news
        self._provider = provider
        self._seen: dict[str, Answer | PortalError | None] = {}

    def ask(self, props: Props) -> Answer | None:
        """What is there under the natural key of `props`. Raises `NotYetAvailable`, or another `PortalError`."""
        key = self._provider.natural_key(props)
        if key not in self._seen:
            try:
                self._seen[key] = self._provider.look_up(props)
            except PortalError as error:
                self._seen[key] = error
        seen = self._seen[key]
        if isinstance(seen, PortalError):
            raise seen
        return seen

    def find(self, props: Props) -> Answer | None:
        """The same, where "not yet" is as good as nothing."""
        try:
            return self.ask(props)
        except NotYetAvailable:
            return None


def say(provider: PortalProvider, look: Look) -> Props:
    """What an `up` will do about a thing that no state knows, by what the portal has now."""
    try:
        found = look.ask(look.news)
    except NotYetAvailable as error:
        return waits(waiting_for(error))
    except PortalError as error:
        return unseen(error)
    props = whole_numbers(look.news)
    waiting = provider.expect_waiting(props, found)
    if found is None:
        return made(waiting)
    if provider.is_in_sync(props, found, None):
        return adopted(waiting)
    return changed(provider.find_differences(props, found), waiting)


def made(waiting: Waiting | None = None) -> Props:
    """:param waiting: what it waits for once it is made."""
    return {FOUND: _found(MADE, "not there: will be made", waiting)}


def adopted(waiting: Waiting | None = None) -> Props:
    return {FOUND: _found(ADOPTED, "there and the same: will be adopted", waiting)}


def changed(portal: Mapping[str, Any], waiting: Waiting | None = None) -> Props:
    """:param portal: what the portal has where it differs, by field."""
    found = _found(CHANGED, "there and different: will be brought in sync", waiting)
    return {FOUND: found | {"portal": dict(portal)}}


def waits(waiting: Waiting) -> Props:
    return {FOUND: _found(WAITS, f"not yet: {waiting}", waiting)}


def becomes_baseline(lines: Iterable[str], value: Any) -> Props:
    """:param lines: what of a retained thing the portal has, in words.
    :param value: all of it, of which a digest is told: a saved plan then holds to more than the words.
    """
    baseline = list(lines)
    says = "there: becomes the baseline" if baseline else "nothing there: that becomes the baseline"
    whole = json.dumps(canonical(value), sort_keys=True).encode()
    digest = hashlib.sha256(whole).hexdigest()
    return {FOUND: _found(BASELINE, says) | {"baseline": baseline, "digest": digest}}


def moves(count: int, waiting: Waiting | None = None) -> Props:
    """:param count: of the forms that go over."""
    return {FOUND: _found(MOVES, f"{count} to stop and enter again", waiting)}


def nothing(says: str) -> Props:
    return {FOUND: _found(NOTHING, says)}


def unseen(error: PortalError) -> Props:
    """A failed look is never "not there"."""
    return {FOUND: _found(UNSEEN, f"could not be looked at: {error}") | {"why": str(error)}}


def _found(outcome: str, says: str, waiting: Waiting | None = None) -> Props:
    return {"outcome": outcome, "says": says} | ({"waiting": waiting.as_props()} if waiting else {})
