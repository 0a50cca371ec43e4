"""How the software behind a REST account signs in: with the certificate that the account has in ChaMan (R33, R37).

Its client id is `<enterprise number>/<account name>`. The assertion brings the certificate along (`x5c`, RFC 7515, section
4.1.6). The portal keeps no files, and knows the certificate by its fingerprint. The account's permissions follow from its
authorizations at each call, so nothing has to be revoked when the account changes or goes.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.calendar import clock
from emulator.core import reference, resources
from emulator.systems.chaman.certificates import KIND as CERTIFICATE
from emulator.systems.chaman.certificates import find_previous
from emulator.systems.chaman.rest_accounts import ACCOUNT

SEPARATOR = "/"
ALGORITHMS: Mapping[str, str] = {
    "RSA-2048": "RS256",
    "RSA-3072": "RS256",
    "RSA-4096": "RS256",
    "P-384": "ES384",
    "P-521": "ES512",
}
"""What each kind of key that a certificate may have (R40) signs with."""


class NoEntry(Exception):
    """Why this account, or this assertion of its, is not let in."""


@dataclass(frozen=True, slots=True)
class CertifiedAccount:
    """A REST account that signs in: whose it is, and the scopes of its authorizations."""

    organization: str
    scopes: frozenset[str]


def is_account(client_id: str) -> bool:
    """Whether a client id is a REST account's; registered clients have none with this sign."""
    return SEPARATOR in client_id


def find(connection: sqlite3.Connection, client_id: str) -> CertifiedAccount | None:
    found = _find_account(connection, client_id)
    if found is None:
        return None
    return CertifiedAccount(found.organization, reference.scopes_of(found.body["authorizations"]))


def _find_account(connection: sqlite3.Connection, client_id: str) -> resources.Resource | None:
    organization, _, name = client_id.partition(SEPARATOR)
    return resources.find(connection, organization, ACCOUNT, name)


def find_key(connection: sqlite3.Connection, client_id: str, header: Mapping[str, Any]) -> tuple[Any, str]:
    """The key that must have signed the assertion with this header, and the algorithm.

    :raises NoEntry: without such an account, with another certificate than its own, or with one that is not valid today.
    """
    account = _find_account(connection, client_id)
    if account is None:
        raise NoEntry("there is no such REST account")
    own = resources.find(connection, account.organization, CERTIFICATE, account.body["certificate"])
    before = find_previous(connection, account)
    if own is None:
        raise NoEntry("the account's certificate is gone")
    chain = header.get("x5c")
    try:
        content = base64.b64decode(chain[0], validate=True) if isinstance(chain, list) and chain else b""
    except (TypeError, ValueError):
        content = b""
    brought = hashlib.sha256(content).hexdigest()
    facts = before.body if before is not None and before.body["sha256"] == brought else own.body
    now = clock.now(connection)
    if not datetime.fromisoformat(facts["notBefore"]) <= now <= datetime.fromisoformat(facts["notAfter"]):
        raise NoEntry("the account's certificate is not valid today (R37)")
    if brought != facts["sha256"]:
        raise NoEntry("the assertion brings another certificate (x5c) than the account has")
    from cryptography import x509

    return x509.load_der_x509_certificate(content).public_key(), ALGORITHMS[facts["keyType"]]
