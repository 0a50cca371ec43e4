"""What a rehearsal does with its portal beside using it, as plain functions over the database's path.

The command line and tests use these; `rehearsal` serves the same over HTTP. Moments are RFC 3339 texts with the Belgian
offset; a date alone stands for the opening of the offices (`clock.parse`).
"""

from __future__ import annotations

from contextlib import closing
from datetime import time
from pathlib import Path
from typing import Any

from emulator import clock, faults, oauth, rest, seed, store
from emulator import journal as journal_module
from emulator.clock import ClockError
from emulator.faults import Rule
from emulator.journal import Selection

__all__ = [
    "ClockError",
    "Rule",
    "add_fault",
    "advance_clock",
    "answer_delegation",
    "clear_faults",
    "get_clock",
    "journal",
    "list_faults",
    "register_client",
    "reset",
    "set_clock",
]


def get_clock(database: Path) -> str:
    """The portal's present."""
    with closing(store.connect(database)) as connection:
        return clock.now(connection).isoformat(timespec="seconds")


def set_clock(database: Path, moment: str) -> list[str]:
    """Move forward to a moment; a line for each thing that fell due on the way.

    :raises ClockError: for what is not a moment, and for one in the past.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        return clock.move(connection, clock.parse(moment))


def advance_clock(database: Path, days: int) -> list[str]:
    """Move forward by whole days; see `set_clock`."""
    with closing(store.connect(database)) as connection, store.transaction(connection):
        return clock.advance(connection, days)


def add_fault(database: Path, rule: Rule) -> int:
    """Have calls fail from now on; the rule's id."""
    with closing(store.connect(database)) as connection:
        return faults.add(connection, rule)


def list_faults(database: Path) -> list[dict[str, Any]]:
    """`{id, rule, met, made}` of each rule: how many calls it met, how many it failed."""
    with closing(store.connect(database)) as connection:
        return faults.every(connection)


def clear_faults(database: Path) -> None:
    with closing(store.connect(database)) as connection:
        faults.clear(connection)


def journal(
    database: Path, writes: bool = False, kbo: str | None = None, since: str | None = None
) -> list[dict[str, Any]]:
    """The calls that the portal got, oldest first: `{seq, at, method, path, actingFor, client, status, fault?}`.

    :param writes: only those that can change something at an organisation: no GET, no HEAD, no sign-in.
    :param kbo: only those under this enterprise number; dots are left out.
    :param since: only those from this portal moment on.
    :raises ClockError: when `since` is not a moment.
    """
    number = None if kbo is None else kbo.replace(".", "")
    moment = None if since is None else clock.parse(since, time.min).isoformat(timespec="seconds")
    with closing(store.connect(database)) as connection:
        return journal_module.read(connection, Selection(writes, number, moment))


def answer_delegation(
    database: Path, enterprise_number: str, account_name: str, accept: bool, reason: str | None = None
) -> dict[str, Any]:
    """The supplier's answer to a delegation request (R36); the request as it then is.

    :raises emulator.problems.Problem: 404 without such a request, 409 when it was answered before.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        now = clock.now(connection)
        return rest.decide(connection, enterprise_number, account_name, accept, reason, now).as_json()


def register_client(database: Path, client_id: str, public_key_pem: str, scopes: str | None = None) -> None:
    """Let a client sign in with the private half of this RSA key.

    :param scopes: all that it may ever have, separated by spaces; None: every one.
    :raises ValueError: when it is not an RSA public key in PEM, or one of the scopes is none of the portal's.
    """
    with closing(store.connect(database)) as connection:
        oauth.register_client(connection, client_id, public_key_pem, scopes)


def reset(database: Path, moment: str = clock.DEFAULT_NOW) -> None:
    """Start anew at a moment: everything is forgotten but the clients' keys.

    :raises ClockError: for what is not a moment.
    """
    seed.reset(database, moment)
