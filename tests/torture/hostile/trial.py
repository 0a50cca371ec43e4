"""One trial: the real client makes one call, and the portal answers it with one of the odd answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.portal import Connection, WritingPortal
from providers.settings import Settings
from schemas.errors import PortalError
from schemas.visible import visible
from tests.providers.portal_double import PAJOTTEGEM, client_key
from tests.torture.hostile.cases import CASES, INSZ
from tests.torture.hostile.server import TOKEN, Asked, Behave, Server, tokens_seen

DEADLINE_SECONDS = 2.0
SLACK = 1.2
"""A call ends within its deadline and a fifth of it."""
FLOOR_SECONDS = 10.0
"""What a busy machine may add: a test must not fail for want of a processor."""
PATH = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
_CALLS: dict[str, Callable[[WritingPortal], Any]] = {
    "GET": lambda portal: portal.get(PATH),
    "list": lambda portal: portal.get_items(PATH),
    "PUT": lambda portal: portal.replace(PATH, {"name": "ICT"}, '"1"'),
    "POST": lambda portal: portal.add(PATH, {"name": "ICT"}),
    "DELETE": lambda portal: portal.delete(PATH, '"1"'),
    "sign-in": lambda portal: portal.get(PATH),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a trial; `wrong` says what must not be, "" where all is well."""

    name: str
    call: str
    seconds: float
    told: str
    wrong: str


def try_out(name: str, call: str, deadline_seconds: float = DEADLINE_SECONDS) -> Outcome:
    """The real client against one odd answer."""
    case = CASES[name]

    def behave(asked: Asked) -> Behave | None:
        return case.behave if asked.is_sign_in == (call == "sign-in") else None

    told, error = "", None
    with Server(lambda _: None) as elsewhere, Server(behave, elsewhere=elsewhere.port) as server:
        settings = Settings(server.url, "rehearsal", client_key(), Path("unused"), deadline_seconds)
        connection = Connection(settings)
        began = time.monotonic()
        try:
            _CALLS[call](WritingPortal(connection, PAJOTTEGEM))
        except Exception as raised:
            error, told = raised, str(raised)
        seconds = time.monotonic() - began
        connection.close()
        leaked = [*tokens_seen([elsewhere])]
    wrong = _judge(error, told, seconds, deadline_seconds, fine=call in case.fine)
    if leaked:
        wrong = f"a credential went to another address: {leaked[0].method} {leaked[0].path}"
    return Outcome(name, call, seconds, told, wrong)


def _judge(error: Exception | None, told: str, seconds: float, deadline_seconds: float, *, fine: bool) -> str:
    if seconds > deadline_seconds * SLACK + FLOOR_SECONDS:
        return f"it took {seconds:.1f} s"
    if error is None:
        return "" if fine else "it was taken for an answer"
    if not isinstance(error, PortalError):
        return f"{type(error).__name__} is no error of the tree: {told[:500]}"
    if not error.method or not error.path or f"{error.method} {error.path}" not in told or not error.way_out:
        return f"no call or no way out: {told[:500]}"
    if told != visible(told) or TOKEN in told or INSZ in told or len(told) > 20_000:
        return f"not fit to be shown: {told[:500]!r}"
    return ""
