"""The portal over HTTP, for several people or programs at once: uvicorn, on this machine only unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.app import create_app
from emulator.problems import SocketFault
from emulator.seed import open_portal

HOST = "127.0.0.1"
PORT = 8080


def serve(database: Path, host: str = HOST, port: int = PORT) -> None:
    """Serve the portal in `database` (seeded when missing or empty) until SIGTERM or SIGINT, calls under way included.

    Prints the URLs. Port 0 takes a free one.

    :raises OSError: when the port is taken.
    """
    open_portal(database)
    # uvicorn raises the signal that it obeyed once more: a portal that was asked to end has then ended well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listening = socket.create_server((host, port))
    # asyncio only does this for sockets made with a protocol number; without it every answer waits 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://{host}:{listening.getsockname()[1]}"
    sys.stdout.write(f"The rehearsal portal: {url}\nIts APIs and controls: {url}/\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        _Breaking(create_app(database)),
        http=_Connection,
        access_log=False,
        log_level="warning",
        lifespan="off",
        date_header=False,  # the portal says its own
        timeout_graceful_shutdown=5,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


class _Connection(H11Protocol):
    """uvicorn's, known by its peer, so that a rehearsed fault can break it."""

    known: dict[tuple[str, int], asyncio.Transport] = {}  # noqa: RUF012 - one list for all of the server's connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            self.known[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self.known.pop(self.client, None)


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
