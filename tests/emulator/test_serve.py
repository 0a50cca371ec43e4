"""The portal over real HTTP, by the real server."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator import controls
from emulator.controls import Rule
from tests.emulator.conftest import BASE, PAJOTTEGEM, SIGN_IN_PATH, Portal

HEALTH = "/REST/chaman/v1/health"


@pytest.fixture
def served(portal: Portal) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of the portal's database on a free port, and its URL."""
    serve = f"serve(Path({str(portal.database)!r}), port=0, sftp_port=0)"
    code = f"from pathlib import Path; from emulator.serve import serve; {serve}"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    yield process, url
    process.terminate()
    process.wait(timeout=20)
    process.stdout.close()


def test_an_assertion_is_for_this_portal_whatever_its_caller_calls_it(
    portal: Portal, served: tuple[subprocess.Popen[str], str]
) -> None:
    """One that was meant for another portal is worth nothing here: the Host header is the caller's own words."""
    _, url = served
    port = url.rsplit(":", 1)[-1]
    with httpx.Client(base_url=url) as http:
        for audience, host, status in (
            (url, url.removeprefix("http://"), 200),
            (f"http://localhost:{port}", "whatever", 200),
            ("http://portal.example", "portal.example", 401),
            (BASE, "portal.embedded", 401),
        ):
            form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(aud=audience + SIGN_IN_PATH))
            answer = http.post(SIGN_IN_PATH, data=form, headers={"Host": host})
            assert answer.status_code == status, audience
    embedded = portal.form(
        PAJOTTEGEM, client_assertion=portal.assertion(aud="http://other.example" + SIGN_IN_PATH)
    )
    assert portal.http.post(SIGN_IN_PATH, data=embedded, headers={"Host": "other.example"}).status_code == 401


def test_served_and_embedded_are_one_portal(
    portal: Portal, served: tuple[subprocess.Popen[str], str]
) -> None:
    process, url = served
    with httpx.Client(base_url=url) as http:
        form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(aud=url + SIGN_IN_PATH))
        token = http.post(SIGN_IN_PATH, data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        path = f"/REST/ocmwConfiguration/v1/organizations/{PAJOTTEGEM}/mutations"
        made = http.put(path, json={"receive": ["death"]}, headers={**headers, "If-None-Match": "*"})
        assert made.status_code == 201
        assert portal.http.get(path, headers=headers).json() == made.json()
        assert http.get("/").status_code == 200
        huge = http.put(
            path, content=b" " * 2_000_000, headers={**headers, "Content-Type": "application/json"}
        )
        assert huge.status_code == 413
        assert huge.headers["Content-Type"] == "application/problem+json"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_to_be_told_to_stop_is_its_regular_end(
    told: signal.Signals, served: tuple[subprocess.Popen[str], str]
) -> None:
    process, url = served
    assert httpx.get(url + HEALTH).status_code == 200
    process.send_signal(told)
    assert process.wait(timeout=20) == 0


def test_rehearsed_faults_break_the_connection(
    portal: Portal, served: tuple[subprocess.Popen[str], str]
) -> None:
    _, url = served
    with httpx.Client(base_url=url) as http:
        controls.add_fault(portal.database, Rule(kind="reset", max_count=1))
        with pytest.raises(httpx.ReadError):
            http.get(HEALTH)
        controls.add_fault(portal.database, Rule(kind="cutOff", max_count=1))
        with pytest.raises(httpx.RemoteProtocolError):
            http.get(HEALTH)
        assert http.get(HEALTH).json() == {"status": "UP"}
    assert [entry["status"] for entry in controls.journal(portal.database)] == [0, 0, 200]


def test_it_says_where_the_folders_are_served(served: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = served
    assert process.stdout is not None
    process.stdout.readline()
    told = process.stdout.readline()
    found = re.fullmatch(
        r"FTP accounts: sftp -P (\d+) USER@127\.0\.0\.1 \(host key SHA256:[\w+/]+\)", told.strip()
    )
    assert found
    with socket.create_connection(("127.0.0.1", int(found[1])), timeout=10) as connection:
        assert connection.recv(8) == b"SSH-2.0-"


@pytest.mark.parametrize(
    "sent",
    [
        b"no HTTP\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 20_000,
        b"GET /" + b"x" * 100_000,
    ],
    ids=["no HTTP", "header", "headers", "path"],
)
def test_what_is_no_request_is_refused(served: tuple[subprocess.Popen[str], str], sent: bytes) -> None:
    _, url = served
    address = httpx.URL(url)
    with (
        socket.create_connection((address.host, address.port or 0), timeout=10) as connection,
        contextlib.suppress(ConnectionError),  # it may have heard enough before all was sent
    ):
        connection.sendall(sent)
        assert connection.recv(12) == b"HTTP/1.1 400"
    assert httpx.get(url + HEALTH).status_code == 200


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="no IPv6 on this machine")
def test_it_is_served_on_an_ipv6_address(portal: Portal) -> None:
    serve = f"serve(Path({str(portal.database)!r}), host='::1', port=0, sftp_port=0)"
    code = f"from pathlib import Path; from emulator.serve import serve; {serve}"
    checkout = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=checkout
    ) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().split()[-1]
            assert url.startswith("http://[::1]:")
            form = portal.form(PAJOTTEGEM, client_assertion=portal.assertion(aud=url + SIGN_IN_PATH))
            assert httpx.post(url + SIGN_IN_PATH, data=form).status_code == 200
        finally:
            process.terminate()
            process.wait(timeout=20)
