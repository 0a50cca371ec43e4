"""The actions of others: citizens, suppliers, and the software that signs in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from emulator.calendar import clock
from emulator.controls.connections import open_in_transaction, plain
from emulator.core import store
from emulator.signin import clients
from emulator.systems.chaman import delegations
from emulator.systems.ocmw_online import api as ocmw_online


def add_aid_request(database: Path, enterprise_number: str, subject: str | None = None) -> dict[str, Any]:
    """Have a citizen ask a centre for help through OCMW Online; the request as it is kept.

    :raises Problem: 404 for a number that is none of the portal's, 409 before its first day.
    """
    with open_in_transaction(database) as connection:
        return ocmw_online.submit(connection, plain(enterprise_number), clock.now(connection), subject)


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
    :raises Problem: 404 without such a request, 409 when it was answered before, 400 for a
        certificate that is refused (R40-R46).
    """
    with open_in_transaction(database) as connection:
        now = clock.now(connection)
        request = delegations.find_request(connection, plain(enterprise_number), account_name)
        if accept:
            return delegations.accept(connection, request, now, certificate).as_json()
        return delegations.refuse(connection, request, now, reason).as_json()


def register_client(
    database: Path,
    client_id: str,
    public_key_pem: str,
    scopes: str | None = None,
    supplier: str | None = None,
) -> None:
    """Let a client sign in with the private half of this RSA key.

    :param scopes: all that it may ever have, separated by spaces; None: every one.
    :param supplier: the code of the supplier that it answers for (R36); None: it acts for centres.
    :raises ValueError: when it is not an RSA public key in PEM, or scopes or supplier are none of the portal's.
    """
    with closing(store.connect(database)) as connection, store.transaction(connection):
        clients.register(connection, client_id, public_key_pem, scopes, supplier)


def list_clients(database: Path) -> list[dict[str, Any]]:
    """Who can sign in: `{clientId, publicKey, scopes?, supplier?}`; without scopes it may have every one."""
    with closing(store.connect(database)) as connection:
        return clients.every(connection)
