"""What the APIs' documents share: problems and the answers that carry them, headers, the sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.core import journal, problems
from emulator.core.operation import Api, Need, Operation
from emulator.signin import api as signin
from emulator.systems.access_management import rights

SCHEMA = "#/components/schemas/"
RESPONSE = "#/components/responses/"

TITLES: Mapping[int, str] = {
    200: "Done",
    201: "Created",
    202: "Taken on; the task at `Location` says how far it is",
    204: "Done, nothing to show",
    304: "Nothing changed since the answer with this ETag",
    409: "Not yet (`notYetAvailable`), or in conflict with what there is (`alreadyExists`, `inUse`, `alreadyDecided`,"
    " `alreadySubmitted`)",
}

TRACE = {
    "BelGov-Trace-Id": {
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "description": "The portal's own number of this call",
    }
}
ETAG = {
    "ETag": {
        "required": True,
        "schema": {"type": "string", "pattern": '^"[^"]+"$', "examples": ['"17"']},
        "description": "For If-Match; strong, and never given twice",
    }
}
CHANGES_ETAG = {
    "ETag": {
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9a-f]+"$'},
        "description": "Of all tags together, for If-None-Match",
    }
}
LOCATION = {
    "Location": {
        "required": True,
        "schema": {"type": "string", "pattern": "^/"},
        "description": "The path of what was made",
    }
}
_RETRY_AFTER = {
    "Retry-After": {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds, where it is known"}
}

_TEXT = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457, Belgif REST guide",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "pattern": "^urn:problem-type:(belgif|portal):[A-Za-z]+$"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "instance": {
                "type": "string",
                "pattern": "^urn:uuid:[0-9a-f-]{36}$",
                "description": "This occurrence's own number",
            },
            "issues": {
                "type": "array",
                "items": {"$ref": SCHEMA + "Issue"},
                "description": "Of `badRequest`: all that is wrong with the input",
            },
            "rule": {"type": "string", "description": "The manual's rule", "examples": ["R12"]},
            "reason": {
                "type": "string",
                "enum": [
                    "organizationNotActive",
                    "accessNotCopied",
                    "screenNotOpen",
                    "senderMissing",
                    "reportNotOpen",
                    "mergerNotInEffect",
                ],
                "description": "Of `notYetAvailable`",
            },
            "availableFrom": {"type": "string", "format": "date", "description": "Where it is known"},
            "existing": {"type": "string", "description": "The key of what is there already"},
            "reportUnder": {
                "type": "array",
                "items": _TEXT,
                "description": "The numbers that report on that year (R62, R63)",
            },
            "limit": {"type": "integer", "description": "Bytes, of `payloadTooLarge`"},
            "requiredScopes": {"type": "array", "items": _TEXT, "description": "Of `missingScope`"},
            "retryAfterSec": {"type": "integer", "description": "As the header Retry-After"},
        },
    },
    "Issue": {
        "type": "object",
        "required": ["type", "title", "detail", "in", "name"],
        "description": "One thing wrong with the input; what was sent is never repeated",
        "properties": {
            "type": {
                "type": "string",
                "enum": [kind + name for name, (kind, _) in problems.ISSUE_TYPES.items()],
            },
            "title": _TEXT,
            "detail": _TEXT,
            "in": {"type": "string", "enum": ["body", "header", "path", "query"]},
            "name": {
                "type": "string",
                "examples": ["contacts[0].email"],
                "description": "The field; empty for the body as a whole",
            },
            "rule": {"type": "string", "description": "The manual's rule", "examples": ["R30"]},
        },
    },
}


def _response(description: str, *examples: problems.Problem, **headers: Any) -> dict[str, Any]:
    shown = {
        problem.type.rsplit(":", 1)[-1]: {
            "value": {**problem.as_json(), "instance": "urn:uuid:d9e35127-e9b1-4201-a211-2b52e52508df"}
        }
        for problem in examples
    }
    media = {"schema": {"$ref": SCHEMA + "Problem"}, "examples": shown}
    return {
        "description": description,
        "headers": {**TRACE, **headers},
        "content": {problems.MEDIA_TYPE: media},
    }


_ISSUE = problems.Issue("invalidInput", "not an e-mail address", "contacts[0].email")
# The refusals that mean the same in every operation, by their status.
SHARED: dict[int, tuple[str, dict[str, Any]]] = {
    400: (
        "BadRequest",
        _response("The input is incorrect: all its issues at once", problems.bad_request([_ISSUE])),
    ),
    401: (
        "Unauthorized",
        _response(
            "No token, or one that is not valid",
            problems.unauthorized(
                "noAccessToken", "No Access Token", "No Bearer token in the Authorization header"
            ),
            problems.unauthorized(
                "invalidAccessToken", "Invalid Access Token", "This token was not given by this portal"
            ),
            problems.unauthorized(
                "expiredAccessToken", "Expired Access Token", "This token has expired: sign in again"
            ),
            **{"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
        ),
    ),
    403: (
        "Forbidden",
        _response(
            "`missingScope`: the token was given for other scopes. `missingPermission`: it serves another"
            " organisation, or the person who signed in may not do this there (x-permission)",
            problems.missing_scope("chaman:write"),
            problems.missing_permission("This person may not do this here: see access management", "R26"),
        ),
    ),
    404: ("NotFound", _response("Not there", problems.not_found("user"))),
    412: (
        "PreconditionFailed",
        _response("The precondition does not hold", problems.precondition_failed("It was changed meanwhile")),
    ),
    413: (
        "PayloadTooLarge",
        _response("The body is larger than 1 MiB", problems.payload_too_large(1024 * 1024)),
    ),
    415: (
        "UnsupportedMediaType",
        _response("The body is not JSON", problems.unsupported_media_type("application/json")),
    ),
    428: (
        "PreconditionRequired",
        _response(
            "If-Match or If-None-Match is needed", problems.precondition_required("A DELETE needs If-Match")
        ),
    ),
    429: (
        "TooManyRequests",
        _response("This client calls too often", problems.too_many_requests(1), **_RETRY_AFTER),
    ),
    500: ("InternalServerError", _response("The portal failed", problems.internal_error())),
    503: (
        "ServiceUnavailable",
        _response("The portal cannot answer now", problems.rehearsed_failure(503, 30), **_RETRY_AFTER),
    ),
    504: (
        "GatewayTimeout",
        _response("A system behind the portal did not answer in time", problems.rehearsed_failure(504, None)),
    ),
}
FAILURES = (429, 500, 503, 504)
_CONFLICTS = (
    problems.conflict("alreadyExists", "Already Exists", "This user name is taken", rule="R30"),
    problems.conflict(
        "inUse", "In Use", "An account uses this certificate", existing="Nova Prima", rule="R37"
    ),
    problems.conflict(
        "alreadySubmitted", "Already Submitted", "A report that was submitted is not changed", rule="R62"
    ),
    problems.conflict(
        "alreadyDecided", "Already Decided", "The supplier has accepted this request", rule="R36"
    ),
)
# Of each need: the name of its component, the reason of `notYetAvailable`, the words of an example, its day, and the rule.
_COPIED = ("accessNotCopied", "the RSZ has copied access to a new number", "2025-01-01")
NOT_YET: Mapping[Need, tuple[str, str, str, str | None, str]] = {
    Need.ACTIVE: (
        "Active",
        "organizationNotActive",
        "the organisation exists: its first day has come",
        "2025-01-01",
        "R12",
    ),
    Need.COPIED: ("Copied", *_COPIED, "R27"),
    Need.ACCESS: ("Access", *_COPIED, "R15"),
    Need.SENDER: ("Sender", "senderMissing", "the sender has signed in", None, "R28"),
    Need.MERGER: ("Merger", "mergerNotInEffect", "the merger of that day is in effect", "2025-01-01", "R06"),
    Need.REPORT: ("Report", "reportNotOpen", "February of the year after has come", "2025-02-01", "R62"),
    Need.OPEN: ("Screen", "screenNotOpen", "the screen is open", "2025-01-13", "R59"),
}


def conflict(operation: Operation) -> tuple[str, dict[str, Any]]:
    """409 and its component's name: what the operation waits for, with an example of each kind of conflict."""
    first = [NOT_YET[need] for need in operation.needs[:1]]
    late = [
        problems.not_yet(reason, f"Only when {until}", day, rule) for _, reason, until, day, rule in first
    ]
    others = _CONFLICTS if operation.writes else ()
    name = "".join([*(name for name, *_ in first), "Conflict" if others else "NotYet"])
    return name, _response(TITLES[409], *late, *others)


def waits_for(operation: Operation) -> list[str]:
    """The reasons of `notYetAvailable` that the operation can give, in the order in which they are looked at."""
    return [NOT_YET[need][1] for need in operation.needs]


def tags(api: Api) -> list[dict[str, str]]:
    return [{"name": api.name, "description": api.title}]


def security_schemes(api: Api) -> dict[str, Any]:
    scopes = {
        f"{api.name}:{what}": f"{verb} what is in {api.title}"
        for what, verb in (("read", "See"), ("write", "Change"))
    }
    flow = {"tokenUrl": journal.TOKEN_PATH, "scopes": scopes if api.scoped else {}}
    return {
        "oauth2": {
            "type": "oauth2",
            "description": (
                "Client credentials with a signed JWT (RFC 7523), for one organisation: "
                f"[its document]({signin.TOKEN.base}/doc/openapi.yaml)"
            ),
            "flows": {"clientCredentials": flow},
        }
    }


def security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.public:
        return []
    return [{"oauth2": [] if operation.scope is None else [operation.scope]}]


def permission(operation: Operation) -> dict[str, Any]:
    """What a person must be at the organisation; a client that works by itself is held by its scopes only."""
    assert operation.permission is not None
    asked = rights.PERMISSIONS[operation.permission]
    described: dict[str, Any] = {"name": operation.permission, "rule": asked.rule}
    for name in ("functions", "applications", "roles"):
        if getattr(asked, name):
            described[name] = sorted(getattr(asked, name))
    if asked.domain is not None:
        described["domain"] = asked.domain
    return described
