"""Who can sign in: clients that act for any centre, and those of suppliers, which act for their supplier alone."""

from __future__ import annotations

import sqlite3
from typing import Any

from emulator.core import reference
from emulator.signin import rest_accounts

# What RS256 asks of a key (RFC 7518, section 3.3).
LEAST_KEY_BITS = 2048
APIS = (
    "accessManagement",
    "chaman",
    "ocmwConfiguration",
    "integrations",
    "eBox",
    "uniqueReport",
    "ocmwOnline",
)
SCOPES = frozenset(f"{api}:{what}" for api in APIS for what in ("read", "write"))
SUPPLIER_SCOPES = frozenset({"delegations:read", "delegations:write"})
"""All that a supplier's client may have; no other client has any of them."""


def register(
    connection: sqlite3.Connection,
    client_id: str,
    public_key_pem: str,
    scopes: str | None = None,
    supplier: str | None = None,
) -> None:
    """Let a client sign in with the private half of this RSA key; a known client gets this key and these scopes, and
    signs in again when they are others. Inside a transaction.

    :param scopes: all that it may ever have, separated by spaces; None: every one.
    :param supplier: the code of the supplier that it answers for (R36), and for nobody else; None: it acts for centres.
    :raises ValueError: when it is not an RSA public key in PEM, one of the scopes is none that such a client may have, the
        supplier manages no certificates, or the id is like a REST account's.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if rest_accounts.is_account(client_id):
        raise ValueError("ids with a / are those of REST accounts")
    if supplier is not None and supplier not in reference.delegatable_suppliers():
        raise ValueError("a supplier is one that manages certificates, by its code")
    if scopes is not None and not _scopes_for(supplier).issuperset(scopes.split()):
        raise ValueError("a scope is an API's name with :read or :write, such as chaman:read")

    try:
        key = load_pem_public_key(public_key_pem.encode())
    except UnsupportedAlgorithm:
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise ValueError(
            f"assertions are signed with RS256: the key must be an RSA key of {LEAST_KEY_BITS} bits or more"
        )
    known = connection.execute(
        "SELECT public_key, scopes, supplier FROM clients WHERE client_id = ?", (client_id,)
    ).fetchone()
    if known is not None and known != (public_key_pem, scopes, supplier):
        connection.execute("DELETE FROM tokens WHERE client_id = ?", (client_id,))
    connection.execute(
        "INSERT INTO clients VALUES (?, ?, ?, ?) ON CONFLICT (client_id) DO UPDATE"
        " SET public_key = excluded.public_key, scopes = excluded.scopes, supplier = excluded.supplier",
        (client_id, public_key_pem, scopes, supplier),
    )


def _scopes_for(supplier: str | None) -> frozenset[str]:
    """For a client of this supplier; None: for one that acts for centres."""
    return SCOPES if supplier is None else SUPPLIER_SCOPES


def every(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Who can sign in: `{clientId, publicKey, scopes?, supplier?}`; without scopes it may have every one."""
    rows = connection.execute(
        "SELECT client_id, public_key, scopes, supplier FROM clients ORDER BY client_id"
    )
    return [
        {"clientId": client_id, "publicKey": public_key}
        | ({} if scopes is None else {"scopes": scopes.split()})
        | ({} if supplier is None else {"supplier": supplier})
        for client_id, public_key, scopes, supplier in rows
    ]


def supplier_of(connection: sqlite3.Connection, client_id: str) -> str | None:
    """The code of the supplier whose client it is; None: it is none's."""
    row = connection.execute("SELECT supplier FROM clients WHERE client_id = ?", (client_id,)).fetchone()
    return None if row is None else row[0]


def scopes_of(connection: sqlite3.Connection, client_id: str) -> frozenset[str]:
    """All that a registered client may ever have."""
    scopes, supplier = connection.execute(
        "SELECT scopes, supplier FROM clients WHERE client_id = ?", (client_id,)
    ).fetchone()
    return _scopes_for(supplier) if scopes is None else frozenset(scopes.split())
