"""The portal as an ASGI application: routes from the APIs' tables, every failure as a problem, every call in the journal.

The application itself raises only `SocketFault`, for a rehearsed break of the connection; what carries it (`serve`,
`embedded`) breaks the connection in its own way.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator import (
    access,
    chaman,
    clock,
    configuration,
    dispatch,
    ebox,
    faults,
    journal,
    oauth,
    pages,
    problems,
    rehearsal,
    store,
)
from emulator.operation import Answer, Api, Operation
from emulator.problems import Problem, SocketFault

APIS = (access.API, chaman.API, configuration.API, ebox.API)
BODY_LIMIT = 1024 * 1024
TRACE = "BelGov-Trace-Id"
_RELATED = re.compile(r"[\w-]{1,64}")

_log = logging.getLogger("emulator")


def create_app(database: Path) -> ASGIApp:
    """The portal over a seeded database (`seed.open_portal`)."""
    memory = store.Database(database)
    routes: list[BaseRoute] = [Route(journal.TOKEN_PATH, TokenEndpoint(memory))]
    for api in (*APIS, rehearsal.API):
        routes += _routes(api, memory)
    routes += pages.routes((*APIS, rehearsal.API), memory)
    return Router(routes, default=Endpoint(memory, {}))


def _routes(api: Api, memory: store.Database) -> list[BaseRoute]:
    """One route a path, since a path's endpoint knows all its methods and can name them when another one comes."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in api.operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    # A fixed last part goes before a parameter in its place (`users/deletions`, `users/{id}`).
    ordered = sorted(by_path, key=lambda path: path.rsplit("/", 1)[-1].startswith("{"))
    return [Route(api.base + path, Endpoint(memory, by_path[path], api.controls)) for path in ordered]


class Endpoint:
    """All operations of one path; with none, every path that the portal does not have."""

    def __init__(
        self, memory: store.Database, operations: Mapping[str, Operation], controls: bool = False
    ) -> None:
        self._memory = memory
        self._operations = operations
        self._controls = controls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("the portal speaks HTTP only")
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return  # nobody is left to answer
        _trace(request, response)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        connection = self._memory.connection()
        if self._controls:
            return await self._without_faults(request, connection)
        entry = journal.Entry(request.method, request.url.path)
        fault = faults.meet(connection, entry.method, entry.path)
        if fault is not None:
            entry.fault = fault.description
            await asyncio.sleep(fault.delay_ms / 1000)
            if not fault.carried_out:
                journal.write(connection, _now(connection), entry, dispatch.answered_status(fault))
                return fail(fault, None)
            if fault.kind == "latency":
                fault = None
        response = await self._guarded(request, connection, entry, fault)
        return response if fault is None else fail(fault, response)

    async def _guarded(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,
    ) -> Response:
        """The answer, a problem included, with its journal entry written."""
        try:
            answer, journaled = await self._carry_out(request, connection, entry, fault)
            response = _json(answer)
        except Problem as problem:
            response, journaled = _problem(problem), False
        except ClientDisconnect:
            raise
        except Exception:
            _log.exception("%s %s failed", entry.method, problems.without_ssin(entry.path))
            response, journaled = _problem(problems.internal_error()), False
        if not journaled:
            status = response.status_code if fault is None else dispatch.answered_status(fault)
            journal.write(connection, _now(connection), entry, status)
        return response

    async def _carry_out(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,
    ) -> tuple[Answer, bool]:
        """The answer, and whether its journal entry was written with it."""
        operation = self._operation(request)
        incoming = await _incoming(request)
        return dispatch.perform(connection, operation, incoming, entry, fault), operation.writes

    async def _without_faults(self, request: Request, connection: sqlite3.Connection) -> Response:
        try:
            operation = self._operation(request)
            return _json(dispatch.control(connection, operation, await _incoming(request)))
        except Problem as problem:
            return _problem(problem)

    def _operation(self, request: Request) -> Operation:
        if not self._operations:
            raise problems.not_found("resource")
        found = self._operations.get("GET" if request.method == "HEAD" else request.method)
        if found is None:
            raise problems.method_not_allowed(", ".join(sorted(self._operations)))
        return found


class TokenEndpoint(Endpoint):
    """Signing in: the one call whose answers follow RFC 6749 instead of the Belgif guide."""

    def __init__(self, memory: store.Database) -> None:
        super().__init__(memory, {})

    async def _guarded(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,
    ) -> Response:
        try:
            if request.method != "POST":
                raise problems.method_not_allowed("POST")
            incoming = await _incoming(request)
            audience = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
            token, entry.client, entry.acting_for = oauth.answer(
                connection, incoming.raw, incoming.headers.get("content-type", ""), audience
            )
            response = _json(Answer(200, token, {"Cache-Control": "no-store"}))
        except oauth.OAuthError as error:
            response = _json(Answer(error.status, error.as_json(), {"Cache-Control": "no-store"}))
        except Problem as problem:
            response = _problem(problem)
        journal.write(connection, _now(connection), entry, response.status_code)
        return response


async def _incoming(request: Request) -> dispatch.Incoming:
    """:raises Problem: 413 when the body is longer than the portal takes."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_LIMIT:
            raise problems.payload_too_large(BODY_LIMIT)
    return dispatch.Incoming(
        request.method,
        request.url.path,
        request.path_params,
        tuple(request.query_params.multi_items()),
        dict(request.headers),
        raw,
    )


def _now(connection: sqlite3.Connection) -> str:
    return clock.now(connection).isoformat(timespec="seconds")


def fail(fault: faults.Rule, answered: Response | None) -> Response:
    """A rehearsed failure in the place of an answer.

    :raises SocketFault: for the kinds that break the connection.
    """
    if fault.kind == "status":
        return _problem(problems.rehearsed_failure(fault.status, fault.retry_after_seconds))
    if answered is None:
        raise SocketFault(fault.kind)
    raise SocketFault(fault.kind, answered.status_code, answered.raw_headers, bytes(answered.body))


def _json(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, answer.status, {"Content-Type": dispatch.JSON, **answer.headers})


def _problem(problem: Problem) -> Response:
    headers: dict[str, Any] = {"Content-Type": problems.MEDIA_TYPE, **problem.headers}
    return Response(problem.body(), problem.status, headers)


def _trace(request: Request, response: Response) -> None:
    """The trace id is the portal's own; the caller's is only named beside it."""
    response.headers[TRACE] = secrets.token_hex(16)
    related = request.headers.get(TRACE, "")
    if _RELATED.fullmatch(related):
        response.headers["BelGov-Related-Trace-Id"] = related
