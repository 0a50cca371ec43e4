"""A real client of the folders of FTP accounts, and what a test puts there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

import asyncssh

from emulator import controls
from emulator.core import store
from emulator.seeds import content
from emulator.sftp import server as sftp
from tests.emulator.conftest import GALMAARDEN, Portal

PASSWORD = content.load()["ftpPassword"]
ACCOUNTS = {centre["enterpriseNumber"]: centre["ftpAccount"] for centre in content.load()["centres"]}
ACCOUNT = ACCOUNTS[GALMAARDEN]["accountName"]
USER = ACCOUNTS[GALMAARDEN]["username"]


@contextmanager
def served(portal: Portal) -> Iterator[sftp.Address]:
    """The portal's folders, empty."""
    with closing(store.connect(portal.database)) as connection:
        connection.execute("DELETE FROM box_files")
    with sftp.running(portal.database, failed_seconds=0.01) as address:
        yield address


def put(portal: Portal, name: str, content: bytes, number: str = GALMAARDEN) -> None:
    """Have something in the folder of a centre's account."""
    with closing(store.connect(portal.database)) as connection:
        connection.execute(
            "INSERT INTO box_files (organization, account, name, kind, content, received_at)"
            " VALUES (?, ?, ?, 'mutations', ?, '2025-02-03T06:00:00+01:00')",
            (number, ACCOUNTS[number]["accountName"], name, content),
        )


def fetched_at(portal: Portal, name: str) -> str | None:
    with closing(store.connect(portal.database)) as connection:
        row = connection.execute("SELECT fetched_at FROM box_files WHERE name = ?", (name,)).fetchone()
        found: str | None = row[0]
        return found


@asynccontextmanager
async def logged_in(
    address: sftp.Address, username: str = USER, password: str = PASSWORD
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        address.host,
        address.port,
        username=username,
        password=password,
        known_hosts=None,
        client_keys=None,
        agent_path=None,
        config=None,
    ) as connection:
        yield connection


@asynccontextmanager
async def folder(
    address: sftp.Address, username: str = USER, password: str = PASSWORD
) -> AsyncIterator[asyncssh.SFTPClient]:
    async with logged_in(address, username, password) as connection, connection.start_sftp_client() as client:
        yield client


async def part(file: asyncssh.SFTPClientFile, size: int = -1, offset: int | None = None) -> bytes:
    """Its type, which asyncssh leaves open."""
    data: bytes = await file.read(size, offset)
    return data


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        return await asyncio.wait_for(work(), 60)

    return asyncio.run(bounded())


def names_in(address: sftp.Address, username: str = USER, password: str = PASSWORD) -> list[str]:
    async def work() -> list[str]:
        async with folder(address, username, password) as client:
            return sorted(set(await client.listdir()) - {".", ".."})

    found: list[str] = run(work)
    return found


def refused(address: sftp.Address, username: str, password: str) -> bool:
    try:
        names_in(address, username, password)
    except asyncssh.PermissionDenied:
        return True
    return False


def sign_ins(portal: Portal) -> list[tuple[str, int, str | None]]:
    return [
        (entry["path"], entry["status"], entry["actingFor"])
        for entry in controls.journal(portal.database)
        if entry["method"] == "SFTP"
    ]
