"""What the portal says in words: its problems (RFC 9457) as exceptions, and an INSZ in any sentence masked.

Sentences go on into messages, outputs and state: they are masked before anybody else sees the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

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
)
from schemas.privacy import masked

_ERRORS: Mapping[int, type[PortalError]] = {
    403: LoginRefused,
    404: NotFound,
    412: PreconditionFailed,
}
_ERRORS_WHEN_RETRIES_END: Mapping[int | None, type[PortalError]] = {
    None: PortalUnreachable,
    401: LoginRefused,
    500: PortalUnreachable,
}
"""By the status of the last attempt, None where no answer came; for all others the deadline has passed."""
# What the portal writes for people, also in answers that are no problem: a form that a batch refuses, a supplier's no.
_SENTENCES = frozenset({"detail", "title", "refusalReason"})


def without_ssin(members: dict[str, Any], *, everywhere: bool) -> dict[str, Any]:
    """An object of an answer without an INSZ in its sentences; `everywhere`: in any text, as in a problem."""
    for name in members if everywhere else _SENTENCES & members.keys():
        if isinstance(members[name], str):
            members[name] = masked(members[name])
    return members


def error_when_retries_end(status: int | None) -> type[PortalError]:
    """What it means that the last attempt (`providers.retry`) ended with this status, None for no answer."""
    return _ERRORS_WHEN_RETRIES_END.get(status, DeadlineExceeded)


def raise_problem(method: str, path: str, status: int, problem: Mapping[str, Any], phrase: str) -> NoReturn:
    """:raises PortalError: the one that the answer stands for; `phrase` is the status in words."""
    kind = str(problem.get("type", "")).rpartition(":")[2]
    where: dict[str, Any] = {
        "method": method,
        "path": path,
        "status": status,
        "detail": str(problem.get("detail") or problem.get("title") or phrase),
    }
    if kind == "notYetAvailable":
        opens = problem.get("availableFrom")
        raise NotYetAvailable(
            reason=str(problem["reason"]),
            available_from=date.fromisoformat(opens) if opens else None,
            **where,
        )
    if kind == "alreadyExists":
        raise AlreadyExists(existing=str(problem.get("existing", "")), **where)
    if status == 404 and kind != "resourceNotFound":
        # A gateway's page or a mistyped address: not the portal saying that there is nothing.
        raise PortalUnreachable(**where)
    if status in _ERRORS:
        raise _ERRORS[status](**where)
    issues = [
        Issue(
            str(issue.get("name", "")),
            str(issue.get("detail") or issue.get("title", "")),
            str(issue.get("rule", "")),
        )
        for issue in problem.get("issues", ())
    ]
    raise PortalRefused(problem=str(problem.get("type", "")), issues=issues, **where)
