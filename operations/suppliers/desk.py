"""A supplier's desk: what its centres have asked and what it manages for them, and its answers, at the portal.

The portal shows one supplier nothing of another's. Here is no memory: whoever looks again sees what the portal has by then.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from operations.suppliers.settings import SupplierSettings
from providers import paths
from providers.portal import Answer, Connection, WritingPortal
from providers.problems import readable
from schemas.certificates import Certificate
from schemas.errors import NotFound
from schemas.identifiers import dotted
from schemas.validity import Validity

_FOR_ITSELF = ""
"""A supplier's client chooses no organisation at sign-in."""


class Standing(StrEnum):
    """What a centre's wish for an account has come to."""

    ASKED = "asked"
    MANAGED = "managed"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True)
class Held:
    """The certificate that an account has.

    :param sha256: its fingerprint in hex. :param before: that of the one before, which still signs in; "" for none.
    """

    sha256: str
    begins: datetime
    validity: Validity
    before: str


@dataclass(frozen=True)
class Delegation:
    """A REST account of one centre that is delegated to this supplier, or that it is asked to manage.

    :param number: the centre's, ten digits. :param asked_on: None: from before the portal kept requests.
    """

    number: str
    centre: str
    account: str
    authorizations: tuple[str, ...]
    standing: Standing
    asked_on: date | None = None
    reason: str = ""
    certificate: Held | None = None

    @property
    def shown_account(self) -> str:
        """The account's name for reading: the centre chose it."""
        return readable(self.account)

    @property
    def essence(self) -> tuple[Standing, frozenset[str], date | None, str]:
        """What an answer is about: with another one of these it would answer something else."""
        held = self.certificate
        return self.standing, frozenset(self.authorizations), self.asked_on, held.sha256 if held else ""

    def as_json(self) -> dict[str, Any]:
        """`{centre, kbo, account, status, askedOn, authorizations, reason, certificate: {sha256, validUntil} or null}`."""
        held = self.certificate
        return {
            "centre": self.centre,
            "kbo": dotted(self.number),
            "account": self.shown_account,
            "status": str(self.standing),
            "askedOn": "" if self.asked_on is None else self.asked_on.isoformat(),
            "authorizations": [readable(one) for one in self.authorizations],
            "reason": self.reason,
            "certificate": held and {"sha256": held.sha256, "validUntil": held.validity.last.isoformat()},
        }


@dataclass(frozen=True)
class Seen:
    """A delegation as it is now, with the ETag that an answer to it names."""

    delegation: Delegation
    etag: str


class Desk:
    """One supplier's; to be closed with its connection."""

    def __init__(self, supplier: str, connection: Connection) -> None:
        self._supplier = supplier
        self._portal = WritingPortal(connection, _FOR_ITSELF)

    @property
    def today(self) -> date:
        """The portal's day, once it has answered."""
        return self._portal.today

    def list_delegations(self) -> list[Delegation]:
        """All of them: first those that wait for an answer, the longest first; then by the end of their certificate."""
        requests = _by_account(self._portal.get_items(paths.supplier_requests(self._supplier)))
        accounts = _by_account(self._portal.get_items(paths.supplier_accounts(self._supplier)))
        found = [_delegation(requests.get(key), accounts.get(key)) for key in {**requests, **accounts}]
        return sorted(found, key=_urgency)

    def look_at(self, number: str, account: str) -> Seen:
        """:raises NotFound: where nothing is, or nothing that is addressed to this supplier."""
        request = self._find(paths.supplier_request(self._supplier, number, account))
        if request is not None and request.body["status"] == "pending":
            return Seen(_delegation(request.body, None), request.etag)
        kept = self._find(paths.supplier_account(self._supplier, number, account))
        newest = kept or request
        if newest is None:
            path = paths.supplier_request(self._supplier, number, account)
            raise NotFound(method="GET", path=path, status=404)
        found = _delegation(None if request is None else request.body, None if kept is None else kept.body)
        return Seen(found, newest.etag)

    def accept(self, seen: Seen, certificate: Certificate) -> None:
        """R36. :raises PreconditionFailed: where the request is another one by now."""
        path = self._request_path(seen.delegation)
        body = {"status": "accepted", "certificate": self._file(seen.delegation, certificate)}
        self._portal.replace(path, body, seen.etag)

    def refuse(self, seen: Seen, reason: str) -> None:
        """R36. :raises PreconditionFailed: where the request is another one by now."""
        body = {"status": "refused", "refusalReason": reason}
        self._portal.replace(self._request_path(seen.delegation), body, seen.etag)

    def renew(self, seen: Seen, certificate: Certificate) -> None:
        """Put another certificate beside the one that the account has; the account then has it. :raises PreconditionFailed:
        where the account is another one by now."""
        path = paths.supplier_account(self._supplier, seen.delegation.number, seen.delegation.account)
        self._portal.replace(path, {"certificate": self._file(seen.delegation, certificate)}, seen.etag)

    def _request_path(self, delegation: Delegation) -> str:
        return paths.supplier_request(self._supplier, delegation.number, delegation.account)

    def _file(self, delegation: Delegation, certificate: Certificate) -> dict[str, str]:
        """Its name at the portal says which certificate it is: so a renewal has another name than the one before."""
        name = f"{self._supplier}-{delegation.number}-{certificate.sha256[:8]}.cer"
        return {"fileName": name, "content": base64.b64encode(certificate.der).decode()}

    def _find(self, path: str) -> Answer | None:
        try:
            return self._portal.get(path)
        except NotFound:
            return None


@contextmanager
def open_desk(settings: SupplierSettings) -> Iterator[Desk]:
    """At the portal of these settings, until the end of the block."""
    connection = Connection(settings.portal)
    try:
        yield Desk(settings.supplier, connection)
    finally:
        connection.close()


def _by_account(items: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["enterpriseNumber"], one["accountName"]): one for one in items}


def _delegation(request: Mapping[str, Any] | None, account: Mapping[str, Any] | None) -> Delegation:
    newest = account or request
    assert newest is not None, "it comes of one of the two"
    asked = None if request is None else date.fromisoformat(request["requestedOn"])
    return Delegation(
        number=newest["enterpriseNumber"],
        centre=readable(newest["organizationName"]),
        account=newest["accountName"],
        authorizations=tuple(newest["authorizations"]),
        standing=_standing(request, account),
        asked_on=asked,
        reason=(request or {}).get("refusalReason", ""),
        certificate=None if account is None else _held(account),
    )


def _standing(request: Mapping[str, Any] | None, account: Mapping[str, Any] | None) -> Standing:
    if account is not None:
        return Standing.MANAGED
    statuses = {"pending": Standing.ASKED, "refused": Standing.REFUSED}
    return statuses.get((request or {})["status"], Standing.GONE)


def _held(account: Mapping[str, Any]) -> Held:
    return Held(
        sha256=account["sha256"],
        begins=datetime.fromisoformat(account["notBefore"]),
        validity=Validity.of(account),
        before=account.get("previousSha256", ""),
    )


def _urgency(delegation: Delegation) -> tuple[int, date, str, str]:
    order = [*Standing].index(delegation.standing)
    held = delegation.certificate
    day = held.validity.last if held else delegation.asked_on or date.min
    return order, day, delegation.centre, delegation.account
