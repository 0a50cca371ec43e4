"""Between ASGI and the operations: whatever happens becomes one answer, one journal entry, or a rehearsed failure.

    Endpoint             all operations of one path; with none, every path that does not exist
    ├── ControlEndpoint  the rehearsal's own: no faults, no journal
    └── PortalEndpoint   the portal's: faults and journal
        └── TokenEndpoint  signing in, whose refusals follow RFC 6749

They raise only `SocketFault`, for a rehearsed break of the connection. The application's carrier (`serve` or `embedded`)
breaks it in its own way.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.calendar import clock
from emulator.core import journal, problems, store
from emulator.core.operation import Answer, Operation
from emulator.core.problems import Problem, SocketFault
from emulator.rehearsal import faults
from emulator.signin import oauth
from emulator.web import dispatch, responses

BODY_LIMIT = 1024 * 1024
TRACE = "BelGov-Trace-Id"
RELATED_TRACE = "BelGov-Related-Trace-Id"
_RELATED = re.compile(r"[\w-]{1,64}", re.ASCII)

_log = logging.getLogger("emulator")


class Endpoint:
    """An ASGI application for one path."""

    def __init__(self, memory: store.Database, operations: Mapping[str, Operation]) -> None:
        self.memory = memory
        self.operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.respond(request)
        except ClientDisconnect:
            return  # nobody is left to answer
        except SocketFault:
            raise
        except Problem as problem:  # before anything of the call: the portal's file is gone
            response = responses.of_problem(problem)
        except Exception as error:
            if store.is_busy(error):
                response = responses.of_problem(problems.busy())
            else:
                # The log gets the traceback, the caller nothing of what is inside.
                _log.exception("%s %s failed", request.method, problems.without_ssin(request.url.path))
                response = responses.of_problem(problems.internal_error())
        _trace(request, response)
        with contextlib.suppress(Problem, sqlite3.Error):  # what is wrong was answered
            response.headers["Date"] = self._portal_date()
        await response(scope, receive, send)

    def _portal_date(self) -> str:
        """Portal time, as in every answer's `Date`; what a client takes for today."""
        return format_datetime(clock.now(self.memory.connection()).astimezone(UTC), usegmt=True)

    async def respond(self, request: Request) -> Response:
        raise NotImplementedError

    def operation(self, request: Request) -> Operation:
        """:raises Problem: 404 for a path without operations, 405 for a method that it does not have."""
        if not self.operations:
            raise problems.not_found("resource")
        found = self.operations.get("GET" if request.method == "HEAD" else request.method)
        if found is None:
            raise problems.method_not_allowed(", ".join(sorted(self.operations)))
        return found


class ControlEndpoint(Endpoint):
    async def respond(self, request: Request) -> Response:
        try:
            operation = self.operation(request)
            incoming = await read(request)
            clock.catch_up(self.memory.connection())
            if operation.atomic:
                return responses.of_answer(dispatch.control(self.memory.connection(), operation, incoming))
            return responses.of_answer(await asyncio.to_thread(self._at_length, operation, incoming))
        except Problem as problem:
            return responses.of_problem(problem)

    def _at_length(self, operation: Operation, incoming: dispatch.Incoming) -> Answer:
        """In a thread, and so over a connection of its own, which is closed again."""
        with contextlib.closing(store.connect(self.memory.path)) as connection:
            return dispatch.control(connection, operation, incoming)


class PortalEndpoint(Endpoint):
    async def respond(self, request: Request) -> Response:
        connection = self.memory.connection()
        entry = journal.Entry(request.method, request.url.path)
        fault = faults.match(connection, entry.method, entry.path)
        if fault is None:
            return await self._carry_out(request, connection, entry, None)
        entry.fault = fault.description
        await asyncio.sleep(fault.delay_ms / 1000)
        if fault.kind == "latency":
            return await self._carry_out(request, connection, entry, None)
        if fault.carried_out:
            return fail(fault, await self._carry_out(request, connection, entry, fault))
        journal.write(connection, _now(connection), entry, dispatch.answered_status(fault))
        return fail(fault, None)

    async def _carry_out(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,
    ) -> Response:
        """The answer, a refusal included, with its journal entry written."""
        journaled = False
        try:
            answer, journaled = await self.answer(request, connection, entry, fault)
            response = responses.of_answer(answer)
        except Problem as problem:
            response = responses.of_problem(problem)
        except ClientDisconnect:
            raise
        except Exception as error:
            if not store.is_busy(error):  # then there is no writing in the journal either
                _record(connection, entry, 500, fault)
            raise
        if not journaled:
            _record(connection, entry, response.status_code, fault)
        return response

    async def answer(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,
    ) -> tuple[Answer, bool]:
        """The answer, and whether its journal entry was written with it."""
        operation = self.operation(request)
        incoming = await read(request)
        clock.catch_up(connection)  # not before: a fault's delay and a slow body take time
        return dispatch.perform(connection, operation, incoming, entry, fault), operation.writes


class TokenEndpoint(PortalEndpoint):
    def __init__(self, memory: store.Database, audiences: Sequence[str]) -> None:
        super().__init__(memory, {})
        self._audiences = audiences

    async def answer(
        self,
        request: Request,
        connection: sqlite3.Connection,
        entry: journal.Entry,
        fault: faults.Rule | None,  # noqa: ARG002 - a sign-in is journaled by the caller
    ) -> tuple[Answer, bool]:
        if request.method != "POST":
            raise problems.method_not_allowed("POST")
        incoming = await read(request)
        clock.catch_up(connection)
        headers = {"Cache-Control": "no-store"}
        try:
            token, session = oauth.answer(
                connection, incoming.raw, incoming.headers.get("content-type", ""), self._audiences
            )
        except oauth.OAuthError as error:
            return Answer(error.status, error.as_json(), headers), False
        entry.client, entry.acting_for, entry.person = session.client, session.acting_for, session.person
        return Answer(200, token, headers), False


async def read(request: Request) -> dispatch.Incoming:
    """The whole of a request.

    :raises Problem: 413 when the body is longer than the portal takes.
    """
    raw = bytearray()
    # Closed here: one that was left in the middle would be closed by nobody.
    async with contextlib.aclosing(request.stream()) as chunks:
        async for chunk in chunks:
            raw += chunk
            if len(raw) > BODY_LIMIT:
                raise problems.payload_too_large(BODY_LIMIT)
    return dispatch.Incoming(
        request.method,
        request.url.path,
        request.path_params,
        tuple(request.query_params.multi_items()),
        dict(request.headers),
        bytes(raw),
    )


def fail(fault: faults.Rule, answered: Response | None) -> Response:
    """A rehearsed failure in the place of an answer.

    :raises SocketFault: for the kinds that break the connection.
    """
    if fault.kind == "status":
        return responses.of_problem(problems.rehearsed_failure(fault.status, fault.retry_after_seconds))
    if answered is None:
        raise SocketFault(fault.kind)
    raise SocketFault(fault.kind, answered.status_code, answered.raw_headers, bytes(answered.body))


def _record(
    connection: sqlite3.Connection, entry: journal.Entry, status: int, fault: faults.Rule | None
) -> None:
    """A journal entry of its own, for what was not written."""
    answered = status if fault is None else dispatch.answered_status(fault)
    journal.write(connection, _now(connection), entry, answered, status)


def _now(connection: sqlite3.Connection) -> str:
    return clock.now(connection).isoformat(timespec="seconds")


def _trace(request: Request, response: Response) -> None:
    """The trace id is the portal's own; the caller's is only named beside it."""
    response.headers[TRACE] = secrets.token_hex(16)
    related = request.headers.get(TRACE, "")
    if _RELATED.fullmatch(related):
        response.headers[RELATED_TRACE] = related
