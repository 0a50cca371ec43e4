"""The portal's client: the only module that speaks HTTP to it (contract: docs/portal-api.md).

`reading(organization)` gives a client without any writing method, for check, diff, read and everything retained;
`writing(organization)` gives one that writes too. Both act for that one organisation, as people choose one at sign-in
(rules R65, R66). One connection pool and one sign-in per organisation serve the whole process. What the
portal says in words is for `providers.problems`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from time import time
from typing import Any

import httpx

from providers import paths
from providers.assertion import Signer, signer_of
from providers.contract import BELGIUM
from providers.outages import Outages
from providers.problems import error_when_retries_end, raise_problem, without_ssin
from providers.retry import ATTEMPTS, UNTIL_DEADLINE, Failed, repeating, retry_after_seconds
from providers.settings import Settings, embedded_database
from schemas.errors import LoginRefused, PortalUnreachable

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Sign in again a little before the portal would refuse the token.
_TOKEN_MARGIN_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """A portal's representation: its JSON object and its ETag ("" where it has none)."""

    body: dict[str, Any]
    etag: str = ""


class Connection:
    """HTTP to one portal as one client: pool, sign-in, retries, problems as exceptions. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        transport: httpx.BaseTransport | None = None,
        signer: Signer | None = None,
    ) -> None:
        """`transport` replaces the network (tests); without it the settings decide: embedded or HTTP. `signer` is another
        client's than that of the settings' key."""
        self._settings = settings
        self._signer = signer
        self._http = httpx.Client(
            base_url=settings.base_url,
            transport=transport or _transport(settings),
            timeout=httpx.Timeout(30, connect=10),
            headers={"Accept": "application/json, application/problem+json", "User-Agent": "ocmw-fusion"},
        )
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._outages = Outages()
        self._date: date | None = None

    @property
    def today(self) -> date:
        """The portal's date, as its last answer said (the header `Date`); this machine's before any."""
        return self._date or datetime.now(BELGIUM).date()

    @property
    def answered(self) -> bool:
        """Whether the portal has ever said what day it is there."""
        return self._date is not None

    @property
    def client_id(self) -> str:
        """The id under which this client is known at the portal, as it stands in `createdBy`."""
        return self._settings.client_id

    def signed_in_as(self, client_id: str, signer: Signer) -> Connection:
        """The same portal for another client; to be closed by itself."""
        return Connection(replace(self._settings, client_id=client_id), signer=signer)

    def close(self) -> None:
        self._http.close()

    def send(
        self,
        organization: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call acting for `organization`, repeated by the retry table. Raises a `PortalError`."""

        def attempt() -> Answer:
            signed_in = {"Authorization": f"Bearer {self.token(organization)}", **(headers or {})}
            response = self._exchange(method, path, json=body, headers=signed_in)
            if response.status_code == httpx.codes.UNAUTHORIZED:
                self._forget_token(organization)
                raise _failed(response)
            return _answer(method, path, response)

        return self._repeat(method, path, attempt)

    def _repeat(self, method: str, path: str, attempt: Callable[[], Answer]) -> Answer:
        # Once a call of an API failed until its deadline, the others there do not wait as long again, one by one.
        deadline = 0.0 if self._outages.is_known(path) else self._settings.deadline_seconds
        try:
            return repeating(attempt, deadline)
        except Failed as failure:
            if failure.status is None or ATTEMPTS.get(failure.status) == UNTIL_DEADLINE:
                self._outages.note_failure(failure.path or path)
            error = error_when_retries_end(failure.status)
            raise error(method=method, path=path, status=failure.status, detail=failure.reason) from None

    def _exchange(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **content)
        except httpx.TransportError as error:
            raise Failed(None, f"{type(error).__name__}: {error}", path=path) from error
        if (date_there := _date_of(response)) is not None:
            self._date = date_there
        if response.status_code in ATTEMPTS and response.status_code != httpx.codes.UNAUTHORIZED:
            raise replace(_failed(response), path=path)
        self._outages.note_answer(path)
        return response

    def token(self, organization: str) -> str:
        """A bearer token to act for `organization`, from the last sign-in as long as it holds."""
        with self._lock:
            token, expires = self._tokens.get(organization, ("", 0.0))
            if expires <= time():
                token, lifetime = self._sign_in(organization)
                self._tokens[organization] = (token, time() + lifetime - _TOKEN_MARGIN_SECONDS)
            return token

    def token_of(self, organization: str, ssin: str) -> str:
        """A token with which a person works through this client at `organization`; signed in anew each time."""
        return self._sign_in(organization, ssin=ssin)[0]

    def _forget_token(self, organization: str) -> None:
        with self._lock:
            self._tokens.pop(organization, None)

    def _sign_in(self, organization: str, **more: str) -> tuple[str, float]:
        client, audience = self._settings.client_id, self._settings.base_url + paths.SIGN_IN
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._own_signer.assertion(client, audience, **more),
            "acting_for": organization,
        }
        response = self._exchange("POST", paths.SIGN_IN, data=form)
        answer = _json_object(response)
        if response.status_code != httpx.codes.OK:
            detail = (
                f"{answer.get('error', 'refused')}: {answer.get('error_description', '')} (client {client})"
            )
            raise LoginRefused(method="POST", path=paths.SIGN_IN, status=response.status_code, detail=detail)
        return str(answer["access_token"]), float(answer["expires_in"])

    @cached_property
    def _own_signer(self) -> Signer:
        """Read and checked once: that takes longer than all of a sign-in's other steps."""
        return self._signer or signer_of(self._settings)


class ReadingPortal:
    """The portal for one acting organisation, with safe requests only: nothing here can write."""

    def __init__(self, connection: Connection, organization: str) -> None:
        self._connection = connection
        self._organization = organization

    @property
    def client_id(self) -> str:
        return self._connection.client_id

    @property
    def today(self) -> date:
        return self._connection.today

    def get(self, path: str) -> Answer:
        """The representation at `path`. Raises `NotFound`, `NotYetAvailable` or another `PortalError`."""
        return self._connection.send(self._organization, "GET", path)

    def get_items(self, path: str) -> list[dict[str, Any]]:
        """All items of the collection at `path`, over all its pages."""
        return [item for page in self.pages(path) for item in page]

    def pages(self, path: str) -> Iterator[list[dict[str, Any]]]:
        """The collection at `path`, a page at a time: of a long one no more than that is ever in memory."""
        page: str | None = path
        while page is not None:
            body = self.get(page).body
            yield body["items"]
            page = body.get("next")


class WritingPortal(ReadingPortal):
    """The portal for one acting organisation, with the writes that create, update and delete need."""

    def create(self, path: str, body: Mapping[str, Any]) -> Answer:
        """PUT what must not be there yet. Raises `PreconditionFailed` when it is (perhaps by an earlier try)."""
        return self._connection.send(self._organization, "PUT", path, body, {"If-None-Match": "*"})

    def replace(self, path: str, body: Mapping[str, Any], etag: str) -> Answer:
        """PUT over the representation that `etag` names. Raises `PreconditionFailed` when it changed meanwhile."""
        return self._connection.send(self._organization, "PUT", path, body, {"If-Match": etag})

    def add(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POST to a collection, or a batch whose repeat does nothing twice. Raises `AlreadyExists` when it holds the
        same already."""
        return self._connection.send(self._organization, "POST", path, body)

    def delete(self, path: str, etag: str) -> None:
        """DELETE the representation that `etag` names. Raises `NotFound` when it is gone already."""
        self._connection.send(self._organization, "DELETE", path, headers={"If-Match": etag})


def _transport(settings: Settings) -> httpx.BaseTransport:
    if not settings.embedded:
        # The provider host calls from four threads; a larger pool measured slower.
        return httpx.HTTPTransport(limits=httpx.Limits(max_connections=10))
    from emulator.embedded import transport  # the emulator is needed only where it is the portal

    try:
        return transport(embedded_database())
    except OSError as error:
        raise PortalUnreachable(
            detail=f"the embedded portal's {error.filename or embedded_database()}: {error.strerror}: work as its owner, or "
            "have the rights put right; nothing has to be deleted"
        ) from None
    except (RuntimeError, sqlite3.DatabaseError) as error:
        raise PortalUnreachable(
            detail=f"the embedded portal's file {embedded_database()} cannot be used ({error}); "
            "`fusion emulator reset` starts anew"
        ) from None


def _date_of(response: httpx.Response) -> date | None:
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(BELGIUM).date()
    except (KeyError, ValueError):
        return None


def _failed(response: httpx.Response) -> Failed:
    reason = _problem(response).get("detail") or response.reason_phrase
    return Failed(response.status_code, reason, retry_after_seconds(response.headers.get("Retry-After")))


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = _json(response)
    except ValueError:
        # A cut-off body: the operation may have happened, which a repeat finds out.
        raise Failed(None, f"the answer {response.status_code} is not JSON") from None
    if not isinstance(body, dict):
        raise Failed(None, f"the answer {response.status_code} is not a JSON object")
    return body


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        body = _json(response)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _json(response: httpx.Response) -> Any:
    return response.json(object_hook=partial(without_ssin, everywhere=response.is_error))


def _answer(method: str, path: str, response: httpx.Response) -> Answer:
    if not response.is_success:
        raise_problem(method, path, response.status_code, _problem(response), response.reason_phrase)
    body = {} if response.status_code == httpx.codes.NO_CONTENT else _json_object(response)
    return Answer(body, response.headers.get("ETag", ""))
