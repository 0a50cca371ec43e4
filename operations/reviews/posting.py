"""One comment, found again on whichever page it is, edited in place; made where there is none.

Repeats go by the client's one table (`providers/retry.py`). A comment that may have been made although the answer got lost
is looked for before it is made again. What a host refuses for good is an error, after a short comment that says so: a job
never succeeds without one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from operations.reviews.hosts import PER_PAGE, Host
from providers import deadline, sockets
from providers.network import Network, Received
from providers.problems import readable
from providers.retry import Failed, repeating, retry_after_seconds
from schemas.errors import FusionError, PortalError

SECONDS = 120.0
"""For all calls together, repeats and waits included."""
MOST_BYTES = 32 * 1024 * 1024
"""Of an answer: a page of the longest comments."""
_LIMITED = 429
_REFUSED = frozenset({400, 413, 422})
"""What a host answers to a text that it does not take."""


class NoComment(FusionError):
    """The host did not take the comment, or gave no usable answer."""

    afterwards = "The comment there may be of an earlier commit"
    way_out = "Run the job again; the review itself is in its files"

    def __init__(self, what: str, status: int | None = None) -> None:
        super().__init__(what)
        self.status = status

    @property
    def is_about_text(self) -> bool:
        """Whether another text might do."""
        return self.status in _REFUSED


def put_comment(host: Host, body: str) -> None:
    """Make this the comment. Raises `NoComment`."""
    try:
        way = sockets.connect(host.api, on_this_machine=host.on_this_machine)
        with deadline.within(SECONDS), closing(Network(host.api, way, MOST_BYTES)) as network:
            _Comments(host, network).put(body)
    except Failed as failure:
        answered = f"answered {failure.status}" if failure.status else "got no answer"
        raise NoComment(
            f"{failure.method} {host.api}{failure.path} {answered}: {failure.reason}", failure.status
        ) from None
    except PortalError as error:
        raise NoComment(f"{host.api} cannot be reached: {error.detail or error.what}") from None


class _Comments:
    """The comments of one pull request."""

    def __init__(self, host: Host, network: Network) -> None:
        self._host, self._network = host, network

    def put(self, body: str) -> None:
        """This is the comment now. Raises `Failed`."""
        repeating(lambda: self._put(body), SECONDS)

    def _put(self, body: str) -> None:
        own = [*self._find()]
        if not own:
            self._call("POST", self._host.comments, body)
        elif own[0]["body"] != body:
            self._edit(own[0], body)
        for other in own[1:]:
            # Two runs at once, or a host that lost an answer: only one may look as if it were the latest.
            self._edit(other, f"{self._host.marker}\n*The review stands in an earlier comment.*\n")

    def _edit(self, comment: Mapping[str, Any], body: str) -> None:
        path = self._host.comment(int(comment["id"]))
        self._again(self._host.edit_method, path, body)

    def _find(self) -> Iterator[dict[str, Any]]:
        """Our own, the oldest first."""
        user = self._user()
        found: dict[int, dict[str, Any]] = {}
        for page in range(1, self._host.allowed + 1):
            path = f"{self._host.comments}?per_page={PER_PAGE}&page={page}"
            received = self._again("GET", path)
            for comment in _read(received, path, list):
                if isinstance(comment, dict) and self._host.is_own(comment, user):
                    found[int(comment["id"])] = comment
            if not self._host.has_next(received.headers):
                break
        yield from (found[key] for key in sorted(found))

    def _user(self) -> int | None:
        """Who we are; a job's own token of GitHub may not ask, and is a bot's."""
        try:
            received = self._again("GET", "/user")
        except Failed as failure:
            if failure.status in {403, 404}:
                return None
            raise
        user = _read(received, "/user", dict).get("id")
        return user if isinstance(user, int) else None

    def _again(self, method: str, path: str, body: str | None = None) -> Received:
        """A call that does nothing twice."""
        return repeating(lambda: self._call(method, path, body), SECONDS)

    def _call(self, method: str, path: str, body: str | None = None) -> Received:
        """Raises `Failed`, as the table has it."""
        told = None if body is None else {"body": body}
        try:
            received = self._network.exchange(method, path, json=told, headers=self._host.headers)
        except Failed as failure:
            failure.method, failure.path = method, path
            raise
        if received.is_success:
            return received
        wait = retry_after_seconds(received.headers.get("Retry-After"))
        # GitHub says 403 where it means 429.
        status = _LIMITED if received.status == 403 and wait is not None else received.status
        raise Failed(status, _message(received), wait, method, path)


def _read(received: Received, path: str, kind: type[Any]) -> Any:
    try:
        found = json.loads(received.body)
    except ValueError:
        found = None
    if not isinstance(found, kind):
        raise Failed(received.status, "this is not the host's answer", None, "GET", path, unfit=True)
    return found


def _message(received: Received) -> str:
    """The host's own words."""
    try:
        said = json.loads(received.body)["message"]
    except (ValueError, TypeError, KeyError):
        said = None
    return readable(said if isinstance(said, str) else json.dumps(said or received.phrase), received.sent)
