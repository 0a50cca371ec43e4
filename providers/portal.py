"""The portal's client (contract: docs/portal-api.md): sign-in, one call with its repeats, collections over their pages.

`reading(organization)` gives a client without any writing method, for check, diff, read and everything retained;
`writing(organization)` gives one that writes too. Both act for that one organisation, as people choose one at sign-in
(rules R65, R66). One connection pool and one sign-in per organisation serve the whole process.

A call and its sign-in, waits and repeats have one deadline (`providers.deadline`), and so has all that is asked of one
collection. How bytes travel is for `providers.network`, what an answer must be for `providers.answers`, what the portal says
in words for `providers.problems`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from time import monotonic, time
from typing import Any, TypeVar

from providers import answers, deadline, network, paths
from providers.assertion import Signer, signer_of
from providers.contract import BELGIUM
from providers.network import MAX_BODY, Received
from providers.outages import Outages
from providers.problems import error_when_retries_end, raise_problem, raise_refused_sign_in, readable
from providers.retry import (
    UNTIL_DEADLINE,
    Failed,
    attempts_allowed,
    explain_end,
    repeating,
    retry_after_seconds,
)
from providers.settings import Settings
from providers.transport import transport_to
from schemas.errors import UnexpectedAnswer
from schemas.privacy import masked_url

T = TypeVar("T")

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Sign in again a little before the portal would refuse the token.
_TOKEN_MARGIN_SECONDS = 30
ONCE_SECONDS = 2.0
"""How long a call may take that is made once: each later one to what is known to be down, and all with a deadline of 0."""
MAX_COLLECTION = 4 * MAX_BODY
"""Bytes of a collection that is read as a whole; `pages` keeps one page at a time."""


@dataclass(frozen=True)
class Answer:
    """A portal's representation: its JSON object, its ETag ("" where it has none), and how many bytes it had."""

    body: dict[str, Any]
    etag: str = ""
    size: int = 0


NOT_MODIFIED = Answer({})


class Connection:
    """HTTP to one portal as one client: pool, sign-in, retries, problems as exceptions. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        transport: network.Transport | None = None,
        signer: Signer | None = None,
    ) -> None:
        """`transport` replaces the network (tests); without it the settings decide: embedded or HTTP. `signer` is another
        client's than that of the settings' key."""
        self._settings = settings
        self._signer = signer
        self._network = network.Network(settings.base_url, transport or transport_to(settings))
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._signing_in: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._outages = Outages()
        self._date: date | None = None

    @property
    def today(self) -> date:
        """The day in Belgium (UTC+1 all year) by `Date` of the portal's last answer; before any, this machine's."""
        return self._date or datetime.now(BELGIUM).date()

    @property
    def answered(self) -> bool:
        """Whether the portal has ever said what day it is there."""
        return self._date is not None

    @property
    def client_id(self) -> str:
        """The id under which this client is known at the portal, as it stands in `createdBy`."""
        return self._settings.client_id

    @property
    def base_url(self) -> str:
        return self._settings.base_url

    @property
    def deadline_seconds(self) -> float:
        return self._settings.deadline_seconds

    def signed_in_as(self, client_id: str, signer: Signer) -> Connection:
        """The same portal for another client; to be closed by itself."""
        return Connection(replace(self._settings, client_id=client_id), signer=signer)

    def close(self) -> None:
        self._network.close()

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
            signed_in = {"Authorization": f"Bearer {self._token(organization)}", **(headers or {})}
            received = self._exchange(method, path, json=body, headers=signed_in)
            if received.status == 401:
                self._forget_token(organization)
                raise _failed(received)
            if received.status == 304 and method == "GET" and "If-None-Match" in signed_in:
                return NOT_MODIFIED
            return _answer(method, path, received)

        return self._repeat(method, path, attempt)

    def token(self, organization: str) -> str:
        """A bearer token to act for `organization`, from the last sign-in as long as it holds. Raises a `PortalError`."""
        return self._repeat("POST", paths.SIGN_IN, lambda: self._token(organization))

    def token_of(self, organization: str, ssin: str) -> str:
        """A token with which a person works through this client at `organization`; signed in anew each time. Raises a
        `PortalError`."""
        return self._repeat("POST", paths.SIGN_IN, lambda: self._sign_in(organization, ssin=ssin)[0])

    def _repeat(self, method: str, path: str, attempt: Callable[[], T]) -> T:
        # Once a call of an API failed until its deadline, the others there do not wait as long again, one by one.
        known = self._outages.is_known(path)
        waiting = 0.0 if known else self.deadline_seconds
        seconds = waiting or min(ONCE_SECONDS, self.deadline_seconds or ONCE_SECONDS)
        # What ends because a collection's other pages took the time says nothing of the API.
        waited_for = deadline.left() >= seconds / 2
        try:
            with deadline.within(seconds):
                try:
                    return repeating(attempt, waiting)
                except Failed as failure:
                    detail = explain_end(failure, seconds)
                    raise replace(failure, reason=detail) from None
        except Failed as failure:
            method, path = failure.method or method, failure.path or path
            if waited_for and not failure.unfit and attempts_allowed(failure.status) == UNTIL_DEADLINE:
                self._outages.note_failure(path)
            error = error_when_retries_end(failure)
            raise error(method=method, path=path, status=failure.status, detail=failure.reason) from None

    def _exchange(self, method: str, path: str, **content: Any) -> Received:
        try:
            received = self._network.exchange(method, path, **content)
            if (date_there := answers.date_of(received)) is not None:
                self._date = date_there
            if attempts_allowed(received.status) > 1 and received.status != 401:
                raise _failed(received)
        except Failed as failure:
            raise replace(failure, method=method, path=path) from None
        self._outages.note_answer(path)
        return received

    def _token(self, organization: str) -> str:
        with self._lock:
            signing_in = self._signing_in[organization]
        # Others who need the same token wait for it, but none longer than its own call may take.
        if not signing_in.acquire(timeout=max(0.0, min(deadline.left(), threading.TIMEOUT_MAX))):
            raise Failed(None, "another call's sign-in is not answered", method="POST", path=paths.SIGN_IN)
        try:
            token, expires = self._tokens.get(organization, ("", 0.0))
            if expires <= time():
                token, lifetime = self._sign_in(organization)
                self._tokens[organization] = (token, time() + lifetime - _TOKEN_MARGIN_SECONDS)
            return token
        finally:
            signing_in.release()

    def _forget_token(self, organization: str) -> None:
        self._tokens.pop(organization, None)

    def _sign_in(self, organization: str, **more: str) -> tuple[str, float]:
        client, audience = self._settings.client_id, self._settings.base_url + paths.SIGN_IN
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._own_signer.assertion(client, audience, **more),
            "acting_for": organization,
        }
        received = self._exchange("POST", paths.SIGN_IN, data=form)
        try:
            if received.status != 200:
                raise_refused_sign_in(
                    client, received.status, answers.read_problem(received), received.phrase
                )
            return answers.read_token(received)
        except Failed as failure:
            raise replace(failure, method="POST", path=paths.SIGN_IN) from None

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

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._connection.send(self._organization, method, path, body, headers)

    def get(self, path: str) -> Answer:
        """The representation at `path`. Raises `NotFound`, `NotYetAvailable` or another `PortalError`."""
        return self._call("GET", path)

    def get_unless(self, path: str, etag: str) -> Answer | None:
        """The representation at `path`; None while it is the one that `etag` names."""
        answer = self._call("GET", path, headers={"If-None-Match": etag})
        return None if answer is NOT_MODIFIED else answer

    def get_items(self, path: str) -> list[dict[str, Any]]:
        """All items of the collection at `path`, over all its pages."""
        return [item for answer in self.get_pages(path) for item in answer.body["items"]]

    def get_pages(self, path: str) -> list[Answer]:
        """All pages of the collection at `path`."""
        found: list[Answer] = []
        size = 0
        for answer in self._answers(path):
            found.append(answer)
            size += answer.size
            if size > MAX_COLLECTION:
                raise UnexpectedAnswer(
                    method="GET", path=path, detail=f"a collection of more than {MAX_COLLECTION // 1024} KiB"
                )
        return found

    def pages(self, path: str) -> Iterator[list[dict[str, Any]]]:
        """The collection at `path`, a page at a time: of a long one no more than that is ever in memory."""
        for answer in self._answers(path):
            yield answer.body["items"]

    def _answers(self, path: str) -> Iterator[Answer]:
        """Page after page. All calls for a collection together have the deadline of one: not the time between them."""
        page, asked, spent = path, {path}, 0.0
        while True:
            began = monotonic()
            with deadline.within((self._connection.deadline_seconds or ONCE_SECONDS) - spent):
                answer = self.get(page)
            spent += monotonic() - began
            yield answer
            if (link := answer.body.get("next")) is None:
                return
            page = self._follow(link, page)
            if page in asked:
                raise UnexpectedAnswer(
                    method="GET", path=page, detail="`next` leads back to a page that was there already"
                )
            asked.add(page)

    def _follow(self, link: str, page: str) -> str:
        path = answers.link_within(link, page, self._connection.base_url)
        if path is None:
            raise UnexpectedAnswer(
                method="GET",
                path=page,
                detail=f"`next` leads to {readable(masked_url(link))}; only links within the portal's own address and the "
                "same API are followed, since the sign-in goes along",
            )
        return path


class WritingPortal(ReadingPortal):
    """The portal for one acting organisation, with the writes that create, update and delete need."""

    def create(self, path: str, body: Mapping[str, Any]) -> Answer:
        """PUT what must not be there yet. Raises `PreconditionFailed` when it is (perhaps by an earlier try)."""
        return self._call("PUT", path, body, {"If-None-Match": "*"})

    def replace(self, path: str, body: Mapping[str, Any], etag: str) -> Answer:
        """PUT over the representation that `etag` names. Raises `PreconditionFailed` when it changed meanwhile."""
        return self._call("PUT", path, body, answers.if_match(path, etag))

    def add(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POST to a collection, or a batch whose repeat does nothing twice. Raises `AlreadyExists` when it holds the
        same already."""
        return self._call("POST", path, body)

    def delete(self, path: str, etag: str) -> None:
        """DELETE the representation that `etag` names. Raises `NotFound` when it is gone already."""
        self._call("DELETE", path, headers=answers.if_match(path, etag))


def _failed(received: Received) -> Failed:
    reason = answers.read_problem(received).get("detail")
    said = reason if isinstance(reason, str) and reason else received.phrase
    return Failed(received.status, said, retry_after_seconds(received.headers.get("Retry-After")))


def _answer(method: str, path: str, received: Received) -> Answer:
    if received.status < 200 or 300 <= received.status < 400:
        where = readable(masked_url(received.headers.get("Location", "")), received.sent)
        detail = f"it sends elsewhere ({where}), which is never followed" if where else received.phrase
        raise Failed(received.status, detail, unfit=True)
    if not received.is_success:
        raise_problem(method, path, received.status, answers.read_problem(received), received.phrase)
    body = {} if received.status == 204 else answers.read_object(method, path, received)
    return Answer(body, answers.etag_of(received), len(received.body))
