"""What a rehearsal does with its portal beside using it, as plain functions over the database's path.

The command line and tests use these; `rehearsal` serves the same over HTTP. Moments are RFC 3339 texts with the Belgian
offset; a date alone stands for the opening of the offices (`clock.parse`). Enterprise numbers may have their dots. What is
refused as over HTTP is an `emulator.core.problems.Problem`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import time
from pathlib import Path
from typing import Any

from emulator.calendar import clock, events, mutations
from emulator.calendar.clock import ClockError
from emulator.core import journal as journal_module
from emulator.core import problems, store
from emulator.core.journal import Selection, was_made
from emulator.core.waves import usual_moment
from emulator.rehearsal import checkpoints, checkpoints_api, faults, limits, records_api
from emulator.rehearsal.checkpoints import Checkpoint
from emulator.rehearsal.differences import Difference
from emulator.rehearsal.faults import Rule
from emulator.rehearsal.limits import Limit
from emulator.seeds import opening as seed_module
from emulator.signin import oauth
from emulator.systems.chaman import rest_accounts
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.ocmw_online import mails

__all__ = [
    "Checkpoint",
    "ClockError",
    "Difference",
    "Limit",
    "Rule",
    "add_aid_request",
    "add_fault",
    "advance_clock",
    "answer_delegation",
    "clear_faults",
    "clear_rate_limit",
    "compare",
    "delete_checkpoint",
    "get_clock",
    "get_rate_limit",
    "get_speed",
    "journal",
    "list_box_files",
    "list_checkpoints",
    "list_clients",
    "list_faults",
    "list_mails",
    "list_mutations",
    "make_checkpoint",
    "postpone_copy",
    "register_client",
    "reset",
    "restore_checkpoint",
    "run_clock",
    "set_clock",
    "set_rate_limit",
    "usual_moment",
    "was_made",
]


@contextmanager
def _portal(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection in a transaction; a running clock has done what it passed, as at every call."""
    with closing(store.connect(database)) as connection:
        clock.catch_up(connection)
        with store.transaction(connection):
            yield connection


def get_clock(database: Path) -> str:
    """The portal's present."""
    with closing(store.connect(database)) as connection:
        clock.catch_up(connection)
        return clock.now(connection).isoformat(timespec="seconds")


def get_speed(database: Path) -> float:
    """So many times as fast as the wall clock the portal's runs; 0: it stands still."""
    with closing(store.connect(database)) as connection:
        return clock.speed(connection)


def set_clock(database: Path, moment: str) -> list[str]:
    """Move forward to a moment; a line for each thing that fell due on the way.

    :raises ClockError: for what is not a moment, and for one in the past.
    """
    with closing(store.connect(database)) as connection:
        return clock.move(connection, clock.parse(moment))


def advance_clock(database: Path, days: int) -> list[str]:
    """Move forward by whole days; see `set_clock`."""
    with closing(store.connect(database)) as connection:
        return clock.advance(connection, days)


def run_clock(database: Path, times: float) -> list[str]:
    """Let it run so many times as fast as the wall clock; 0 stops it. A line for each thing that it had passed.

    :raises ClockError: for a speed that is negative, or faster than a day a second.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        return clock.run(connection, times)


def postpone_copy(database: Path, enterprise_number: str, days: int) -> str:
    """Have the RSZ copy access to a merged number so many days later than it would (R15, R27); the new moment.

    :raises emulator.core.problems.Problem: 404 for a number that no copy is to come to, 400 for days that are not 1 to 366.
    """
    with _portal(database) as connection:
        moment = events.postpone(connection, "accessCopy", _plain(enterprise_number), days)
    if moment is None:
        raise problems.not_found("copy of access to come")
    return moment.isoformat(timespec="seconds")


def get_rate_limit(database: Path) -> Limit:
    """How often each client may call."""
    with closing(store.connect(database)) as connection:
        return limits.get(connection)


def set_rate_limit(database: Path, limit: Limit) -> None:
    with _portal(database) as connection:
        limits.put(connection, limit)


def clear_rate_limit(database: Path) -> None:
    """Back to the portal's own limit."""
    with _portal(database) as connection:
        limits.clear(connection)


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
    database: Path,
    writes: bool = False,
    kbo: str | None = None,
    since: str | None = None,
    path: str | None = None,
    status: str | None = None,
) -> list[dict[str, Any]]:
    """The calls that the portal got, oldest first: `{seq, at, method, path, actingFor, client, status, outcome?,
    fault?, person?}`; a write was made where `outcome`, the call's own status, is below 400.

    :param writes: only those that can change something at an organisation: no GET, no HEAD, no sign-in.
    :param kbo: only those under this enterprise number.
    :param since: only those from this portal moment on.
    :param path: only those whose path this glob matches.
    :param status: only those with this status (`409`), or of this class (`4xx`).
    :raises ClockError: when `since` is not a moment. :raises ValueError: when `status` is neither.
    """
    moment = None if since is None else clock.parse(since, time.min).isoformat(timespec="seconds")
    statuses = None if status is None else journal_module.statuses(status)
    with closing(store.connect(database)) as connection:
        return journal_module.read(connection, Selection(writes, _only(kbo), moment, path, statuses))


def list_mails(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """The mails that the portal sent, to a centre or to all, oldest first."""
    with _portal(database) as connection:
        return mails.read(connection, _only(kbo))


def list_mutations(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """How many mutations of each type arrived and how many did not: `{organization, type, outcome, count}`."""
    with _portal(database) as connection:
        return mutations.counts(connection, _only(kbo))


def list_box_files(database: Path, kbo: str | None = None) -> list[dict[str, Any]]:
    """What lies in the folders of FTP accounts; see `records_api.box_files`."""
    with _portal(database) as connection:
        return records_api.box_files(connection, _only(kbo))


def add_aid_request(database: Path, enterprise_number: str, subject: str | None = None) -> dict[str, Any]:
    """Have a citizen ask a centre for help through OCMW Online; the request as it is kept.

    :raises emulator.core.problems.Problem: 404 for a number that is none of the portal's, 409 before its first day.
    """
    with _portal(database) as connection:
        return ocmw_online.submit(connection, _plain(enterprise_number), clock.now(connection), subject)


def make_checkpoint(database: Path, name: str) -> tuple[Checkpoint, bool]:
    """Keep the portal as it is now, in the place of what had that name; whether it is a new one.

    :raises emulator.core.problems.Problem: 400 for what cannot be a name.
    """
    with _portal(database) as connection:
        return checkpoints.make(connection, name)


def list_checkpoints(database: Path) -> list[Checkpoint]:
    with closing(store.connect(database)) as connection:
        return checkpoints.every(connection)


def restore_checkpoint(database: Path, name: str) -> Checkpoint:
    """Put the portal back, under the eyes of whoever has it open; the rehearsal's own stays.

    :raises emulator.core.problems.Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with _portal(database) as connection:
        return checkpoints.restore(connection, name)


def delete_checkpoint(database: Path, name: str) -> None:
    """:raises emulator.core.problems.Problem: 404 without such a checkpoint."""
    with closing(store.connect(database)) as connection:
        checkpoints.delete(connection, name)


def compare(database: Path, name: str, to: str | None = None, details: bool = False) -> list[Difference]:
    """What differs from a checkpoint to another one, or to now.

    :param details: what comes in numbers (forms, files, mails, ...) one by one instead of counted.
    :raises emulator.core.problems.Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with _portal(database) as connection:
        return checkpoints_api.compare(connection, name, to, details)


def answer_delegation(
    database: Path,
    enterprise_number: str,
    account_name: str,
    accept: bool,
    reason: str | None = None,
    certificate: tuple[str | None, str] | None = None,
) -> dict[str, Any]:
    """The supplier's answer to a delegation request (R36); the request as it then is.

    :param certificate: of an acceptance, the supplier's own: its file's name (None: the usual one), and its content in
        base64.
    :raises emulator.core.problems.Problem: 404 without such a request, 409 when it was answered before, 400 for a
        certificate that is refused (R40-R46).
    """
    with _portal(database) as connection:
        now = clock.now(connection)
        return rest_accounts.decide(
            connection, _plain(enterprise_number), account_name, accept, reason, now, certificate
        ).as_json()


def register_client(database: Path, client_id: str, public_key_pem: str, scopes: str | None = None) -> None:
    """Let a client sign in with the private half of this RSA key.

    :param scopes: all that it may ever have, separated by spaces; None: every one.
    :raises ValueError: when it is not an RSA public key in PEM, or one of the scopes is none of the portal's.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        oauth.register_client(connection, client_id, public_key_pem, scopes)


def list_clients(database: Path) -> list[dict[str, Any]]:
    """Who can sign in: `{clientId, publicKey, scopes?}`; without scopes it may have every one."""
    with closing(store.connect(database)) as connection:
        return oauth.clients(connection)


def reset(
    database: Path,
    moment: str | None = None,
    centres: int = 0,
    forms: int | None = None,
    seed: int = 0,
) -> None:
    """Start anew at a moment, or else a month after the wave that the portal was opened for: everything is forgotten but the
    clients' keys and scopes, and the checkpoints.

    :param centres: so many made-up ones beside those of the known mergers, with `forms` and from `seed` (`generated`).
    :raises ClockError: for what is not a moment.
    """
    seed_module.reset(database, moment, centres, forms, seed)


def _plain(kbo: str) -> str:
    """An enterprise number without its dots."""
    return kbo.replace(".", "")


def _only(kbo: str | None) -> str | None:
    return None if kbo is None else _plain(kbo)
