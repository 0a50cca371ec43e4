"""What can be done in an FTP account's folder, and how much of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from emulator import controls
from emulator.core import store
from emulator.sftp import accounts
from emulator.sftp import server as sftp
from emulator.sftp.folder import OPEN_FILES, Folder
from tests.emulator.conftest import GALMAARDEN, GOOIK, Portal
from tests.emulator.support.sftp_client import (
    ACCOUNT,
    ACCOUNTS,
    PASSWORD,
    USER,
    fetched_at,
    folder,
    names_in,
    part,
    put,
    run,
)

# -- what can be done ---------------------------------------------------------------------------------------------


def test_fetching_is_noted_and_then_a_file_can_be_taken_away(portal: Portal, address: sftp.Address) -> None:
    content = os.urandom(300_000)
    put(portal, "a.xml", content)
    put(portal, "leeg.xml", b"")

    async def work() -> None:
        async with folder(address) as client:
            with pytest.raises(asyncssh.SFTPPermissionDenied, match="fetch it first"):
                await client.remove("a.xml")
            async with client.open("a.xml", "rb") as file:
                assert await part(file, 10, 299_995) == content[299_995:]
                assert await part(file, 1000, 17) == content[17:1017]
                assert await part(file, 10, 10**12) == b""
                assert fetched_at(portal, "a.xml") is None
                assert await part(file, -1, 0) == content
            assert fetched_at(portal, "a.xml") == "2025-02-03T09:00:00+01:00"
            async with client.open("leeg.xml", "rb") as file:
                assert await part(file) == b""
            for name in ("a.xml", "leeg.xml"):
                await client.remove(name)
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await client.remove("a.xml")

    run(work)
    assert names_in(address) == []
    kept = [
        (entry["method"], entry["path"], entry["status"])
        for entry in controls.journal(portal.database, kbo=GALMAARDEN)
        if entry["path"].startswith(f"/sftp/{USER}/")
    ]
    assert kept == [
        ("GET", f"/sftp/{USER}/a.xml", 200),
        ("GET", f"/sftp/{USER}/leeg.xml", 200),
        ("DELETE", f"/sftp/{USER}/a.xml", 204),
        ("DELETE", f"/sftp/{USER}/leeg.xml", 204),
    ]


def test_a_download_that_is_resumed_counts_as_a_whole(portal: Portal, address: sftp.Address) -> None:
    """As `reget` does it, in another connection; what nobody read is still missing."""
    content = os.urandom(1000)
    put(portal, "a.xml", content)

    async def read(start: int, length: int) -> None:
        async with folder(address) as client, client.open("a.xml", "rb") as file:
            assert await part(file, length, start) == content[start : start + length]

    async def work() -> None:
        await read(0, 400)
        await read(600, 400)
        async with folder(address) as client:
            with pytest.raises(asyncssh.SFTPPermissionDenied, match="fetch it first"):
                await client.remove("a.xml")
        await read(390, 300)
        async with folder(address) as client:
            await client.remove("a.xml")

    run(work)
    assert names_in(address) == []


def test_a_file_that_goes_is_not_taken_for_one_that_gets_its_number(
    portal: Portal, address: sftp.Address
) -> None:
    """SQLite gives the number of the last one that was deleted again, be it to another centre's."""
    put(portal, "a.xml", b"<a/>")

    async def work() -> None:
        async with folder(address) as client, client.open("a.xml", "rb") as file:
            with closing(store.connect(portal.database)) as connection:
                (seq,) = connection.execute("SELECT seq FROM box_files").fetchone()
                connection.execute("DELETE FROM box_files")
                put(portal, "b.xml", b"<b/>", GOOIK)
                assert connection.execute("SELECT seq FROM box_files").fetchone() == (seq,)
            assert await part(file) == b"<a/>"

    run(work)
    assert fetched_at(portal, "b.xml") is None


def test_only_the_file_that_was_looked_up_is_read_and_taken_away(portal: Portal) -> None:
    put(portal, "a.xml", b"<a/>")
    with closing(store.connect(portal.database)) as connection:
        account = accounts.find(connection, USER)
        other = accounts.find(connection, ACCOUNTS[GOOIK]["username"])
        assert account is not None
        assert other is not None
        file = accounts.find_file(connection, account, "a.xml")
        assert file is not None
        accounts.remove(connection, other, file)
        assert accounts.read_content(connection, other, file) is None
        assert accounts.read_content(connection, account, file) == b"<a/>"


def test_an_open_file_closes_with_its_account(portal: Portal, address: sftp.Address) -> None:
    put(portal, "a.xml", os.urandom(100_000))
    galmaarden = portal.acting_for(GALMAARDEN)

    async def work() -> None:
        async with folder(address) as client, client.open("a.xml", "rb") as file:
            assert len(await part(file, 1000, 0)) == 1000
            gone = await asyncio.to_thread(galmaarden.delete, "chaman", f"/ftpAccounts/{ACCOUNT}")
            assert gone.status_code == 204
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await part(file, 1000, 1000)

    run(work)


def test_the_first_fetch_is_the_one_that_counts(
    portal: Portal, address: sftp.Address, tmp_path: Path
) -> None:
    put(portal, "a.xml", b"<a/>")

    async def work() -> None:
        async with folder(address) as client:
            await client.get("a.xml", tmp_path / "a.xml")

    run(work)
    controls.advance_clock(portal.database, 1)
    run(work)
    assert (tmp_path / "a.xml").read_bytes() == b"<a/>"
    assert fetched_at(portal, "a.xml") == "2025-02-03T09:00:00+01:00"


def test_what_a_folder_says_of_its_files(portal: Portal, address: sftp.Address) -> None:
    put(portal, "a.xml", b"<a/>")

    async def work() -> None:
        async with folder(address) as client:
            assert await client.realpath(".") == "/"
            assert await client.isdir("/")
            for path in ("a.xml", "/a.xml", "./a.xml", "//a.xml"):
                found = await client.stat(path)
                assert (found.size, found.mtime, found.permissions) == (4, 1738558800, 0o100440)
            listed = {entry.filename: entry for entry in await client.readdir("/")}
            assert set(listed) == {".", "..", "a.xml"}
            columns = str(listed["a.xml"].longname).split()
            assert columns == ["-r--r-----", "1", USER, "ocmw", "4", "Feb", "3", "2025", "a.xml"]

    run(work)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("..", asyncssh.SFTPPermissionDenied),
        ("../gooik.xml", asyncssh.SFTPPermissionDenied),
        ("/../../etc/passwd", asyncssh.SFTPPermissionDenied),
        ("a.xml/../gooik.xml", asyncssh.SFTPPermissionDenied),
        ("/etc/passwd", asyncssh.SFTPNoSuchFile),
        ("gooik.xml", asyncssh.SFTPNoSuchFile),
        ("GALMAARDEN.XML", asyncssh.SFTPNoSuchFile),
        ("gal%", asyncssh.SFTPNoSuchFile),
        (b"\xff\xfe", asyncssh.SFTPNoSuchFile),
        ("x" * 5000, asyncssh.SFTPNoSuchFile),
    ],
)
def test_there_is_no_way_out(
    portal: Portal, address: sftp.Address, path: str | bytes, error: type[Exception]
) -> None:
    put(portal, "galmaarden.xml", b"<a/>")
    put(portal, "gooik.xml", b"<b/>", GOOIK)

    async def work() -> None:
        async with folder(address) as client:
            for step in (client.stat(path), client.lstat(path), client.open(path, "rb"), client.remove(path)):
                with pytest.raises(error):
                    await step
            with pytest.raises(error):
                await client.readdir(path)

    run(work)


def test_the_folder_only_gives(portal: Portal, address: sftp.Address, tmp_path: Path) -> None:
    put(portal, "a.xml", b"<a/>")
    (tmp_path / "mine").write_bytes(b"mine")

    async def work() -> None:
        async with folder(address) as client:
            steps: list[Awaitable[Any]] = [
                client.put(tmp_path / "mine", "mine"),
                client.put(tmp_path / "mine", "a.xml"),
                *(client.open("a.xml", mode) for mode in ("wb", "ab", "r+b", "xb")),
                client.rename("a.xml", "b.xml"),
                client.posix_rename("a.xml", "b.xml"),
                client.mkdir("map"),
                client.rmdir("/"),
                client.symlink("/etc/passwd", "b.xml"),
                client.link("a.xml", "b.xml"),
                client.chmod("a.xml", 0o777),
                client.truncate("a.xml", 0),
                client.remove("/"),
            ]
            for step in steps:
                with pytest.raises(asyncssh.SFTPPermissionDenied):
                    await step
            others: list[Awaitable[Any]] = [client.readlink("a.xml"), client.statvfs("/")]
            for other in others:
                with pytest.raises(asyncssh.SFTPOpUnsupported):
                    await other

    run(work)
    assert names_in(address) == ["a.xml"]
    with closing(store.connect(portal.database)) as connection:
        assert connection.execute("SELECT name, content FROM box_files").fetchall() == [("a.xml", b"<a/>")]


def test_every_step_that_would_go_to_the_disk_is_the_folders_own() -> None:
    harmless = {"channel", "connection", "convert_attrs", "env", "exit", "format_longname", "logger"}
    # Only what the base class's own steps use.
    unused = {"map_path", "reverse_map_path"}
    steps = {name for name in vars(asyncssh.SFTPServer) if not name.startswith("_")}
    assert steps - set(vars(Folder)) == harmless | unused


# -- how much of it ---------------------------------------------------------------------------------------------------


def test_a_big_file_comes_whole(portal: Portal, address: sftp.Address, tmp_path: Path) -> None:
    content = os.urandom(1024) * 20_000
    put(portal, "big.xml", content)

    async def work() -> None:
        async with folder(address) as client:
            await client.get("big.xml", tmp_path / "big.xml")

    run(work)
    assert (tmp_path / "big.xml").read_bytes() == content
    assert fetched_at(portal, "big.xml")


def test_many_files_and_not_too_many_open(portal: Portal, address: sftp.Address) -> None:
    names = [f"mutaties-{number:04}.xml" for number in range(2000)]
    with closing(store.connect(portal.database)) as connection, store.transaction(connection):
        connection.executemany(
            "INSERT INTO box_files (organization, account, name, kind, content, received_at)"
            " VALUES (?, ?, ?, 'mutations', x'00', '2025-02-03T06:00:00+01:00')",
            [(GALMAARDEN, ACCOUNT, name) for name in names],
        )
    assert names_in(address) == names

    async def work() -> None:
        async with folder(address) as client:
            opened = [await client.open(name, "rb") for name in names[:OPEN_FILES]]
            with pytest.raises(asyncssh.SFTPFailure, match="too many"):
                await client.open(names[-1], "rb")
            await opened[0].close()
            async with client.open(names[-1], "rb") as file:
                assert await part(file) == b"\x00"

    run(work)


def test_sessions_at_once(portal: Portal, address: sftp.Address) -> None:
    for number in (GALMAARDEN, GOOIK):
        for index in range(5):
            put(portal, f"{number}-{index}.xml", f"{number} {index}".encode() * 5000, number)

    async def session(number: str) -> None:
        async with folder(address, ACCOUNTS[number]["username"]) as client:
            found = sorted(set(await client.listdir()) - {".", ".."})
            assert found == [f"{number}-{index}.xml" for index in range(5)]
            for index, name in enumerate(found):
                async with client.open(name, "rb") as file:
                    assert await part(file) == f"{number} {index}".encode() * 5000

    async def work() -> None:
        await asyncio.gather(*(session(number) for number in (GALMAARDEN, GOOIK) * 6))

    run(work)
    fetches = [entry for entry in controls.journal(portal.database) if entry["method"] == "GET"]
    assert len(fetches) == 60


@pytest.mark.skipif(shutil.which("sftp") is None, reason="no OpenSSH here")
def test_openssh_fetches(portal: Portal, address: sftp.Address, tmp_path: Path) -> None:
    put(portal, "a.xml", b"<a/>" * 100_000)
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\ncat <<'X'\n{PASSWORD}\nX\n")
    ask.chmod(0o700)
    options = (
        "StrictHostKeyChecking=no",
        f"UserKnownHostsFile={tmp_path / 'hosts'}",
        "PubkeyAuthentication=no",
    )
    command = ["sftp", "-F", "none", "-P", str(address.port), *(f"-o{option}" for option in options)]
    done = subprocess.run(
        [*command, f"{USER}@{address.host}"],
        input="ls -l\nget a.xml\nrm a.xml\nput ask\nls\n",
        env={**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "-r--r-----" in done.stdout, done.stderr
    assert (tmp_path / "a.xml").read_bytes() == b"<a/>" * 100_000
    assert "Permission denied" in done.stderr
    assert names_in(address) == []
