"""The portal over HTTP, and its FTP accounts' folders over SFTP, for several people or programs at once.

On this machine only unless told otherwise. HTTP is uvicorn's, over httptools.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.app import create_app
from emulator.core import problems, store
from emulator.core.problems import SocketFault
from emulator.seeds.opening import open_portal
from emulator.sftp import server as sftp

HOST = "127.0.0.1"
PORT = 8080
HEAD_LIMIT = 64 * 1024

_T = TypeVar("_T")


def serve(
    database: Path, host: str = HOST, port: int = PORT, sftp_port: int = sftp.PORT, url: str | None = None
) -> None:
    """Serve the portal in `database` (seeded when missing or empty) until SIGTERM or SIGINT, calls under way included.

    Prints where. Port 0 takes a free one.

    :param url: how others reach it, beside by `host` and by this machine's own names.

    :raises OSError: when a port is taken; its `filename` is `host:port`.
    """
    open_portal(database)
    # uvicorn raises the signal that it obeyed once more. To be told to stop is a server's regular end: either comes back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        listening = _taken(host, port, lambda: stack.enter_context(_listen(host, port)))
        # asyncio only does this for sockets made with a protocol number; without it every answer waits 40 ms for an ACK.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        folders = _taken(
            host, sftp_port, lambda: stack.enter_context(sftp.running(database, host, sftp_port))
        )
        taken = listening.getsockname()[1]
        own, *others = (f"http://{name}:{taken}" for name in (_in_url(host), "127.0.0.1", "localhost"))
        stack.enter_context(_announced(database, folders))
        sys.stdout.write(
            f"The rehearsal portal: {own}\nIts APIs and controls: {own}/\n"
            f"FTP accounts: sftp -P {folders.port} USER@{folders.host} (host key {folders.fingerprint})\n"
        )
        sys.stdout.flush()
        config = uvicorn.Config(
            _Breaking(create_app(database, [own, *others, *([url] if url else [])])),
            http=_Connection,
            access_log=False,
            log_level="warning",
            lifespan="off",
            ws="none",
            proxy_headers=False,  # nobody stands before it, and a client is who it connects as
            date_header=False,  # the portal says its own
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listening])


@contextlib.contextmanager
def _announced(database: Path, folders: sftp.Address) -> Iterator[None]:
    """The portal tells where its folders are; of several servers of one file those of the last, which are the same."""
    told = json.dumps({"port": folders.port, "hostKey": folders.fingerprint})
    with contextlib.closing(store.connect(database)) as connection, store.transaction(connection):
        store.set_meta(connection, store.FOLDERS, told)
    try:
        yield
    finally:
        with contextlib.closing(store.connect(database)) as connection:
            connection.execute("DELETE FROM meta WHERE name = ? AND value = ?", (store.FOLDERS, told))


def _listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=sftp.family_of(host))


def _in_url(host: str) -> str:
    """An IPv6 address stands in brackets there."""
    return f"[{host}]" if ":" in host else host


def _taken(host: str, port: int, bind: Callable[[], _T]) -> _T:
    """What `bind` gives; its error names the place."""
    try:
        return bind()
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None


class _Connection(HttpToolsProtocol):
    """uvicorn's, known by its peer, so that a rehearsed fault can break it; with an end to what comes before a body."""

    known: dict[tuple[str, int], asyncio.Transport] = {}  # noqa: RUF012 - one list for all of the server's connections
    _head: int | None = 0  # how much of a request came in before its body; None: it is past that

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            self.known[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self.known.pop(self.client, None)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def send_400_response(self, msg: str) -> None:
        """Where a request is not HTTP, uvicorn answers plain text; the portal answers problems only."""
        body = problems.bad_request([problems.Issue("invalidStructure", msg, "", "header")]).body()
        head = (
            f"HTTP/1.1 400 Bad Request\r\nContent-Type: {problems.MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()


class _Breaking:
    """Carries out what the application asks for by `SocketFault`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except SocketFault as fault:
            if fault.kind == "cutOff":
                await send({"type": "http.response.start", "status": fault.status, "headers": fault.headers})
                half: dict[str, Any] = {
                    "type": "http.response.body",
                    "body": fault.body[: len(fault.body) // 2],
                }
                await send({**half, "more_body": True})
            await _break(_Connection.known[scope["client"]], reset=fault.kind == "reset")


async def _break(transport: asyncio.Transport, *, reset: bool) -> None:
    """Close without a word; `reset`: as a crash would, with RST instead of FIN."""
    if reset:
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        transport.abort()
    else:
        transport.close()
    # uvicorn must hear of it (on the loop's next turns) before this call returns, or it takes the silence for an error.
    for _ in range(3):
        await asyncio.sleep(0)
