"""The ways to a portal that is not embedded: proxies and certificates of the environment, and the time of each step."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpcore
import pytest

from providers import deadline, sockets
from providers.portal import Connection, ReadingPortal
from providers.settings import Settings
from schemas.errors import PortalUnreachable
from tests.providers.portal_double import PAJOTTEGEM, client_key
from tests.torture.hostile.server import Asked, Behave, Server, answer, good_token

SENDER = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def _connection(url: str, seconds: float = 5) -> Connection:
    return Connection(Settings(url, "rehearsal", client_key(), Path("unused"), seconds))


def _as_proxy(asked: Asked) -> Behave | None:
    """A proxy that answers by itself, as the portal would."""

    async def behave(line) -> None:  # type: ignore[no-untyped-def]
        await line.send(good_token() if "oauth" in asked.path else answer("200 OK", "", b'{"name": "ICT"}'))

    return behave


def test_a_proxy_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(_as_proxy) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://us:Zomer%402025@127.0.0.1:{proxy.port}")
        connection = _connection("http://portal.invalid")
        assert ReadingPortal(connection, PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}
        connection.close()
    assert proxy.asked[1].path == f"http://portal.invalid{SENDER}"
    assert proxy.asked[1].headers["proxy-authorization"] == "Basic dXM6Wm9tZXJAMjAyNQ=="


@pytest.mark.parametrize("no_proxy", ["portal.invalid", "*", ".invalid"])
def test_a_host_for_which_there_is_none_is_asked_itself(
    no_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert sockets._proxy_for("http://portal.invalid") is None


def test_a_portal_on_this_machine_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with Server(_as_proxy) as portal:
        connection = _connection(portal.url)
        assert ReadingPortal(connection, PAJOTTEGEM).get(SENDER).body == {"name": "ICT"}
        connection.close()


@pytest.mark.parametrize(
    "proxy", ["socks5://us:Zomer2025@proxy.example:1080", "http://[::1", "http://:99999"]
)
def test_what_is_no_http_proxy_is_said(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(PortalUnreachable, match="names something that is not an HTTP proxy") as caught:
        _connection("https://portal.example")
    assert "Zomer" not in str(caught.value)


def test_a_proxy_that_wants_a_sign_in_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(asked: Asked) -> Behave | None:
        async def behave(line) -> None:  # type: ignore[no-untyped-def]
            await line.send(answer("407 Proxy Authentication Required"))

        return behave

    with Server(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        connection = _connection("https://portal.invalid", 60)
        with pytest.raises(PortalUnreachable, match=r"answered 407: .*ProxyError: 407 Proxy Authentication"):
            ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
        connection.close()
    assert len(proxy.asked) == 1


def test_certificates_that_cannot_be_read_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "authorities.pem"
    file.write_text("none")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(PortalUnreachable, match="SSL_CERT_FILE"):
        _connection("https://portal.example")


def test_they_count_for_a_proxy_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTP_PROXY", "https://proxy.example")
    found = sockets._proxy_for("http://portal.example")
    assert found
    assert found.ssl_context
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    (tmp_path / "none.pem").write_text("none")
    with pytest.raises(PortalUnreachable, match="SSL_CERT_FILE"):
        _connection("http://portal.example")


def test_a_name_that_does_not_resolve_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    connection = _connection("https://portal.invalid", 0.5)
    with pytest.raises(
        PortalUnreachable, match=r"portal\.invalid is not found in time.*the deadline of 0\.5 s"
    ):
        ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
    over.set()
    connection.close()


def test_an_address_that_drops_packets_leaves_time_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    class Silent(httpcore.SyncBackend):
        def connect_tcp(self, host, port, timeout=None, *_):  # type: ignore[no-untyped-def]
            limits.append((host, timeout))
            if len(limits) < 2:
                raise httpcore.ConnectTimeout("timed out")
            return "connected"

    backend = sockets._Sockets()
    backend._plain = Silent()
    monkeypatch.setattr(sockets, "_look_up", lambda *_: ["2001:db8::1", "192.0.2.1"])
    with deadline.within(8):
        backend.connect_tcp("portal.example", 443, 10)
    assert [host for host, _ in limits] == ["2001:db8::1", "192.0.2.1"]
    assert limits[0][1] <= 4


def test_others_do_not_wait_longer_than_their_own_call_for_a_sign_in() -> None:
    """All calls for an organisation need one token: four threads waited for one another, 13 errors took 400 s."""

    def never(asked: Asked) -> Behave | None:
        async def behave(line) -> None:  # type: ignore[no-untyped-def]
            import asyncio

            await asyncio.sleep(3600)

        return behave

    told: list[str] = []
    with Server(never) as portal:
        connection = _connection(portal.url, 1)

        def call() -> None:
            with pytest.raises(PortalUnreachable, match=r"POST /REST/oauth/v5/token") as caught:
                ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
            told.append(str(caught.value))

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connection.close()
    assert len(told) == 8
    assert all("the deadline of 1 s" in one for one in told), told
