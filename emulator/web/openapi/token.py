"""The OpenAPI 3.1 document of signing in (contract, section 2): a form in the words of RFC 6749, 7521 and 7523.

Written out and not generated: it is one operation, whose refusals are not problems but OAuth's own.
"""

from __future__ import annotations

from typing import Any

from emulator.signin import clients, oauth
from emulator.signin.api import TOKEN
from emulator.web.openapi import parameters, parts

_ERRORS = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unsupported_grant_type",
)
_NO_STORE = {"Cache-Control": {"required": True, "schema": {"type": "string", "enum": ["no-store"]}}}
_ASSERTION = f"""A JWT (RFC 7523), signed with the client's RSA key, `alg` RS256; by the software behind a REST account with
the key of the account's certificate (RS256, ES384 or ES512), which its header brings along (`x5c`). Its claims:

| claim | what |
|---|---|
| `iss`, `sub` | the client's id, the same in both; a REST account's is `<enterpriseNumber>/<accountName>` |
| `aud` | the URL of this operation as the client calls it |
| `jti` | unique: an assertion is taken once |
| `iat`, `exp` | by the wall clock; `exp` at most {oauth.ASSERTION_SECONDS} s after `iat` |
| `ssin` | only where a person works through the client: the INSZ of whom the client has authenticated |
"""
_SCOPES = clients.SCOPES | clients.SUPPLIER_SCOPES
_ACTING_FOR = (
    "The enterprise number of the organisation that is chosen (R65). A client by itself always names one; a person who"
    " has not chosen yet leaves it out, and sees with the token which organisations there are to choose from"
    " (`/REST/signIn/v1/organizations`). A REST account acts for its own, and may leave it out. A supplier's client"
    " leaves it out: it acts for its supplier, at all centres that delegate to it."
)


def document(version: str) -> dict[str, Any]:
    operation = {
        "operationId": "getToken",
        "summary": "Sign in for one acting organisation",
        "description": f"The token is valid for {oauth.TOKEN_SECONDS} s. Rules of the manual: R65, R66.",
        "x-manual-rules": ["R65", "R66"],
        "tags": [TOKEN.name],
        "parameters": [],
        "security": [],
        "requestBody": {"required": True, "content": {oauth.FORM: {"schema": _form()}}},
        "responses": {
            "200": _answer("A token", "Token"),
            "400": _answer("Refused: the request, the person or the scopes", "Error"),
            "401": _answer("Refused: the client or its assertion (`invalid_client`)", "Error"),
            **{str(status): {"$ref": parts.RESPONSE + parts.SHARED[status][0]} for status in _PROBLEMS},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": TOKEN.title, "version": version, "description": TOKEN.description},
        "servers": [{"url": TOKEN.base}],
        "tags": parts.tags(TOKEN),
        "paths": {"/token": {"post": operation}},
        "components": {
            "schemas": {"Token": _TOKEN, "Error": _ERROR, **parts.SCHEMAS},
            "responses": dict(parts.SHARED[status] for status in _PROBLEMS),
        },
    }


_PROBLEMS = (413, *parts.FAILURES)


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {**parts.TRACE, **_NO_STORE},
        "content": {"application/json": {"schema": {"$ref": parts.SCHEMA + schema}}},
    }


def _form() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["grant_type", "client_assertion_type", "client_assertion"],
        "additionalProperties": False,
        "properties": {
            "grant_type": {"type": "string", "enum": ["client_credentials"]},
            "client_assertion_type": {"type": "string", "enum": [oauth.ASSERTION_TYPE]},
            "client_assertion": {"type": "string", "format": "client-assertion", "description": _ASSERTION},
            "acting_for": {
                **parameters.PATH["enterpriseNumber"],
                "description": _ACTING_FOR,
                "examples": ["1010784738"],
            },
            "client_id": {"type": "string", "description": "Not needed: the assertion says it"},
            "scope": {
                "type": "string",
                "description": "Separated by spaces; without it all that the client may have: "
                + ", ".join(f"`{scope}`" for scope in sorted(_SCOPES)),
                "pattern": f"^({_one_scope()}( {_one_scope()})*)?$",
                "examples": ["chaman:read chaman:write"],
            },
        },
    }


def _one_scope() -> str:
    return f"({'|'.join(sorted(_SCOPES))})"


_TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string", "description": "Opaque"},
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "description": "Seconds"},
        "scope": {"type": "string", "description": "What was given, separated by spaces"},
    },
}
_ERROR = {
    "type": "object",
    "description": "RFC 6749, section 5.2",
    "required": ["error", "error_description"],
    "properties": {
        "error": {"type": "string", "enum": list(_ERRORS)},
        "error_description": {"type": "string"},
    },
}
