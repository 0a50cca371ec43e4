"""The folders of FTP accounts over SFTP, by a real client over a real connection: who gets in, and to what."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import asyncssh
import pytest

from emulator import controls
from emulator.sftp import server as sftp
from tests.emulator.conftest import GALMAARDEN, GOOIK, Acting, Portal
from tests.emulator.support.sftp_client import (
    ACCOUNT,
    ACCOUNTS,
    PASSWORD,
    USER,
    fetched_at,
    folder,
    logged_in,
    names_in,
    put,
    refused,
    run,
    sign_ins,
)

OTHER_PASSWORD = "Ander,1.wachtw"


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


def test_a_connection_has_so_many_sessions(portal: Portal, address: sftp.Address) -> None:
    put(portal, "a.xml", b"<a/>")

    async def work() -> None:
        async with logged_in(address) as connection:
            clients = [await connection.start_sftp_client() for _ in range(sftp.MOST_SESSIONS)]
            for client in clients:
                assert await client.exists("a.xml")
            with pytest.raises((asyncssh.SFTPError, asyncssh.Error, ConnectionError)):
                await connection.start_sftp_client()

    run(work)
    assert names_in(address) == ["a.xml"]


def test_there_are_so_many_connections(
    portal: Portal, address: sftp.Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sftp.server.MOST_CONNECTIONS", 2)
    put(portal, "a.xml", b"<a/>")

    async def work() -> None:
        async with logged_in(address), logged_in(address):
            with pytest.raises((asyncssh.Error, ConnectionError)):
                async with logged_in(address):
                    pass

    run(work)
    assert names_in(address) == ["a.xml"]


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
    if how != "deleted":  # with its account the file went
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
