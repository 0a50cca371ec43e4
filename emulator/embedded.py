"""The portal inside the caller's process: an httpx transport over a database file, with nothing to start.

A preview imports this module and all below it. Imports that only writing, signing in or documents need come when those
happen.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from emulator import app
from emulator.core import store
from emulator.core.problems import SocketFault
from emulator.seeds.opening import open_portal

if TYPE_CHECKING:
    from emulator.sftp.server import Address

__all__ = ["URL", "open_portal", "serve_folders", "transport"]

URL = "http://portal.embedded"


def transport(database: Path) -> httpx.BaseTransport:
    """A transport for `httpx.Client` that answers as the portal in `database`; a missing or empty file is seeded.

    Any number of threads may use it; calls of one thread are answered one after the other.
    """
    open_portal(database)
    return EmbeddedTransport(database)


@contextmanager
def serve_folders(database: Path) -> Iterator[Address]:
    """The folders of the portal's FTP accounts over SFTP, on a free port of this machine.

    :raises OSError: when it cannot listen.
    """
    from emulator.sftp import server  # with asyncssh, which a preview does without

    with server.running(database) as address:
        yield address


class _Body(httpx.AsyncByteStream):
    """A body in one piece. Unlike a generator, it leaves nothing open when the application stops reading early."""

    def __init__(self, content: bytes) -> None:
        self._pieces = [content]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if not self._pieces:
            raise StopAsyncIteration
        return self._pieces.pop()


class EmbeddedTransport(httpx.BaseTransport):
    """An event loop for each calling thread, in which `httpx.ASGITransport` runs the application."""

    def __init__(self, database: Path) -> None:
        self._database = store.Database(database)
        self._app = httpx.ASGITransport(app.build_app(self._database, [URL]))
        self._local = threading.local()
        self._lock = threading.Lock()
        self._loops: set[asyncio.AbstractEventLoop] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """:raises httpx.ReadError: for a rehearsed reset. :raises httpx.RemoteProtocolError: for a body cut off."""
        try:
            return self._loop().run_until_complete(self._answer(request))
        except SocketFault as fault:
            if fault.kind == "cutOff":
                raise httpx.RemoteProtocolError(
                    "peer closed connection without sending complete message body (rehearsed)",
                    request=request,
                ) from None
            raise httpx.ReadError("connection reset by peer (rehearsed)", request=request) from None

    def close(self) -> None:
        """Close the threads' event loops and connections; no call may be under way."""
        with self._lock:
            for loop in list(self._loops):
                loop.close()
            self._loops.clear()
        self._local = threading.local()
        self._database.close()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=_Body(request.read()),
            extensions=request.extensions,
        )
        answered = await self._app.handle_async_request(sent)
        content = await answered.aread()
        return httpx.Response(
            answered.status_code, headers=answered.headers, stream=httpx.ByteStream(content)
        )

    def _loop(self) -> asyncio.AbstractEventLoop:
        # Not an asyncio.Runner, which takes SIGINT's handler from its owner at every call and costs as much as a call.
        known: asyncio.AbstractEventLoop | None = getattr(self._local, "loop", None)
        if known is None:
            known = asyncio.new_event_loop()
            self._local.loop = known
            with self._lock:
                self._loops.add(known)
            store.when_thread_ends(self._local, self._loops, known)
        return known
