"""The OpenAPI 3.1 document of each API, from the same tables as its routes; imported when one is asked for."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from emulator.core.models import find_model
from emulator.core.operation import Api, Operation
from emulator.signin import api as signin
from emulator.web.openapi import examples, parameters, parts, token

VERSION = "1.0"
_Mode = Literal["validation", "serialization"]


def document(api: Api) -> dict[str, Any]:
    """The document of one API."""
    if api.name == signin.TOKEN.name:
        return _unshared(token.document(VERSION))
    operations = list(api.complete())
    references, schemas = _schemas(operations)
    kept = {operation.path for operation in operations if 428 in operation.statuses}
    paths: dict[str, Any] = {}
    for operation in operations:
        described = _operation(operation, api, references, kept)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    shared = {name for operation in operations for name in _shared(operation, api)}
    conflicts = [
        parts.conflict(operation) for operation in operations if operation.needs or 409 in operation.statuses
    ]
    components: dict[str, Any] = {
        "schemas": {**schemas, **parts.SCHEMAS},
        "responses": {name: response for name, response in parts.SHARED.values() if name in shared}
        | dict(conflicts),
    }
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": VERSION, "description": api.description},
        "servers": [{"url": api.base}],
        "tags": parts.tags(api),
        "paths": paths,
        "components": components,
    }
    if not api.controls:
        components["securitySchemes"] = parts.security_schemes(api)
    return _unshared(found)


def _unshared(found: dict[str, Any]) -> dict[str, Any]:
    """What stands in several places becomes several things: nobody changes two by changing one."""
    copied: dict[str, Any] = json.loads(json.dumps(found))
    return copied


def resolve_reference(found: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the document stands for; anything else stands for itself."""
    while "$ref" in node:
        _, *steps = node["$ref"].split("/")
        node = found
        for step in steps:
            node = node[step]
    return node


def as_yaml(found: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
    return text


def with_bearer(found: dict[str, Any]) -> dict[str, Any]:
    """The same with the token itself as what is asked for: for tools that cannot sign an assertion to get one."""
    changed = copy.deepcopy(found)
    schemes = changed["components"].get("securitySchemes", {})
    if "oauth2" in schemes:
        description = "An access token for one organisation; `fusion emulator token KBO` gives one"
        schemes["oauth2"] = {"type": "http", "scheme": "bearer", "description": description}
        for operations in changed["paths"].values():
            for operation in operations.values():
                operation["security"] = [{"oauth2": []} for _ in operation["security"]]
    return changed


def for_swagger_ui(found: dict[str, Any]) -> dict[str, Any]:
    """The same for the bundled Swagger UI, which reads OpenAPI 3.0: without `if` and the type `null`, which 3.0 lacks."""
    return {**_as_in_3_0(with_bearer(found)), "openapi": "3.0.3"}


def _as_in_3_0(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_in_3_0(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _as_in_3_0(value) for name, value in node.items() if name not in {"if", "then", "else"}}
    choices = [choice for choice in kept.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    return kept


def _schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[str, _Mode], Any], dict[str, Any]]:
    """A reference for each model that the operations name, and the schemas that these refer to."""
    named: dict[tuple[str, _Mode], None] = {}
    for operation in operations:
        if operation.body is not None:
            named[operation.body, "validation"] = None
        if operation.answer is not None:
            named[operation.answer, "serialization"] = None
    models = [(find_model(name), mode) for name, mode in named]
    found, definitions = models_json_schema(models, ref_template=parts.SCHEMA + "{model}")
    references = {(name, mode): found[find_model(name), mode] for name, mode in named}
    return references, definitions["$defs"]


def _operation(
    operation: Operation, api: Api, references: dict[tuple[str, _Mode], Any], kept: set[str]
) -> dict[str, Any]:
    shared = _shared(operation, api)
    responses: dict[int, Any] = {status: {"$ref": parts.RESPONSE + name} for name, status in shared.items()}
    for status in operation.statuses:
        if status < 400:
            responses[status] = _success(operation, api, status, references, kept)
    if operation.needs or 409 in operation.statuses:
        responses[409] = {"$ref": parts.RESPONSE + parts.conflict(operation)[0]}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [api.name],
        "parameters": _parameters(operation),
        "responses": {str(status): responses[status] for status in sorted(responses)},
    }
    if not api.controls:
        described["security"] = parts.security(operation)
    if operation.body is not None:
        content = {"schema": references[operation.body, "validation"]}
        if operation.body in examples.BODIES:
            content["examples"] = {"example": {"value": examples.BODIES[operation.body]}}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described | _beside(operation)


def _beside(operation: Operation) -> dict[str, Any]:
    """What OpenAPI has no words for: rules, what is waited for, what a person must be."""
    found: dict[str, Any] = {}
    said = []
    if operation.rules:
        found["x-manual-rules"] = list(operation.rules)
        said.append(f"Rules of the manual: {', '.join(operation.rules)}.")
    if operation.needs:
        found["x-not-before"] = parts.waits_for(operation)
    if operation.permission is not None and not operation.public:
        found["x-permission"] = parts.permission(operation)
        said.append(f"A person needs the permission `{operation.permission}`.")
    if operation.public:
        said.append("Open to everybody: no token is asked for.")
    elif operation.permission is None and not operation.rules:
        said.append("Open to whoever signed in.")
    if 428 in operation.statuses and operation.method == "PUT":
        said.append("Either `If-None-Match: *`, to create, or `If-Match`, to replace.")
    if said:
        found["description"] = " ".join(said)
    return found


def _shared(operation: Operation, api: Api) -> dict[str, int]:
    """The refusals that mean the same everywhere and that this operation can give, by their components' names."""
    statuses = {400, *(status for status in operation.statuses if status >= 400 and status != 409)}
    if operation.body is not None:
        statuses |= {413, 415}
    if not api.controls:
        statuses |= set(parts.FAILURES)
    else:
        statuses.add(503)  # somebody else keeps the file
    if not operation.public:
        statuses |= {401, 403}
        if "{enterpriseNumber}" in operation.path:
            statuses.add(404)
    return {parts.SHARED[status][0]: status for status in sorted(statuses)}


def _success(
    operation: Operation,
    api: Api,
    status: int,
    references: dict[tuple[str, _Mode], Any],
    kept: set[str],
) -> dict[str, Any]:
    described: dict[str, Any] = {"description": parts.TITLES[status], "headers": dict(parts.TRACE)}
    if 304 in operation.statuses:
        described["headers"] |= parts.CHANGES_ETAG
    if operation.answer is not None and status not in (204, 304):
        schema = references[operation.answer, "serialization"]
        described["content"] = {"application/json": {"schema": schema}}
        made = operation.method == "POST" and status in (201, 202) and not api.controls
        # A resource that preconditions are about; so is what a POST to its collection makes.
        if operation.path in kept or (
            made and any(re.fullmatch(re.escape(operation.path) + r"/\{\w+\}", path) for path in kept)
        ):
            described["headers"] |= parts.ETAG
        if made:
            described["headers"] |= parts.LOCATION
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        *(
            {"name": name, "in": "path", "required": True, "schema": parameters.path_schema(operation, name)}
            for name in re.findall(r"\{(\w+)\}", operation.path)
        ),
        *(
            {
                "name": name,
                "in": "query",
                "required": name in parameters.NEEDED_IN_QUERY,
                "schema": parameters.query_schema(operation, name),
            }
            for name in operation.query
        ),
        *parameters.preconditions(operation),
    ]
