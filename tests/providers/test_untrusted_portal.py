"""TLS that does not come about is told at once: waiting until the deadline would not mend it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from providers.portal import Connection, ReadingPortal
from providers.settings import Settings
from schemas.errors import UntrustedPortal
from tests.providers.portal_double import PAJOTTEGEM, client_key
from tests.schemas.certificates import Wanted, key, make

SENDER = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
DEADLINE_SECONDS = 600
Greet = Callable[[socket.socket], None]


@contextmanager
def server(greet: Greet) -> Iterator[tuple[str, list[None]]]:
    """A server that greets each connection and ends it: its URL, and an entry for each."""
    came: list[None] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                came.append(None)
                with connection, suppress(OSError):
                    connection.settimeout(20)
                    greet(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{listening.getsockname()[1]}", came
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(20)


def with_certificate(folder: Path, wanted: Wanted) -> Greet:
    """Greets with TLS and this certificate."""
    file = folder / "server.pem"
    private = key(wanted.key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + make(wanted).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def greet(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    return greet


def refused(url: str) -> str:
    connection = Connection(Settings(url, "rehearsal", client_key(), Path("unused"), DEADLINE_SECONDS))
    try:
        with pytest.raises(UntrustedPortal) as caught:
            ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
    finally:
        connection.close()
    return str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [(Wanted(issuer=None), "self-signed certificate"), (Wanted(), "unable to get local issuer certificate")],
    ids=["self-signed", "of an unknown authority"],
)
def test_a_certificate_that_nobody_vouches_for(wanted: Wanted, reason: str, tmp_path: Path) -> None:
    with server(with_certificate(tmp_path, wanted)) as (url, came):
        said = refused(url)
    assert len(came) == 1
    assert said.startswith("POST /REST/oauth")
    assert f": the connection cannot be trusted: {reason}" in said
    assert "SSL_CERT_FILE names the file that has it" in said


def test_a_port_that_speaks_no_tls() -> None:
    with server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (url, came):
        assert "what answers there speaks no TLS" in refused(url)
    assert len(came) == 1


def test_a_certificate_of_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(with_certificate(tmp_path, Wanted(issuer=None, not_after="2044-10-01"))) as (url, came):
        trusted = (tmp_path / "server.pem").read_text()
        (tmp_path / "own.pem").write_text(trusted[trusted.index("-----BEGIN CERTIFICATE") :])
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
        assert "localhost" in refused(url)
    assert len(came) == 1
