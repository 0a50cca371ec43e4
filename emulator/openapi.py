"""The OpenAPI 3.1 document of each API, from the same tables as its routes; imported when one is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from emulator import problems, tables, validation
from emulator.operation import Api, Operation

VERSION = "1.0"
_REF = "#/components/schemas/"
_TITLES = {
    200: "Done",
    201: "Created",
    204: "Done, nothing to show",
    400: "The input is incorrect: all its issues at once",
    401: "No token, or one that is not valid",
    403: "The token is for another organisation or other scopes, or this person may not do this",
    404: "Not there",
    409: "Not yet (`notYetAvailable`), or in conflict with what there is (`alreadyExists`, `inUse`, `alreadyDecided`)",
    412: "The precondition does not hold",
    413: "The body is too large",
    415: "The body is not JSON",
    428: "If-Match or If-None-Match is needed",
    429: "Too many requests",
    500: "The portal failed",
    503: "The portal cannot answer now",
    504: "A system behind the portal did not answer in time",
}
_FAILURES = (429, 500, 503, 504)
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "For If-Match"}}
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
_TRACE = {"BelGov-Trace-Id": {"schema": {"type": "string"}}}


def document(api: Api) -> dict[str, Any]:
    """The document of one API."""
    references, schemas = _schemas(api.operations)
    paths: dict[str, Any] = {}
    for operation in api.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, api, references
        )
    components: dict[str, Any] = {"schemas": {**schemas, **_PROBLEM_SCHEMAS}}
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": VERSION, "description": api.description},
        "servers": [{"url": api.base}],
        "paths": paths,
        "components": components,
    }
    if not api.controls:
        components["securitySchemes"] = {"token": _TOKEN}
        found["security"] = [{"token": []}]
    return found


def for_swagger_ui(found: dict[str, Any]) -> dict[str, Any]:
    """The same for the bundled Swagger UI, which reads OpenAPI 3.0: without the type `null`, which 3.0 lacks."""
    return {**_without_null(found), "openapi": "3.0.3"}


def _without_null(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _without_null(value) for name, value in node.items()}
    choices = [choice for choice in kept.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    return kept


_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "From `POST /REST/oauth/v5/token` (client credentials with a signed JWT), for one organisation",
}

_PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457, Belgif REST guide",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "examples": [problems.BELGIF + "resourceNotFound"]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "`urn:uuid:` and this occurrence's own number"},
            "issues": {"type": "array", "items": {"$ref": _REF + "Issue"}},
            "rule": {"type": "string", "description": "The manual's rule", "examples": ["R12"]},
            "reason": {
                "type": "string",
                "enum": ["organizationNotActive", "accessNotCopied", "screenNotOpen", "senderMissing"],
            },
            "availableFrom": {"type": "string", "format": "date"},
            "existing": {"type": "string", "description": "The key of what is there already"},
            "limit": {"type": "integer"},
            "retryAfterSec": {"type": "integer"},
        },
    },
    "Issue": {
        "type": "object",
        "required": ["type", "title", "detail", "in", "name"],
        "properties": {
            "type": {
                "type": "string",
                "enum": [kind + name for name, (kind, _) in problems.ISSUE_TYPES.items()],
            },
            "title": {"type": "string"},
            "detail": {"type": "string"},
            "in": {"type": "string", "enum": ["body", "header", "path", "query"]},
            "name": {"type": "string", "examples": ["contacts[0].email"]},
            "rule": {"type": "string", "description": "The manual's rule", "examples": ["R30"]},
        },
    },
}

_PATH_SCHEMAS: dict[str, Any] = {
    "enterpriseNumber": {"type": "string", "pattern": r"^[01]\d{9}$"},
}
_QUERY_SCHEMAS: dict[str, Any] = {
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "pageSize": {
        "type": "integer",
        "minimum": 1,
        "maximum": tables.MAX_PAGE_SIZE,
        "default": tables.DEFAULT_PAGE_SIZE,
    },
    "search": {"type": "string", "description": "A part of the name or of the number"},
    "writes": {"type": "boolean", "default": False},
    "kbo": {"type": "string", "description": "An enterprise number"},
    "since": {"type": "string", "description": "A portal moment (RFC 3339), or a date"},
}

_Mode = Literal["validation", "serialization"]


def _schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[str, _Mode], Any], dict[str, Any]]:
    """A reference for each model that the operations name, and the schemas that these refer to."""
    named: dict[tuple[str, _Mode], None] = {}
    for operation in operations:
        if operation.body is not None:
            named[operation.body, "validation"] = None
        if operation.answer is not None:
            named[operation.answer, "serialization"] = None
    models = [(validation.model(name), mode) for name, mode in named]
    found, definitions = models_json_schema(models, ref_template=_REF + "{model}")
    references = {(name, mode): found[validation.model(name), mode] for name, mode in named}
    return references, definitions["$defs"]


def _operation(operation: Operation, api: Api, references: dict[tuple[str, _Mode], Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [api.name],
        "parameters": _parameters(operation),
        "responses": {
            str(status): _response(operation, status, references) for status in _statuses(operation, api)
        },
    }
    if operation.rules:
        described["description"] = f"Rules of the manual: {', '.join(operation.rules)}."
        described["x-manual-rules"] = list(operation.rules)
    if operation.public and not api.controls:
        described["security"] = []
    if operation.body is not None:
        schema = references[operation.body, "validation"]
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _statuses(operation: Operation, api: Api) -> list[int]:
    statuses = {*operation.statuses, 400}
    if operation.body is not None:
        statuses |= {413, 415}
    if not api.controls:
        statuses |= set(_FAILURES)
    if not operation.public:
        statuses |= {401, 403, 404}
    if operation.needs:
        statuses.add(409)
    return sorted(statuses)


def _response(operation: Operation, status: int, references: dict[tuple[str, _Mode], Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _TITLES[status], "headers": dict(_TRACE)}
    if status >= 400:
        described["content"] = {problems.MEDIA_TYPE: {"schema": {"$ref": _REF + "Problem"}}}
        if status in (429, 503):
            described["headers"] |= _RETRY_AFTER
    elif operation.answer is not None and status != 204:
        schema = references[operation.answer, "serialization"]
        described["content"] = {"application/json": {"schema": schema}}
        if 428 in operation.statuses or operation.method == "POST":
            described["headers"] |= _ETAG
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH_SCHEMAS.get(name, _NAME)}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": _QUERY_SCHEMAS[name]} for name in operation.query]
    if 428 in operation.statuses:
        text = {"type": "string"}
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "schema": text,
                "description": "The ETag to replace or delete",
            }
        )
        if operation.method == "PUT":
            parameters.append(
                {"name": "If-None-Match", "in": "header", "schema": text, "description": "`*` to create"}
            )
    return parameters


_NAME = {"type": "string", "minLength": 1, "maxLength": 100}
