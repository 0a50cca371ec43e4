"""Who may try to log in, how many at once and how often; neither idle connections nor guesses keep the owner out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import sys

import asyncssh
import pytest

from emulator.sftp import server as sftp
from emulator.sftp.admission import AT_ONCE_OF_ADDRESS, MOST_STARTING, Admission, Starting
from tests.emulator.conftest import Portal
from tests.emulator.support.sftp_client import USER, logged_in, names_in, put, run, sign_ins


def test_idle_connections_keep_nobody_out(portal: Portal, address: sftp.Address) -> None:
    put(portal, "a.xml", b"<a/>")
    with contextlib.ExitStack() as stack:
        for _ in range(80):
            stack.enter_context(socket.create_connection((address.host, address.port)))
        assert names_in(address) == ["a.xml"]


def test_who_has_logged_in_is_not_put_out(address: sftp.Address) -> None:
    async def work() -> None:
        async with logged_in(address) as connection, connection.start_sftp_client() as client:
            with contextlib.ExitStack() as stack:
                for _ in range(80):
                    stack.enter_context(socket.create_connection((address.host, address.port)))
                assert await client.isdir("/")

    run(work)


def test_one_account_does_not_take_the_others_places(
    address: sftp.Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sftp.server.MOST_OF_ACCOUNT", 1)

    async def work() -> None:
        async with logged_in(address):
            with pytest.raises(asyncssh.PermissionDenied):
                async with logged_in(address):
                    pass

    run(work)
    assert names_in(address) == []


def test_guesses_at_an_account_come_one_after_the_other(portal: Portal) -> None:
    """Over many connections as over one, also where half of them break off as soon as they have asked."""
    seconds, connections = 0.2, 12

    async def guess(address: sftp.Address, patience: float) -> None:
        while True:
            with contextlib.suppress(asyncssh.Error, OSError, TimeoutError):
                async with asyncio.timeout(patience), logged_in(address, USER, "guess"):
                    pass

    async def work() -> float:
        loop = asyncio.get_running_loop()
        with sftp.running(portal.database, failed_seconds=seconds) as address:
            started = loop.time()
            # The patient ones get as far as a sign-in on a slow machine too.
            guessing = [
                asyncio.create_task(guess(address, 10 if number % 2 else 0.15))
                for number in range(connections)
            ]
            while loop.time() < started + 2 or not sign_ins(portal):
                await asyncio.sleep(0.1)
            for task in guessing:
                task.cancel()
            await asyncio.gather(*guessing, return_exceptions=True)
        return loop.time() - started

    took = run(work)
    assert sign_ins(portal)
    assert len(sign_ins(portal)) <= took / seconds + 1


def test_the_address_with_most_connections_makes_room() -> None:
    admission = Admission(1)
    crowd = [Starting("10.0.0.1") for _ in range(MOST_STARTING - 1)]
    owner = Starting("10.0.0.2")
    for one in (owner, *crowd):
        assert admission.enter(one) is None
    assert admission.enter(Starting("10.0.0.1")) is crowd[0]
    crowd[5].attempts = 2
    crowd[1].attempting = True
    assert admission.enter(Starting("10.0.0.3")) is crowd[5]
    assert admission.enter(Starting("10.0.0.3")) is crowd[2]
    admission.leave(owner)
    assert admission.enter(Starting("10.0.0.3")) is None


def test_a_first_try_stays_while_idle_connections_come() -> None:
    """On loopback all have one address: who tries has not failed, and who is idle goes before."""

    async def work() -> None:
        admission = Admission(0)
        honest = Starting("127.0.0.1")
        idle = [Starting("127.0.0.1") for _ in range(MOST_STARTING)]
        admission.enter(honest)
        async with admission.attempt(honest, "account"):
            gone = [admission.enter(one) for one in idle]
        assert gone == [None] * (MOST_STARTING - 1) + [idle[0]]
        assert admission.enter(Starting("127.0.0.1")) is honest, "its try is over, and failed"

    run(work)


def test_an_address_has_so_many_turns_and_what_fails_keeps_its_turn() -> None:
    async def work() -> None:
        admission = Admission(3600)
        for account in range(AT_ONCE_OF_ADDRESS):
            async with admission.attempt(Starting("10.0.0.1"), account):
                pass
        for account, address in ((9, "10.0.0.1"), (0, "10.0.0.2")):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), admission.attempt(Starting(address), account):
                    pass
        async with admission.attempt(Starting("10.0.0.2"), 9) as attempt:
            attempt.right = True
        async with admission.attempt(Starting("10.0.0.2"), 9):
            pass

    run(work)


def test_whoever_is_let_in_at_the_end_is_cut(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """asyncio loses a connection that it accepted just before its server closed."""
    left_open: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: left_open.append(str(one.exc_value)))
    for _ in range(10):
        with contextlib.ExitStack() as clients, sftp.running(portal.database) as at:
            for _ in range(4):
                clients.enter_context(socket.create_connection((at.host, at.port)))
        gc.collect()
    assert left_open == []
