"""The folders of FTP accounts over SFTP, by a real client over a real connection."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from emulator import controls, seed, sftp, store
from emulator.sftp_folder import OPEN_FILES, Folder
from tests.emulator.conftest import GALMAARDEN, GOOIK, Acting, Portal

PASSWORD = seed.load()["ftpPassword"]
OTHER_PASSWORD = "Ander,1.wachtw"
ACCOUNTS = {centre["enterpriseNumber"]: centre["ftpAccount"] for centre in seed.load()["centres"]}
ACCOUNT = ACCOUNTS[GALMAARDEN]["accountName"]
USER = ACCOUNTS[GALMAARDEN]["username"]


@pytest.fixture
def address(portal: Portal) -> Iterator[sftp.Address]:
    """Where the portal's folders are served, empty."""
    with closing(store.connect(portal.database)) as connection:
        connection.execute("DELETE FROM box_files")
    with sftp.running(portal.database, failed_seconds=0.01) as served:
        yield served


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


# -- who gets in ------------------------------------------------------------------------------------------------------


def test_the_password_opens_the_accounts_folder_and_only_it(portal: Portal, address: sftp.Address) -> None:
    put(portal, "galmaarden.xml", b"<a/>")
    put(portal, "gooik.xml", b"<b/>", GOOIK)
    assert names_in(address) == ["galmaarden.xml"]
    assert names_in(address, ACCOUNTS[GOOIK]["username"]) == ["gooik.xml"]
    assert sign_ins(portal) == [
        (f"/sftp/{USER}", 200, GALMAARDEN),
        (f"/sftp/{ACCOUNTS[GOOIK]['username']}", 200, GOOIK),
    ]


@pytest.mark.parametrize(
    ("username", "password", "path"),
    [
        (USER, PASSWORD + "x", f"/sftp/{USER}"),
        (USER, PASSWORD.swapcase(), f"/sftp/{USER}"),
        (USER, "", f"/sftp/{USER}"),
        (USER.swapcase(), PASSWORD, "/sftp/?"),
        ("niemand", PASSWORD, "/sftp/?"),
        (PASSWORD, "typed one field too high", "/sftp/?"),
        ("' OR 1=1 --", PASSWORD, "/sftp/?"),
    ],
)
def test_nothing_else_opens_it(
    portal: Portal, address: sftp.Address, username: str, password: str, path: str
) -> None:
    assert refused(address, username, password)
    assert set(sign_ins(portal)) == {(path, 401, GALMAARDEN if path != "/sftp/?" else None)}
    assert controls.journal(portal.database, writes=True) == []


def change(centre: Acting, **changes: Any) -> None:
    path = f"/ftpAccounts/{ACCOUNT}"
    found = centre.get("chaman", path)
    body = {name: found.json()[name] for name in ("type", "username", "authorizations", "certificate")}
    changed = centre.replace("chaman", path, {**body, **changes}, found.headers["ETag"])
    assert changed.status_code == 200, changed.text


def test_a_changed_password_counts_at_once(portal: Portal, galmaarden: Acting, address: sftp.Address) -> None:
    change(galmaarden, password=OTHER_PASSWORD)
    assert refused(address, USER, PASSWORD)
    assert names_in(address, USER, OTHER_PASSWORD) == []
    assert refused(address, ACCOUNTS[GOOIK]["username"], OTHER_PASSWORD)


def test_a_changed_user_name_counts_at_once(galmaarden: Acting, address: sftp.Address) -> None:
    change(galmaarden, username="Nieuw1")
    assert refused(address, USER, PASSWORD)
    assert names_in(address, "Nieuw1") == []


def test_a_deleted_account_opens_nothing(galmaarden: Acting, address: sftp.Address) -> None:
    assert galmaarden.delete("chaman", f"/ftpAccounts/{ACCOUNT}").status_code == 204
    assert refused(address, USER, PASSWORD)


def test_a_certificate_that_is_over_closes_the_folder(portal: Portal, address: sftp.Address) -> None:
    """R37; the journal tells it from a wrong password, the answer does not."""
    controls.set_clock(portal.database, "2027-03-01")
    assert refused(address, USER, PASSWORD)
    assert sign_ins(portal)[-1] == (f"/sftp/{USER}", 403, GALMAARDEN)


@pytest.mark.parametrize("how", ["password", "deleted", "certificate"])
def test_a_session_ends_with_what_opened_it(
    portal: Portal, galmaarden: Acting, address: sftp.Address, how: str
) -> None:
    put(portal, "a.xml", b"<a/>")

    def end() -> None:
        if how == "password":
            change(galmaarden, password=OTHER_PASSWORD)
        elif how == "deleted":
            assert galmaarden.delete("chaman", f"/ftpAccounts/{ACCOUNT}").status_code == 204
        else:
            controls.set_clock(portal.database, "2027-03-01")

    async def work() -> None:
        async with folder(address) as client:
            assert await client.exists("a.xml")
            await asyncio.to_thread(end)
            for step in (
                client.stat("a.xml"),
                client.listdir(),
                client.open("a.xml", "rb"),
                client.remove("a.xml"),
            ):
                with pytest.raises(asyncssh.SFTPPermissionDenied):
                    await step

    run(work)
    assert fetched_at(portal, "a.xml") is None


def test_attempts_are_slow_and_counted(portal: Portal) -> None:
    class Guessing(asyncssh.SSHClient):
        tried = 0

        def password_auth_requested(self) -> str:
            Guessing.tried += 1
            return f"guess{Guessing.tried}"

    async def work(address: sftp.Address) -> float:
        started = asyncio.get_running_loop().time()
        with pytest.raises(asyncssh.PermissionDenied):
            await asyncssh.connect(
                address.host,
                address.port,
                username=USER,
                client_factory=Guessing,
                known_hosts=None,
                client_keys=None,
                agent_path=None,
                config=None,
            )
        return asyncio.get_running_loop().time() - started

    with sftp.running(portal.database, failed_seconds=0.1) as address:
        took = run(lambda: work(address))
    assert took >= 0.3
    assert sign_ins(portal) == [(f"/sftp/{USER}", 401, GALMAARDEN)] * 3


def test_passwords_are_in_no_log_and_no_journal(
    portal: Portal, address: sftp.Address, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is a user name that is no user's, which could be one, unless asyncssh is asked for its own log."""
    assert refused(address, PASSWORD, PASSWORD)
    told = caplog.text
    caplog.set_level(logging.DEBUG)
    names_in(address)
    assert refused(address, USER, "Zeer,geheim.1")
    told += caplog.text[len(told) :] + str(controls.journal(portal.database))
    assert f"user {USER}" in told
    assert "Zeer" not in told
    assert PASSWORD not in told


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
            assert str(listed["a.xml"].longname).startswith(f"-r--r-----      {USER} ")

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


def test_there_is_nothing_but_sftp(address: sftp.Address) -> None:
    async def work() -> None:
        async with logged_in(address) as connection:
            for command in ("id", "scp -f /etc/passwd", None):
                with pytest.raises(asyncssh.ChannelOpenError):
                    await connection.create_process(command)
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_connection("127.0.0.1", address.port)
            with pytest.raises(asyncssh.ChannelListenError):
                await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", address.port)
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_unix_connection("/tmp/x")  # noqa: S108 - nothing is opened

    run(work)


def test_only_a_password_lets_in(address: sftp.Address) -> None:
    async def work() -> None:
        methods = await asyncssh.get_server_auth_methods(
            address.host, address.port, username=USER, config=None
        )
        assert list(methods) == ["password"]
        key = asyncssh.generate_private_key("ssh-ed25519")
        with pytest.raises(asyncssh.PermissionDenied):
            await asyncssh.connect(
                address.host, address.port, username=USER, client_keys=[key], known_hosts=None, config=None
            )

    run(work)


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


# -- the server -------------------------------------------------------------------------------------------------------


def test_the_host_key_stays_the_same(portal: Portal) -> None:
    with sftp.running(portal.database) as first, sftp.running(portal.database) as second:
        assert first.fingerprint == second.fingerprint
        assert first.fingerprint.startswith("SHA256:")
        assert first.port != second.port
    controls.reset(portal.database)
    with sftp.running(portal.database) as third:
        assert third.fingerprint == first.fingerprint


def test_a_taken_port_is_told(portal: Portal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), sftp.running(portal.database, port=port):
            pass


def test_it_ends_with_sessions_open(portal: Portal) -> None:
    async def work() -> None:
        with sftp.running(portal.database) as address:
            connection = await asyncssh.connect(
                address.host,
                address.port,
                username=USER,
                password=PASSWORD,
                known_hosts=None,
                client_keys=None,
                agent_path=None,
                config=None,
            )
            client = await connection.start_sftp_client()
            assert await client.isdir("/")
        await connection.wait_closed()

    run(work)


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
