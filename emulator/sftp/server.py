"""The folders of FTP accounts over SFTP: with an account's user name and password, and only with these, its folder opens.

A connection has some attempts, each slow when it fails; `admission` says how many may try at once. `folder` says what an
open folder can do; there is no shell, no command, no forwarding, and no key instead of a password.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import asyncssh

from emulator.calendar import clock
from emulator.core import passwords, store
from emulator.seeds import opening
from emulator.sftp import accounts
from emulator.sftp.admission import Admission, Starting
from emulator.sftp.folder import Folder
from emulator.sftp.progress import HandedOut

HOST = "127.0.0.1"
PORT = 8022
ATTEMPTS = 3
FAILED_SECONDS = 1.0
LOGIN_SECONDS = 30
MOST_CONNECTIONS = 64  # that have logged in
MOST_OF_ACCOUNT = 16
MOST_SESSIONS = 8  # of one connection
_LAST_ROUNDS = 10  # of the loop: whoever was accepted last is known a few rounds later

_log = logging.getLogger("emulator")


class Address(NamedTuple):
    """Where it is served, and the host key's fingerprint as `ssh` shows it."""

    host: str
    port: int
    fingerprint: str


@contextmanager
def running(
    database: Path, host: str = HOST, port: int = 0, failed_seconds: float = FAILED_SECONDS
) -> Iterator[Address]:
    """Serve the portal in `database` until the block ends, in a thread of its own. Port 0 takes a free one.

    :param failed_seconds: how long a failed attempt to log in takes.
    :raises OSError: when the port is taken.
    """
    listening = socket.create_server((host, port), family=family_of(host))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(database, listening, failed_seconds, started)), name="sftp"
    )
    with listening:
        thread.start()
        loop, ended, fingerprint = started.result()
        try:
            yield Address(host, listening.getsockname()[1], fingerprint)
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join()


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _serve(
    database: Path,
    listening: socket.socket,
    failed_seconds: float,
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]],
) -> None:
    try:
        opening.open_portal(database)
        portal = Portal(store.Database(database), failed_seconds)
        key = host_key(portal.memory.connection())
        acceptor = await asyncssh.listen(
            sock=listening,
            server_host_keys=[key],
            server_factory=partial(LogIn, portal),
            sftp_factory=_folder,
            public_key_auth=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            allow_pty=False,
            agent_forwarding=False,
            login_timeout=LOGIN_SECONDS,
            encoding=None,
        )
    except BaseException as error:
        started.set_exception(error)
        return
    ended = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), ended, key.get_fingerprint()))
    await ended.wait()
    # asyncio loses a connection that it accepted just before the server closed: none is accepted, then all are cut.
    asyncio.get_running_loop().remove_reader(listening)
    for _ in range(_LAST_ROUNDS):
        for connection in list(portal.connections):
            connection.abort()
        await asyncio.sleep(0)
    acceptor.close()
    await acceptor.wait_closed()
    portal.close()


def host_key(connection: sqlite3.Connection) -> asyncssh.SSHKey:
    """The portal's own, made once and kept in its file, for clients that remember it."""
    with store.transaction(connection):
        kept = store.get_meta(connection, store.HOST_KEY)
        if kept is None:
            kept = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
            store.set_meta(connection, store.HOST_KEY, kept)
    return asyncssh.import_private_key(kept)


class Portal:
    """What connections share."""

    def __init__(self, memory: store.Database, failed_seconds: float) -> None:
        self.memory = memory
        self.admission = Admission(failed_seconds)
        self.handed_out = HandedOut()
        self.connections: dict[asyncssh.SSHServerConnection, LogIn] = {}
        # Hashing a password takes some 10 ms, in which the others' calls go on; no more at once than there is room for.
        self._hashing = ThreadPoolExecutor(2, "password")

    def connection(self) -> sqlite3.Connection:
        """The portal's memory, at the portal's present."""
        connection = self.memory.connection()
        clock.catch_up(connection)
        return connection

    def logged_in(self) -> list[accounts.Account]:
        """The account of every connection that has logged in."""
        return [one.account for one in self.connections.values() if one.account]

    def drop(self, starting: Starting) -> None:
        for connection, one in list(self.connections.items()):
            if one.starting is starting:
                connection.abort()

    async def matches(self, password: str, kept: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(
            self._hashing, passwords.matches, password, kept
        )

    def close(self) -> None:
        self._hashing.shutdown()
        self.memory.close()


class LogIn(asyncssh.SSHServer):
    """A connection, until a password opens its user's folder."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.account: accounts.Account | None = None
        self.starting = Starting("")
        self.sessions: list[asyncssh.SSHServerChannel[bytes]] = []
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        if len(self.portal.logged_in()) >= MOST_CONNECTIONS:
            conn.abort()
            return
        peer = conn.get_extra_info("peername")
        self.starting = Starting(str(peer[0]) if peer else "")
        self.portal.connections[conn] = self
        gone = self.portal.admission.enter(self.starting)
        if gone is not None:
            self.portal.drop(gone)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - its base's signature
        assert self._connection
        self.portal.connections.pop(self._connection, None)
        self.portal.admission.leave(self.starting)

    def password_auth_supported(self) -> bool:
        return self.starting.attempts < ATTEMPTS

    async def validate_password(self, username: str, password: str) -> bool:
        admission = self.portal.admission
        try:
            tried = accounts.find(self.portal.connection(), username)
            key = None if tried is None else (tried.organization, tried.name)
            async with admission.attempt(self.starting, key) as attempt:
                status, account = await self._judge(username, password)
                attempt.right = status in (200, 429)
        except Exception:
            _log.exception("an SFTP login failed")
            status, account = 500, None
        if status == 200:
            self.account = account
            admission.leave(self.starting)
            return True
        await asyncio.sleep(admission.failed_seconds)
        return False

    async def _judge(self, username: str, password: str) -> tuple[int, accounts.Account | None]:
        """The status that the journal has of an attempt, and whose folder opens."""
        account = accounts.find(self.portal.connection(), username)
        # An unknown user takes as long as a wrong password.
        right = await self.portal.matches(password, _nobody() if account is None else account.secret)
        connection = self.portal.connection()
        # Looked up again: it may have changed while the password was hashed.
        right = right and account is not None and account == accounts.find(connection, username)
        status = 401
        if right and account is not None:
            status = 200 if accounts.is_open(connection, account) else 403
            inside = self.portal.logged_in()
            if status == 200 and (
                len(inside) >= MOST_CONNECTIONS or inside.count(account) >= MOST_OF_ACCOUNT
            ):
                status = 429
        with store.transaction(connection):
            accounts.record(connection, accounts.SIGN_IN, account, status)
        return status, account


@cache
def _nobody() -> str:
    """A password's hash that is nobody's."""
    return passwords.digest(os.urandom(16).hex())


def _folder(channel: asyncssh.SSHServerChannel[bytes]) -> Folder:
    log_in = channel.get_connection().get_owner()
    assert isinstance(log_in, LogIn)
    assert log_in.account
    log_in.sessions = [one for one in log_in.sessions if not one.is_closing()]
    if len(log_in.sessions) >= MOST_SESSIONS:
        channel.get_connection().abort()  # who asks for more than is given loses what they had
    else:
        log_in.sessions.append(channel)
    return Folder(channel, log_in.portal.connection, log_in.account, log_in.portal.handed_out)
