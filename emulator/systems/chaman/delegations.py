"""What suppliers decide (R36): the answer to a delegation request, and the certificates of the accounts that they manage.

Both the supplier's API and the rehearsal's control come here. All of it happens within a transaction.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from emulator.core import problems, resources
from emulator.core.resources import Resource
from emulator.systems.chaman import certificates
from emulator.systems.chaman.rest_accounts import ACCOUNT, REQUEST


def accept(
    connection: sqlite3.Connection, request: Resource, now: datetime, own: tuple[str | None, str] | None
) -> Resource:
    """The supplier's certificate is uploaded, and the account made. The request as it then is.

    :param own: the certificate's file name (None: the usual one), and its content in base64; None: the portal makes one.
    :raises Problem: 409 when the request was answered before, 400 for a certificate that is refused (R40-R46).
    """
    _require_pending(request)
    supplier, at = request.body["supplier"], now.isoformat(timespec="seconds")
    name = certificates.upload_for_supplier(connection, request.organization, supplier, request.key, now, own)
    account = {
        "authorizations": request.body["authorizations"],
        "certificate": name,
        "management": "external",
        "supplier": supplier,
    }
    resources.create(connection, request.organization, ACCOUNT, request.key, account, supplier, at)
    return resources.replace(connection, request, _decided(request, "accepted", now), at)


def refuse(connection: sqlite3.Connection, request: Resource, now: datetime, reason: str | None) -> Resource:
    """:raises Problem: 409 when the request was answered before."""
    _require_pending(request)
    body = _decided(request, "refused", now) | ({"refusalReason": reason} if reason else {})
    return resources.replace(connection, request, body, now.isoformat(timespec="seconds"))


def renew(connection: sqlite3.Connection, account: Resource, now: datetime, own: tuple[str, str]) -> Resource:
    """Upload another certificate for an account that the supplier manages, beside the one that it has: the software signs in
    with either, until the earlier one ends or is deleted. The account keeps the earlier one's fingerprint, for another file
    may get its name. The account as it then is.

    :raises Problem: 400 for a certificate that is refused (R40-R46).
    """
    name = certificates.upload_for_supplier(
        connection, account.organization, account.body["supplier"], account.key, now, own
    )
    if name == account.body["certificate"]:
        return account
    earlier = account.body["certificate"]
    kept = resources.find(connection, account.organization, certificates.KIND, earlier)
    assert kept is not None, "an account never stands without its certificate (R37)"
    before = {"previousCertificate": earlier, "previousSha256": kept.body["sha256"]}
    body = {**account.body, "certificate": name, **before}
    return resources.replace(connection, account, body, now.isoformat(timespec="seconds"))


def find_request(connection: sqlite3.Connection, organization: str, name: str) -> Resource:
    """:raises Problem: 404 when there is none."""
    found = resources.find(connection, organization, REQUEST, name)
    if found is None:
        raise problems.not_found("delegation request")
    return found


def _require_pending(request: Resource) -> None:
    if request.body["status"] != "pending":
        raise problems.conflict(
            "alreadyDecided", "Already Decided", "The supplier has answered this request", rule="R36"
        )


def _decided(request: Resource, status: str, now: datetime) -> dict[str, object]:
    return {**request.body, "status": status, "decidedOn": now.date().isoformat()}
