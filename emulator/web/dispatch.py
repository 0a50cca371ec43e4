"""From a request to an operation's answer: faults, sign-in, states, the body's rules, one transaction, the journal.

The order of refusals is the contract's: no such path or method (404, 405), who (401, 429, 403), input of path and query
(400), when (409 `notYetAvailable`), the body (400, 415), and then the handler's own (412, 428, 404, 409).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import assert_never

from emulator.calendar import clock
from emulator.core import journal, names, organizations, problems, store
from emulator.core.operation import Answer, Call, Need, Operation
from emulator.core.problems import Issue
from emulator.rehearsal import faults, limits
from emulator.signin import oauth
from emulator.systems.access_management import rights
from emulator.systems.integrations import merger_work
from emulator.systems.unique_report import api as unique_report
from emulator.web.responses import JSON


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came in, whole; header names in lower case."""

    method: str
    url_path: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    raw: bytes


def perform(
    connection: sqlite3.Connection,
    operation: Operation,
    incoming: Incoming,
    entry: journal.Entry,
    fault: faults.Rule | None,
) -> Answer:
    """Carry out a portal operation. A write and its journal entry are one transaction.

    :param fault: what will be answered instead (for the journal); the caller answers it.
    :raises Problem: when it is refused; then nothing was changed and the caller journals.
    """
    if not operation.writes:
        with store.snapshot(connection):
            return operation.handler(_admit(connection, operation, incoming, entry))
    if operation.body is not None:
        # Here and not within the transaction, which keeps other writers waiting.
        import_module("emulator.web.validation")
    with store.transaction(connection):
        call = _admit(connection, operation, incoming, entry)
        answer = operation.handler(call)
        status = answer.status if fault is None else answered_status(fault)
        journal.write(connection, call.at, entry, status, answer.status)
    return answer


def answered_status(fault: faults.Rule) -> int:
    """What the journal records of a failed call: 0 where the client got no status."""
    return fault.status if fault.kind == "status" else 0


def _admit(
    connection: sqlite3.Connection, operation: Operation, incoming: Incoming, entry: journal.Entry
) -> Call:
    """Everything that is checked before a handler."""
    call = _call(connection, incoming)
    if not operation.public:
        _sign_in(call, operation, entry)
    _check_path(incoming.path)
    call.query = _query(operation, incoming)
    for need in operation.needs:
        _check_state(call, operation, need)
    _read_body(call, operation, incoming)
    return call


def control(connection: sqlite3.Connection, operation: Operation, incoming: Incoming) -> Answer:
    """Carry out one of the rehearsal's own operations: no token, no fault, no journal."""
    with store.transaction(connection) if operation.atomic else nullcontext():
        call = _call(connection, incoming)
        call.query = _query(operation, incoming)
        _read_body(call, operation, incoming)
        return operation.handler(call)


def _call(connection: sqlite3.Connection, incoming: Incoming) -> Call:
    return Call(connection, clock.now(connection), incoming.path, incoming.headers, incoming.url_path)


def _sign_in(call: Call, operation: Operation, entry: journal.Entry) -> None:
    """R65, R66: a token serves the one organisation that was chosen at sign-in, and a person their standing there."""
    session = oauth.session_for(call.connection, call.headers.get("authorization"))
    call.client = entry.client = session.client
    call.person = entry.person = session.person
    entry.acting_for = session.acting_for
    call.scopes = session.scopes
    limits.check(call.connection, session.client)
    if operation.scope is not None and operation.scope not in session.scopes:
        raise problems.missing_scope(operation.scope)
    supplier = call.path.get("supplier")
    if supplier is not None and supplier != session.acting_for:
        raise problems.missing_permission("You act for somebody else: sign in as a client of this supplier")
    wanted = call.path.get("enterpriseNumber")
    # Which of its centres a supplier asks about is no more than a part of a name: of all others it hears 404.
    if wanted is None or supplier is not None:
        return
    if wanted != session.acting_for:
        raise problems.missing_permission("You act for another organisation: sign in acting for this one")
    call.known_organization = organizations.find(call.connection, wanted)
    if call.known_organization is None:
        raise problems.not_found("organisation")
    if session.person is not None:
        assert operation.permission is not None, operation.name
        rights.require(call.connection, wanted, session.person, operation.permission, call.path.get("domain"))


def _check_path(path: Mapping[str, str]) -> None:
    issues = [
        Issue("invalidInput", names.EXPECTED, name, "path")
        for name, value in path.items()
        if not names.is_name(value)
    ]
    # A path is written down in many places on its way.
    issues += [
        Issue("rejectedInput", "an INSZ has no place in a name", name, "path")
        for name, value in path.items()
        if problems.has_ssin(value)
    ]
    if issues:
        raise problems.bad_request(issues)


def _check_state(call: Call, operation: Operation, need: Need) -> None:
    """:raises Problem: 409 `notYetAvailable`."""
    match need:
        case Need.ACTIVE:
            organizations.require_active(call.organization)
        case Need.COPIED:
            organizations.require_copied(call.connection, call.organization, "R27")
        case Need.ACCESS:
            organizations.require_copied(call.connection, call.organization, "R15")
        case Need.SENDER:
            organizations.require_sender(call.connection, call.organization)
        case Need.MERGER:
            merger_work.require_in_effect(call)
        case Need.REPORT:
            unique_report.require_open(call)
        case Need.OPEN:
            screen = operation.path.rpartition("/")[2]
            organizations.require_open(call.connection, call.organization, screen, call.now)
        case _:
            assert_never(need)


def _query(operation: Operation, incoming: Incoming) -> dict[str, str]:
    """The query; unknown and repeated parameters are refused."""
    issues = []
    query: dict[str, str] = {}
    for name, value in incoming.query:
        if name not in operation.query:
            # An unknown name is not repeated: it could be anything.
            issues.append(
                Issue(
                    "unknownInput",
                    "no such query parameter here",
                    name[:40] if name.isalpha() else "?",
                    "query",
                )
            )
        elif name in query:
            issues.append(Issue("rejectedInput", "stands here twice", name, "query"))
        query[name] = value
    if issues:
        raise problems.bad_request(issues)
    return query


def _read_body(call: Call, operation: Operation, incoming: Incoming) -> None:
    if operation.body is None:
        if incoming.raw:
            raise problems.bad_request([Issue("unknownInput", "this call has no body", "")])
        return
    if incoming.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise problems.unsupported_media_type(JSON)
    if incoming.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise problems.unsupported_media_type("as it is, without a Content-Encoding")
    from emulator.web import validation

    call.body = validation.parse(operation.body, incoming.raw, call)
