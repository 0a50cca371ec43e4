"""The same on the wire: what is too long, too much or no HTTP at all, against the real server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.app import APIS
from emulator.rehearsal import api as rehearsal
from tests.emulator.conftest import SIGN_IN_PATH, Portal
from tests.emulator.support import hostile_bodies as bodies

HEALTH = b"/REST/chaman/v1/health"
CANARY = bodies.CANARY.encode()


@pytest.fixture
def url(portal: Portal) -> Iterator[str]:
    """A server of the portal; at the end it still answers."""
    serve = f"serve(Path({str(portal.database)!r}), port=0, sftp_port=0)"
    code = f"from pathlib import Path; from emulator.serve import serve; {serve}"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        found = process.stdout.readline().split()[-1]
        yield found
        try:
            assert httpx.get(found + HEALTH.decode()).json() == {"status": "UP"}
        finally:
            process.terminate()


def raw(url: str, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what the server answers to these bytes before it closes; status 0: nothing."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has heard enough
        answered = b""
        try:
            while chunk := connection.recv(65_536):
                answered += chunk
        except ConnectionResetError:
            pass
    head, _, body = answered.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]) if first else 0, headers, body


NO_HTTP = {
    "words": b"c4n4ry\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"c4n4ry" * 50,
    "NULs": b"\x00" * 500,
    "a line end in the path": b"GET /c4n4ry\nX: y HTTP/1.1\r\nHost: x\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a name with a space": b"GET / HTTP/1.1\r\nHost: x\r\nc4n 4ry: x\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: c4n\x004ry\r\n\r\n",
    "no number for a length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: c4n4ry\r\n\r\n",
    "a negative length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\nGET /c4n4ry HTTP/1.1\r\nHost: x\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: c4n4ry\r\n" % n for n in range(20_000)),
    "a URL without end": b"GET /" + CANARY * 50_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + CANARY * 50_000,
}


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_is_no_http_is_a_problem_and_the_end_of_the_connection(url: str, name: str) -> None:
    status, headers, body = raw(url, NO_HTTP[name])
    # A line end in a path makes it a call of HTTP 0.9, to a path that there is not.
    assert status == (404 if "path" in name else 400)
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == status
    assert CANARY not in body


def test_ten_megabytes_in_chunks_without_a_length_are_too_many_for_every_api(
    portal: Portal, url: str
) -> None:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(bodies.TOO_LONG), 65_536):
            yield bodies.TOO_LONG[start : start + 65_536]

    headers = {"Content-Type": "application/json", "If-Match": "*"}
    with httpx.Client(base_url=url) as http:
        for path in (SIGN_IN_PATH, *(paths[0] for paths in WRITING)):
            answer = http.post(path, content=chunks(), headers=headers)
            if answer.status_code == 405:
                answer = http.put(path, content=chunks(), headers=headers)
            assert answer.status_code == 413, path
            assert answer.headers["Content-Type"] == "application/problem+json"


WRITING = [
    [
        api.base + operation.path.replace("{", "").replace("}", "")
        for operation in api.operations
        if operation.body is not None
    ]
    for api in (*APIS, rehearsal.API)
    if any(operation.body is not None for operation in api.operations)
]


def test_a_body_that_stops_half_way_changes_nothing(url: str) -> None:
    head = b"PUT /rehearsal/v1/clock HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    before = httpx.get(f"{url}/rehearsal/v1/clock").json()
    raw(url, head + b'{"advanceDays": 1}')
    assert httpx.get(f"{url}/rehearsal/v1/clock").json() == before
