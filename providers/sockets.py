"""The connections to a portal that is not embedded: their time, the proxies and certificates of the environment.

Every look-up of a name, connect, TLS handshake, read and write is limited to what is left of the call's deadline
(`providers.deadline`). httpx limits each of them, but not all together, so the sockets are wrapped here.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` and `SSL_CERT_DIR` count, except for a portal on this
machine.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from providers import deadline
from schemas.errors import PortalUnreachable

_LOOK_UP_SECONDS = 10.0


def connect(base_url: str, *, on_this_machine: bool) -> httpx.BaseTransport:
    """The way to `base_url`. Raises `PortalUnreachable` where the environment names a way that cannot be used."""
    proxy = None if on_this_machine else _proxy_for(base_url)
    return _Pool(proxy, _trusted() if base_url.startswith("https:") else None)


def _trusted() -> ssl.SSLContext:
    """The certificates of the environment, for the portal and for a proxy alike."""
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        raise PortalUnreachable(
            detail=f"the certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read ({error})"
        ) from None


def _proxy_for(base_url: str) -> httpcore.Proxy | None:
    from urllib.request import getproxies, proxy_bypass  # httpx has it loaded

    address = urlsplit(base_url)
    proxies = getproxies()
    found = proxies.get(address.scheme) or proxies.get("all")
    if not found or proxy_bypass(address.netloc):
        return None
    try:
        proxy = urlsplit(found if "://" in found else f"http://{found}")
        if proxy.scheme in {"http", "https"} and proxy.hostname:
            port = proxy.port or (443 if proxy.scheme == "https" else 80)
            host = f"[{proxy.hostname}]" if ":" in proxy.hostname else proxy.hostname
            auth = (unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None
            context = _trusted() if proxy.scheme == "https" else None
            return httpcore.Proxy(f"{proxy.scheme}://{host}:{port}", auth=auth, ssl_context=context)
    except ValueError:
        pass
    raise PortalUnreachable(
        detail=f"the environment ({address.scheme.upper()}_PROXY or ALL_PROXY) names something that is not an HTTP proxy: "
        "it is written http://host:port"
    )


class _Pool(httpx.BaseTransport):
    """`httpx.HTTPTransport` with sockets that know the deadline."""

    def __init__(self, proxy: httpcore.Proxy | None, context: ssl.SSLContext | None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            proxy=proxy,
            # The provider host calls from four threads; a larger pool measured slower.
            max_connections=10,
            keepalive_expiry=5.0,
            network_backend=_Sockets(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _in_terms_of_httpx():
            response = self._pool.handle_request(asked)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _in_terms_of_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Sockets(httpcore.NetworkBackend):
    """Connections that are made, and used, within the deadline."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _look_up(host, port)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for position, address in enumerate(addresses):
            # One that drops packets leaves time for the others.
            limit = _limited(timeout) / (len(addresses) - position)
            try:
                return _Stream(
                    self._plain.connect_tcp(
                        address, port, limit, local_address, [] if socket_options is None else socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _limited(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # By pieces: a peer that takes a little now and then begins the limit anew only within one.
        for start in range(0, len(buffer), 16_384):
            self._stream.write(buffer[start : start + 16_384], _limited(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _limited(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _limited(timeout: float | None) -> float:
    """The seconds that a step may take."""
    left = deadline.left()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left if timeout is None else min(timeout, left)


def _look_up(host: str, port: int) -> list[str]:
    """The addresses of a host. The system's look-up knows no time limit, so another thread waits for it."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    if host.replace(".", "").isdecimal() or ":" in host:
        ask()  # an address needs no look-up
    else:
        threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=_limited(_LOOK_UP_SECONDS))
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"the address of {host} is not found in time") from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"the address of {host} is not found: {answer}") from None
    return answer


@contextmanager
def _in_terms_of_httpx() -> Iterator[None]:
    """Its errors have the same names, and callers know no other."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
