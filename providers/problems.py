"""What the portal says in words: its problems (RFC 9457) as exceptions, and its sentences made readable.

Sentences go on into messages, outputs and state. Before anybody else sees the answer an INSZ in them is masked, and what
the call itself sent in secret: a portal, or what stands before it, may repeat that. What does not show is written out, and
what is endless is cut.

Which error an answer becomes, the first line that fits:

| the answer | the error |
|---|---|
| one that is worth a repeat (`retry`), once that ended: 408, 423, 425, 429, 502 to 504, 520 to 524 | `DeadlineExceeded` |
| 421 and any other 5xx; no answer; a proxy that refuses | `PortalUnreachable` |
| 401 after a second try, a sign-in that is refused | `LoginRefused` |
| a member that does not fit the contract; 1xx, 3xx | `UnexpectedAnswer` |
| a problem of the type `notYetAvailable` or `alreadyExists` | `NotYetAvailable`, `AlreadyExists` |
| 412 | `PreconditionFailed` |
| no `type`, where a problem should be | `UnexpectedAnswer` |
| 404 of another type than `resourceNotFound`, perhaps a gateway's | `PortalUnreachable` |
| 404, 403 | `NotFound`, `LoginRefused` |
| any other problem | `PortalRefused` |
| none, since nobody vouches for the certificate or there is no TLS | `UntrustedPortal`, by `network` |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn

from providers import paths
from providers.retry import UNTIL_DEADLINE, Failed, attempts_allowed
from schemas.errors import (
    AlreadyExists,
    DeadlineExceeded,
    Issue,
    LoginRefused,
    NotFound,
    NotYetAvailable,
    PortalError,
    PortalRefused,
    PortalUnreachable,
    PreconditionFailed,
    UnexpectedAnswer,
)
from schemas.privacy import masked, without
from schemas.visible import visible

_ERRORS: Mapping[int, type[PortalError]] = {
    403: LoginRefused,
    404: NotFound,
}
# What the portal writes for people, also in answers that are no problem: a form that a batch refuses, a supplier's no.
_SENTENCES = frozenset({"detail", "title", "refusalReason"})


_LONGEST = 1000
_MOST_ISSUES = 100


def readable(text: str, sent: Iterable[str] = ()) -> str:
    """What somebody else wrote, for a message: one line, without an INSZ and without the secrets that were `sent`."""
    shown = visible(masked(without(text, sent)))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def without_secrets(members: dict[str, Any], sent: Iterable[str], *, everywhere: bool) -> dict[str, Any]:
    """An object of an answer with its sentences made readable; `everywhere`: any text, as in a problem."""
    for name in members if everywhere else _SENTENCES & members.keys():
        if isinstance(members[name], str):
            members[name] = readable(members[name], sent)
    return members


def error_when_retries_end(failure: Failed) -> type[PortalError]:
    """What it means that the last attempt (`providers.retry`) failed like this."""
    if failure.unfit:
        return UnexpectedAnswer
    if failure.status == 401:
        return LoginRefused
    if failure.status is not None and attempts_allowed(failure.status) == UNTIL_DEADLINE:
        return DeadlineExceeded
    return PortalUnreachable


def raise_problem(method: str, path: str, status: int, problem: Mapping[str, Any], phrase: str) -> NoReturn:
    """:raises PortalError: the one that the answer stands for; `phrase` is the status in words.
    :raises Failed: where it is no problem of the contract."""
    kind = _text(status, problem, "type").rpartition(":")[2]
    detail = _text(status, problem, "detail") or _text(status, problem, "title") or phrase
    where: dict[str, Any] = {"method": method, "path": path, "status": status, "detail": detail}
    if kind == "notYetAvailable":
        raise NotYetAvailable(
            reason=_text(status, problem, "reason") or _refuse(status, "`reason` is missing"),
            rule=_text(status, problem, "rule"),
            available_from=_day(status, problem, "availableFrom"),
            **where,
        )
    if kind == "alreadyExists":
        raise AlreadyExists(existing=_text(status, problem, "existing"), **where)
    if status == 412:
        raise PreconditionFailed(**where)
    if not kind:
        # A gateway's page or a mistyped address: not the portal saying no, or that there is nothing.
        _refuse(status, f"no problem of the portal's, with a `type`: {detail}")
    if status == 404 and kind != "resourceNotFound":
        raise PortalUnreachable(**where)
    if status in _ERRORS:
        raise _ERRORS[status](**where)
    raise PortalRefused(problem=_text(status, problem, "type"), issues=_issues(status, problem), **where)


def raise_refused_sign_in(client: str, status: int, problem: Mapping[str, Any], phrase: str) -> NoReturn:
    """:raises LoginRefused: for a refusal of OAuth2 or a problem of the portal's.
    :raises Failed: for anything else."""
    kind = _text(status, problem, "error") or _text(status, problem, "type")
    if not kind:
        _refuse(status, f"no refusal of a sign-in, with an `error`: {phrase}")
    said = _text(status, problem, "error_description") or _text(status, problem, "detail")
    detail = f"{kind}: {said} (client {readable(client)})"
    raise LoginRefused(method="POST", path=paths.SIGN_IN, status=status, detail=detail)


def _issues(status: int, problem: Mapping[str, Any]) -> list[Issue]:
    found = problem.get("issues") or []
    if not isinstance(found, list) or not all(isinstance(issue, dict) for issue in found):
        _refuse(status, "`issues`: a list of objects was expected")
    return [
        Issue(
            _text(status, issue, "name"),
            _text(status, issue, "detail") or _text(status, issue, "title"),
            _text(status, issue, "rule"),
        )
        for issue in found[:_MOST_ISSUES]
    ]


def _text(status: int, members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        _refuse(status, f"`{name}`: a text was expected")
    return value or ""


def _day(status: int, members: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(text) if (text := _text(status, members, name)) else None
    except ValueError:
        _refuse(status, f"`{name}`: a date was expected")


def _refuse(status: int, reason: str) -> NoReturn:
    raise Failed(status, reason, unfit=True)
