"""One entry of an API's table: what the routes, the checks before a handler and the OpenAPI documents are made from.

A handler is a plain function from a `Call` to an `Answer`; it knows nothing of HTTP beyond headers and statuses.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from emulator.core.organizations import Organization


@dataclass(slots=True)
class Call:
    """A call that has passed the checks of its operation, inside a transaction (a snapshot for a GET).

    :param path: the path's parameters, by name.
    :param person: the portal's number for who works through the client; None: the client itself does.
    :param scopes: what the token was given for; none without a token.
    :param body: the validated body as canonical JSON; empty where the operation has none.
    """

    connection: sqlite3.Connection
    now: datetime
    path: Mapping[str, str]
    headers: Mapping[str, str]
    url_path: str
    query: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    person: str | None = None
    scopes: frozenset[str] = frozenset()
    known_organization: Organization | None = None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def organization(self) -> Organization:
        """The organisation that the call is about; only for operations that are about one."""
        assert self.known_organization is not None
        return self.known_organization

    @property
    def number(self) -> str:
        return self.organization.enterprise_number

    @property
    def at(self) -> str:
        """The portal's present as it is recorded."""
        return self.now.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call that was not refused; `body` None is an empty one."""

    status: int
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]


class Need(Enum):
    """The states that an organisation must have reached before a call about it (contract, section 4)."""

    ACTIVE = "its first day has come (R12)"
    COPIED = "the RSZ has copied access to a new number, for all but access management (R27)"
    ACCESS = "the RSZ has copied access to a new number, for access management (R15)"
    SENDER = "the sender has signed in (R28)"
    MERGER = "the merger of that day is in effect (R06)"
    REPORT = "February of the year after has come (R62)"
    OPEN = "the screen is open, which the wave says by the name of its path (R59)"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    :param name: the operationId, unique over its API.
    :param path: below the API's base path, with `{parameters}`.
    :param body: the model of the request's body as `folder:Class`, a class of that folder's `models.py`; imported when first
        needed.
    :param answer: the same for the answer's body; None where there is none.
    :param needs: what must be so before the organisation's answer, looked at in this order.
    :param statuses: what it answers when all is well, and the refusals of its own beside those that every one has.
    :param rules: the manual's rules that it enforces.
    :param permission: what a person must be allowed to, a name of `rights.PERMISSIONS`; a client that works by itself may
        what its scopes say.
    :param scope: what the token must have been given for; the API's own where nothing is said.
    :param public: answers without a token.
    :param atomic: is one transaction; a control that is not makes its own, and may take long: it runs in a thread.
    """

    method: str
    path: str
    name: str
    summary: str
    handler: Handler
    body: str | None = None
    answer: str | None = None
    needs: tuple[Need, ...] = ()
    statuses: tuple[int, ...] = (200,)
    rules: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    permission: str | None = None
    scope: str | None = None
    public: bool = False
    atomic: bool = True

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Api:
    """A system's API: its base path, its table, and whether it is the portal's or the rehearsal's own.

    :param permission: of `rights.PERMISSIONS`, for the operations that name none.
    :param scoped: its operations need the scope `<name>:read` or `<name>:write`.
    :param controls: part of the rehearsal, not of the portal: no token, no faults, no journal.
    """

    base: str
    name: str
    title: str
    description: str
    operations: tuple[Operation, ...]
    permission: str | None = None
    scoped: bool = True
    controls: bool = False

    def complete(self) -> Iterator[Operation]:
        """The operations with the permission and the scope that the API gives them."""
        for operation in self.operations:
            own = f"{self.name}:{'write' if operation.writes else 'read'}" if self.scoped else None
            yield replace(
                operation, permission=operation.permission or self.permission, scope=operation.scope or own
            )
