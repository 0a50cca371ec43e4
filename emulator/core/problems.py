"""What the portal answers when it refuses: `application/problem+json` (RFC 9457, Belgif REST guide).

    Problem                 any refusal: a type, a title, a status, a detail and what its type adds
    └── bad_request(...)    400 with every issue of the input at once
    SocketFault             no answer at all: the connection breaks (a rehearsed fault)

No problem ever repeats a value that was sent: it could be a password or an INSZ. Names of fields, codes of rules and
what is expected are enough to put an input right.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

BELGIF = "urn:problem-type:belgif:"
PORTAL = "urn:problem-type:portal:"
MEDIA_TYPE = "application/problem+json"

# Eleven digits are taken for an INSZ, wherever a client may have put one by mistake (a path, a field's name): in a row, or
# as people write it, 84.12.10-114.76.
_SSIN_LIKE = re.compile(r"\d(?:[ ._-]?\d){10}", re.ASCII)
# The portal's own ids are of digits and letters: such a row within one is none.
_SSIN_APART = re.compile(rf"(?<![0-9A-Za-z]){_SSIN_LIKE.pattern}(?![0-9A-Za-z])", re.ASCII)


def without_ssin(text: str) -> str:
    """`text` with whatever could be an INSZ masked, for journals and problems."""
    return _SSIN_LIKE.sub("***********", text)


def has_ssin(text: str) -> bool:
    """Whether an INSZ stands in `text`, in any notation: eleven digits, of which the last two check the others."""
    return any(
        int(check) in (97 - int(number) % 97, 97 - int(f"2{number}") % 97)
        for found in _SSIN_APART.findall(text)
        for number, check in [(digits[:9], digits[9:]) for digits in [re.sub(r"\D", "", found)]]
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with the input; `type` is a name of facts on Belgif input validation, such as `invalidInput`."""

    type: str
    detail: str
    name: str
    where: str = "body"
    rule: str | None = None

    def as_json(self) -> dict[str, str]:
        kind, title = ISSUE_TYPES[self.type]
        issue = {
            "type": kind + self.type,
            "title": title,
            "detail": self.detail,
            "in": self.where,
            "name": without_ssin(self.name),
        }
        return issue if self.rule is None else {**issue, "rule": self.rule}


_VALIDATION = "urn:problem-type:belgif:input-validation:"
_VALIDATION_EXT = "urn:problem-type:belgif-ext:input-validation:"
ISSUE_TYPES: Mapping[str, tuple[str, str]] = {
    "schemaViolation": (_VALIDATION, "Input isn't valid with respect to schema"),
    "invalidInput": (_VALIDATION, "Invalid input"),
    "unknownInput": (_VALIDATION, "Unknown input"),
    "referencedResourceNotFound": (_VALIDATION, "Referenced resource not found"),
    "invalidStructure": (_VALIDATION_EXT, "Input has an invalid structure"),
    "requiredInput": (_VALIDATION_EXT, "Input is required"),
    "rejectedInput": (_VALIDATION_EXT, "Input isn't allowed in this context"),
    "outOfRange": (_VALIDATION_EXT, "Input value is out of range"),
    "invalidPeriod": (_VALIDATION_EXT, "Period is invalid"),
}


@dataclass(slots=True)
class Problem(Exception):
    """A refusal. `members` are those of its type beside RFC 9457's own, such as `issues`, `reason` or `existing`."""

    type: str
    title: str
    status: int
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail

    def as_json(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:uuid:{uuid.uuid4()}",
            **self.members,
        }

    def body(self) -> bytes:
        return json.dumps(self.as_json(), ensure_ascii=False).encode()


class SocketFault(Exception):
    """The connection breaks instead of an answer: `reset` before it, `cutOff` within `partial`, its body."""

    def __init__(
        self, kind: str, status: int = 0, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status
        self.headers = list(headers)
        self.body = body


# A body of unknown fields and nothing else would get an answer of many times its size.
MOST_ISSUES = 100


def bad_request(issues: Iterable[Issue]) -> Problem:
    """400 with all `issues` of the input, or the first hundred."""
    listed = [issue.as_json() for issue in islice(issues, MOST_ISSUES)]
    return Problem(
        BELGIF + "badRequest", "Bad Request", 400, "The input message is incorrect", {"issues": listed}
    )


def not_found(what: str) -> Problem:
    return Problem(BELGIF + "resourceNotFound", "Resource Not Found", 404, f"No {what} found")


def not_yet(reason: str, detail: str, available_from: str | None, rule: str) -> Problem:
    """409: what is asked for cannot be done or seen yet (contract, section 4)."""
    members = {"reason": reason, "rule": rule}
    if available_from is not None:
        members["availableFrom"] = available_from
    return Problem(PORTAL + "notYetAvailable", "Not Yet Available", 409, detail, members)


def conflict(kind: str, title: str, detail: str, **members: str) -> Problem:
    """409 of the portal's own types `alreadyExists`, `inUse` and `alreadyDecided`."""
    return Problem(PORTAL + kind, title, 409, detail, members)


def precondition_failed(detail: str) -> Problem:
    return Problem(PORTAL + "preconditionFailed", "Precondition Failed", 412, detail)


def precondition_required(detail: str) -> Problem:
    return Problem(PORTAL + "preconditionRequired", "Precondition Required", 428, detail)


def payload_too_large(limit: int) -> Problem:
    return Problem(
        BELGIF + "payloadTooLarge",
        "Payload Too Large",
        413,
        f"A body may have at most {limit} bytes",
        {"limit": limit},
    )


def unsupported_media_type(expected: str) -> Problem:
    return Problem(
        PORTAL + "unsupportedMediaType", "Unsupported Media Type", 415, f"The body must be {expected}"
    )


def method_not_allowed(allowed: str) -> Problem:
    return Problem(
        PORTAL + "methodNotAllowed",
        "Method Not Allowed",
        405,
        f"Allowed here: {allowed}",
        headers={"Allow": allowed},
    )


def unauthorized(kind: str, title: str, detail: str) -> Problem:
    """401 `noAccessToken`, `invalidAccessToken` or `expiredAccessToken`."""
    return Problem(BELGIF + kind, title, 401, detail, headers={"WWW-Authenticate": "Bearer"})


def missing_permission(detail: str, rule: str = "R66") -> Problem:
    return Problem(BELGIF + "missingPermission", "Missing Permission", 403, detail, {"rule": rule})


def missing_scope(scope: str) -> Problem:
    detail = "The token was given for other scopes"
    return Problem(BELGIF + "missingScope", "Missing Scope", 403, detail, {"requiredScopes": [scope]})


def too_many_requests(retry_after: int) -> Problem:
    return Problem(
        BELGIF + "tooManyRequests",
        "Too Many Requests",
        429,
        "This client calls more often than the portal lets it",
        {"retryAfterSec": retry_after},
        {"Retry-After": str(retry_after)},
    )


def internal_error() -> Problem:
    return Problem(
        BELGIF + "internalServerError", "Internal Server Error", 500, "The portal failed; its log says why"
    )


def file_gone() -> Problem:
    """503: the portal's file was deleted or replaced while it was in use."""
    kind, title, _ = _FAILURES[503]
    return Problem(kind, title, 503, "The portal's file was deleted or replaced: start the portal again")


def busy() -> Problem:
    """503: somebody else, such as a clock that is moved, keeps the portal's file for longer than a call waits."""
    kind, title, _ = _FAILURES[503]
    detail = "The portal is at work on something that takes long: try again later"
    return Problem(kind, title, 503, detail, {"retryAfterSec": 5}, {"Retry-After": "5"})


def rehearsed_failure(status: int, retry_after: int | None) -> Problem:
    """A fault that a rehearsal asked for, in the words of a real one."""
    kind, title, detail = _FAILURES[status]
    members: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
        members["retryAfterSec"] = retry_after
    return Problem(kind, title, status, detail, members, headers)


_FAILURES: Mapping[int, tuple[str, str, str]] = {
    429: (BELGIF + "tooManyRequests", "Too Many Requests", "Too many requests: try again later"),
    500: (BELGIF + "internalServerError", "Internal Server Error", "The portal failed"),
    503: (BELGIF + "serviceUnavailable", "Service Unavailable", "The portal cannot answer now"),
    504: (PORTAL + "gatewayTimeout", "Gateway Timeout", "A system behind the portal did not answer in time"),
}
