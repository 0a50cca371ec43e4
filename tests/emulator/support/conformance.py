"""Whether an answer is one that the API's own document describes: its status, its media type, its body's schema."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from emulator.app import PORTAL
from emulator.rehearsal import api as rehearsal
from emulator.signin import api as signin
from emulator.web.openapi import document as openapi

DOCUMENTS = {api.base: openapi.document(api) for api in (signin.TOKEN, *PORTAL, rehearsal.API)}
# Answers to what no operation describes: wrong methods, unknown paths.
UNDESCRIBED = {404, 405}


def check(response: httpx.Response) -> None:
    """An httpx hook.

    :raises AssertionError: when the document does not describe the answer.
    """
    path = response.request.url.path
    base = next((base for base in DOCUMENTS if path.startswith(base + "/")), None)
    if base is None or "/doc/" in path:
        return
    response.read()
    template = _template(base, path.removeprefix(base))
    operation = DOCUMENTS[base]["paths"].get(template, {}).get(response.request.method.lower())
    if operation is None:
        assert response.status_code in UNDESCRIBED, (
            f"{response.request.method} {path}: {response.status_code}"
        )
        return
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{operation['operationId']} answers {response.status_code}, undescribed"
    described = openapi.resolve_reference(DOCUMENTS[base], described)
    for name, header in described["headers"].items():
        assert name in response.headers or not header.get("required"), (
            f"{operation['operationId']}: no {name}"
        )
    content = described.get("content", {})
    if not content:
        assert not response.content
        return
    media_type = response.headers["Content-Type"]
    assert media_type in content, f"{operation['operationId']}: {media_type}"
    errors = list(
        _validator(base, operation["operationId"], str(response.status_code)).iter_errors(response.json())
    )
    assert not errors, f"{operation['operationId']} {response.status_code}: {errors}"


def _template(base: str, path: str) -> str | None:
    templates = sorted(DOCUMENTS[base]["paths"], key=lambda one: one.count("{"))
    return next((one for one in templates if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)), None)


@cache
def _validator(base: str, operation_id: str, status: str) -> Draft202012Validator:
    document = DOCUMENTS[base]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    (operation,) = [one for one in operations if one["operationId"] == operation_id]
    (content,) = openapi.resolve_reference(document, operation["responses"][status])["content"].values()
    schema: dict[str, Any] = {**content["schema"], "components": document["components"]}
    return Draft202012Validator(_closed(schema))


def _closed(schema: Any) -> Any:
    """The same, where an object has no more than is described: a client that is generated drops what is not."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return {"additionalProperties": False, **closed} if schema.get("type") == "object" else closed
