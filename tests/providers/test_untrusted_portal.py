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

from providers import sockets
from providers.portal import Connection, ReadingPortal
from providers.settings import Settings
from schemas.errors import PortalUnreachable, UntrustedPortal
from tests.providers.portal_double import PAJOTTEGEM, client_key
from tests.schemas.certificates import Wanted, key, make

SENDER = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
DEADLINE_SECONDS = 600
LONG_VALID = Wanted(issuer=None, not_after="2044-10-01")
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


def with_certificate(folder: Path, wanted: Wanted, after: bytes = b"") -> Greet:
    """Greets with TLS and this certificate; `after` that, in the middle of the connection, comes in clear."""
    file = folder / "server.pem"
    private = key(wanted.key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + make(wanted).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def greet(connection: socket.socket) -> None:
        plain = connection.dup()
        with plain, context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
            plain.sendall(after)

    return greet


def refused(url: str) -> str:
    """What is told of a portal that is not trusted."""
    error = error_of(url, DEADLINE_SECONDS)
    assert isinstance(error, UntrustedPortal)
    return str(error)


def error_of(url: str, seconds: float) -> PortalUnreachable:
    connection = Connection(Settings(url, "rehearsal", client_key(), Path("unused"), seconds))
    try:
        with pytest.raises(PortalUnreachable) as caught:
            ReadingPortal(connection, PAJOTTEGEM).get(SENDER)
    finally:
        connection.close()
    return caught.value


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
    assert "name its file in SSL_CERT_FILE" in said


def test_a_port_that_speaks_no_tls() -> None:
    with server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (url, came):
        assert "what answers there speaks no TLS" in refused(url)
    assert len(came) == 1


def test_a_certificate_of_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(with_certificate(tmp_path, LONG_VALID)) as (url, came):
        trust(tmp_path, monkeypatch)
        assert "localhost" in refused(url)
    assert len(came) == 1


def test_a_fault_in_the_middle_of_a_connection_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that writes in clear into a connection that stood: the call is tried again."""
    answer = b"HTTP/1.1 408 Request Timeout\r\n\r\n"
    with server(with_certificate(tmp_path, LONG_VALID, answer)) as (url, came):
        trust(tmp_path, monkeypatch)
        # Whoever does not look for the name has the connection.
        monkeypatch.setattr(sockets, "_trusted", lambda: _any_name(tmp_path / "own.pem"))
        assert not isinstance(error_of(url, 2), UntrustedPortal)
    assert len(came) > 1


def trust(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's certificate, by the environment."""
    pem = (folder / "server.pem").read_text()
    (folder / "own.pem").write_text(pem[pem.index("-----BEGIN CERTIFICATE") :])
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "own.pem"))


def _any_name(file: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(file))
    context.check_hostname = False
    return context
