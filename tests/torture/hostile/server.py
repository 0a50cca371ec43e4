"""A portal that misbehaves: it signs in and answers as it is told to, on loopback, and notes who came with which token.

It may stand before another portal and let through what it is not told to spoil.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Self

from providers import paths

TOKEN = "token-that-nobody-else-may-see"

_LAST_ROUNDS = 10  # of the loop: whoever was accepted last is known a few rounds later


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def is_sign_in(self) -> bool:
        return self.path.partition("?")[0] == paths.SIGN_IN


@dataclass
class Line:
    """The way back to the client."""

    writer: asyncio.StreamWriter
    asked: Asked
    server: Server

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        self.writer.transport.abort()


Behave = Callable[[Line], Awaitable[None]]


def answer(status: str, headers: str = "", body: bytes = b"", *, length: bool = True) -> bytes:
    """An answer on the wire; `headers` are whole lines."""
    said = f"Content-Length: {len(body)}\r\n" if length else ""
    return f"HTTP/1.1 {status}\r\n{said}{headers}\r\n".encode("latin-1") + body


def good_token() -> bytes:
    body = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 600}
    return answer("200 OK", "Content-Type: application/json\r\n", json.dumps(body).encode())


@dataclass
class Server:
    """Serves in a thread of its own until it is closed.

    :param behave: what comes of a request, None where it is let through or, at sign-in, answered well.
    :param elsewhere: the port of a server that nobody may send to with a token.
    :param before: the port of the portal on this machine that it stands before.
    """

    behave: Callable[[Asked], Behave | None]
    before: int | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    elsewhere: int = 0
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="misbehaving portal", daemon=True)
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        # asyncio loses a connection that it accepted just before the server closed, and complains of one that is cancelled
        # before it began: none is accepted any more, and the last one is served first.
        self._loop.remove_reader(server.sockets[0].fileno())
        for _ in range(_LAST_ROUNDS):
            self._loop.run_until_complete(asyncio.sleep(0))
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for (
            writer
        ) in self._connections:  # one that is closed waits for a peer who may never read what is left
            writer.transport.abort()
        for _ in range(3):  # what was aborted is told so in the next rounds
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        with contextlib.suppress(asyncio.CancelledError):  # at the end, when all of them are cut
            await self._answer(reader, writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked = await self._read(reader)
            self.asked.append(asked)
            behave = self.behave(asked)
            if behave is not None:
                await behave(Line(writer, asked, self))
            elif self.before is not None:
                writer.write(await self._forward(asked))
            else:
                writer.write(good_token() if asked.is_sign_in else answer("200 OK", "", b"{}"))

    async def _read(self, reader: asyncio.StreamReader) -> Asked:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ", 2)
        return Asked(method, path, headers, head + body)

    async def _forward(self, asked: Asked) -> bytes:
        """What the portal behind answers, over a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.before)
        self._connections.add(writer)
        writer.write(asked.raw.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        answered = await reader.read()
        writer.close()
        return answered


def tokens_seen(servers: list[Server]) -> Iterator[Asked]:
    """The requests that brought a credential along."""
    for server in servers:
        for asked in server.asked:
            if (
                "authorization" in asked.headers
                or TOKEN.encode() in asked.raw
                or b"client_assertion" in asked.raw
            ):
                yield asked
