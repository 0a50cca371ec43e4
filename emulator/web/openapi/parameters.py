"""What the APIs' documents say of parameters: in paths, in queries, and the headers with which one writes."""

from __future__ import annotations

from typing import Any

from emulator.core import common_operations, models, names, organizations, reference
from emulator.core.operation import Operation

_NAME = {"type": "string", "pattern": names.PATTERN, "minLength": 1, "maxLength": 100}
_CHECKPOINT = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
PATH: dict[str, Any] = {
    "enterpriseNumber": {"type": "string", "pattern": "^[01][0-9]{9}$", "format": "enterprise-number"},
    "predecessor": {"type": "string", "pattern": "^[01][0-9]{9}$", "format": "enterprise-number"},
    "supplier": {
        "type": "string",
        "pattern": f"^({'|'.join(sorted(reference.delegatable_suppliers()))})$",
        "description": "The supplier's code, one of ChaMan's /refData/suppliers",
    },
    "domain": {**_NAME, "description": "One of /refData/domains"},
    "fileName": {**_NAME, "examples": ["portal.cer"]},
    "name": _CHECKPOINT,
    "collection": {"type": "string", "enum": ["forms", "attestations"]},
    "year": {"type": "string", "pattern": "^2[0-9]{3}$", "examples": ["2024"]},
}
# R43 asks it of new ones.
_UPLOADED = {
    **_NAME,
    "pattern": names.FILE_PATTERN,
    "examples": ["portal.cer"],
}
QUERY: dict[str, Any] = {
    "page": {"type": "integer", "minimum": 1, "maximum": 10**6, "default": 1},
    "pageSize": {
        "type": "integer",
        "minimum": 1,
        "maximum": common_operations.MAX_PAGE_SIZE,
        "default": common_operations.DEFAULT_PAGE_SIZE,
    },
    "search": {"type": "string", "description": "A part of the name or of the number"},
    "writes": {"type": "boolean", "default": False},
    "after": {"type": "string", "description": "A place in the collection, as `next` named it"},
    "qualityCode": {
        "type": "string",
        "enum": [item["code"] for item in reference.items("qualityCodes")],
        "description": "One of /refData/qualityCodes",
    },
    "read": {"type": "boolean", "description": "Only what is marked as read, or only what is not"},
    "unread": {"type": "boolean", "description": "Only what is not marked as read, or only what is"},
    "kbo": {
        "type": "string",
        "pattern": organizations.WRITTEN_NUMBER,
        "description": "An enterprise number, also as people write it",
    },
    "since": {**models.MOMENT, "description": "A portal moment (RFC 3339), or a date"},
    "path": {"type": "string", "description": "A glob over the path; `*` also goes over slashes"},
    # An operation's own goes before the one that a name has in every operation.
    "listForms.status": {"type": "string", "enum": ["running", "stopped"]},
    "listSupplierRequests.status": {"type": "string", "enum": ["pending", "accepted", "refused"]},
    "listAttestations.status": {"type": "string", "enum": ["running", "stopped"]},
    "status": {"type": "string", "pattern": "^(0|[1-5][0-9]{2}|[1-5]xx)$", "examples": ["409", "4xx"]},
    "to": {**_CHECKPOINT, "description": "Another checkpoint; left out: now"},
    "details": {"type": "boolean", "default": False},
    "mergerOn": {"type": "string", "format": "date", "description": "The day of the merger"},
    "step": {"type": "string", "enum": ["stop", "enter"]},
}
NEEDED_IN_QUERY = frozenset({"mergerOn", "step"})


def query_schema(operation: Operation, name: str) -> dict[str, Any]:
    found: dict[str, Any] = QUERY.get(f"{operation.name}.{name}") or QUERY[name]
    return found


def path_schema(operation: Operation, name: str) -> dict[str, Any]:
    if name == "fileName" and operation.method == "PUT":
        return _UPLOADED
    found: dict[str, Any] = PATH.get(name, _NAME)
    return found


_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string", "examples": ['"0cc175b9c0f1b6a831c399e269772661"']},
    "description": "The ETag of an earlier answer; also several",
}


def preconditions(operation: Operation) -> list[dict[str, Any]]:
    """The header parameters of an operation that can answer 428: one of them is needed, and never both. Of one that can
    answer 304, what it compares."""
    if 304 in operation.statuses:
        return [_KNOWN]
    if 428 not in operation.statuses:
        return []
    match = {
        "name": "If-Match",
        "in": "header",
        "schema": {"type": "string", "examples": ["*", '"17"']},
        "description": "The ETag to replace or delete; also `*`, or several",
    }
    if operation.method != "PUT":
        return [match]
    none = {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string", "enum": ["*"]},
        "description": "`*` to create",
    }
    return [match, none]
