"""Calls to a pull request's host, page by page; repeats go by the client's one table (`providers/retry.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


class NoAnswer(FusionError):
    """The host refused, or gave no usable answer."""

    way_out = "Run the job again"

    def __init__(self, what: str, status: int | None = None) -> None:
        super().__init__(what)
        self.status = status


@contextmanager
def calling(host: Host) -> Iterator[Calls]:
    """Calls to it. Raises `NoAnswer` for what they raise."""
    try:
        way = sockets.connect(host.api, on_this_machine=host.on_this_machine)
        with deadline.within(SECONDS), closing(Network(host.api, way, MOST_BYTES)) as network:
            yield Calls(host, network)
    except Failed as failure:
        answered = f"answered {failure.status}" if failure.status else "got no answer"
        raise NoAnswer(
            f"{failure.method} {host.api}{failure.path} {answered}: {failure.reason}", failure.status
        ) from None
    except PortalError as error:
        raise NoAnswer(f"{host.api} cannot be reached: {error.detail or error.what}") from None


class Calls:
    """Those to one host, with its token."""

    def __init__(self, host: Host, network: Network) -> None:
        self._host, self._network = host, network

    def once(self, method: str, path: str, body: str | None = None) -> Received:
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

    def again(self, method: str, path: str, body: str | None = None) -> Received:
        """A call that does nothing twice."""
        return repeating(lambda: self.once(method, path, body), SECONDS)

    def read(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = _read(self.again("GET", path), path, dict)
        return found

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """What stands on all pages of a list."""
        begin = f"{path}{'&' if '?' in path else '?'}per_page={PER_PAGE}&page="
        for page in range(1, self._host.allowed + 1):
            received = self.again("GET", f"{begin}{page}")
            for one in _read(received, f"{begin}{page}", list):
                if isinstance(one, dict):
                    yield one
            if not self._host.has_next(received.headers):
                break


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
