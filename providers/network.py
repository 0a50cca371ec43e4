"""One call over HTTP and the whole of its answer: how much of it is taken, and what counts as none.

A body, and what it becomes when it is decompressed, has at most `MAX_BODY` bytes, where nobody says otherwise; headers have
at most 100 KiB, which is h11's limit. A redirect is never followed, a cookie never kept. The connections beneath are those
of `providers.sockets`, or the embedded portal's.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers import deadline, ledger
from providers.lean_imports import without
from providers.problems import readable
from providers.retry import Failed
from providers.unanswered import is_sure
from schemas.errors import UntrustedPortal

# Its command line, which costs as much as all the rest of it where click and pygments are installed.
with without("click", "pygments"):
    import httpx

MAX_BODY = 2 * 1024 * 1024
"""Bytes of an answer's body, as sent and decompressed. A full page of 500 forms has a tenth of that."""
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
"""How long nothing may come before an attempt counts as failed."""
# What a body has for the portal alone; the header is the bearer token's.
_SECRETS = ("password", "client_assertion")
_HEADERS = {
    "Accept": "application/json, application/problem+json",
    # Proxies that compress weaken an ETag, or add to it.
    "Accept-Encoding": "identity",
    "User-Agent": "ocmw-fusion",
}
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})
"""OpenSSL's reasons, by version, where something else than TLS was answered."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""There was no connection that a call could have gone out on; a proxy would not open one."""
Transport = httpx.BaseTransport


@dataclass(frozen=True)
class Received:
    """An answer as it came: all of it, its body decompressed; no message repeats the secrets that were `sent`."""

    status: int
    phrase: str
    headers: Mapping[str, str]
    body: bytes
    sent: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Network:
    """Calls below one address. Threads may share it."""

    def __init__(self, base_url: str, transport: Transport, most: int = MAX_BODY) -> None:
        self._base_url = base_url
        self._transport = transport
        self._most = most
        self.is_closed = False

    def close(self) -> None:
        self._transport.close()
        self.is_closed = True

    def exchange(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """One call and the whole of its answer. Raises `Failed` without one, or for one that is too long, and
        `UntrustedPortal`."""
        silence = max(0.001, min(SILENCE_SECONDS, deadline.left()))
        timeouts = {"connect": CONNECT_SECONDS, "read": silence, "write": silence, "pool": silence}
        request = httpx.Request(
            method,
            self._base_url + path,
            headers={**_HEADERS, **(headers or {})},
            json=json,
            data=data,
            extensions={"timeout": timeouts},
        )
        sent = _secrets_in({**(json or {}), **(data or {})}, headers or {})
        # Last of all: what cannot be built is never asked. A sign-in is a form, and changes nothing.
        asked = ledger.ask(method, path) if method != "GET" and data is None else None
        if asked:
            request.headers[ledger.TRACE] = asked.call
        try:
            response = self._transport.handle_request(request)
            if asked:
                status, trace = response.status_code, response.headers.get(ledger.TRACE, "")
                asked.end(status, trace, surely=is_sure(status))
            try:
                return Received(
                    response.status_code,
                    readable(response.reason_phrase, sent),
                    response.headers,
                    b"" if _has_no_body(response) else _read(response, self._most),
                    sent,
                )
            finally:
                response.close()
        except httpx.TransportError as error:
            if asked and not asked.answered:
                asked.break_off(_in_words(error, sent), sent=not isinstance(error, _NOT_SENT))
            # Later in a connection the same signs of OpenSSL are a fault that passes.
            if isinstance(error, httpx.ConnectError) and (distrust := _distrust(error)) is not None:
                raise UntrustedPortal(method=method, path=path, detail=readable(distrust, sent)) from None
            raise Failed(_refusal_of_proxy(error), _in_words(error, sent)) from error


def _secrets_in(body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[str, ...]:
    token = headers.get("Authorization", "").removeprefix("Bearer ")
    return (token, *(body[name] for name in _SECRETS if isinstance(body.get(name), str)))


def _has_no_body(response: httpx.Response) -> bool:
    if response.status_code not in {204, 304}:
        return False
    if response.headers.get("Content-Length", "0").strip() != "0" or "Transfer-Encoding" in response.headers:
        # What follows would be read as the answer of the next call.
        if (stream := response.extensions.get("network_stream")) is not None:
            stream.close()
        raise Failed(response.status_code, "a body, where the status says that there is none", unfit=True)
    return True


def _read(response: httpx.Response, most: int) -> bytes:
    """The body, decompressed: a portal, or a proxy before it, may compress although nobody asked."""
    assert isinstance(response.stream, httpx.SyncByteStream)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip"}:
        raise Failed(response.status_code, "`Content-Encoding`: nobody asked for that", unfit=True)
    zipped = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
    taken, body = 0, bytearray()
    for chunk in response.stream:
        taken += len(chunk)
        try:
            body += zipped.decompress(chunk, most + 1 - len(body)) if zipped else chunk
        except zlib.error:
            raise Failed(
                response.status_code, "`Content-Encoding`: the body is not gzip", unfit=True
            ) from None
        if max(taken, len(body)) > most:
            raise Failed(response.status_code, f"a body of more than {most // 1024} KiB", unfit=True)
        if deadline.left() <= 0:
            raise httpx.ReadTimeout("the time is up")
    if zipped is not None and taken and (not zipped.eof or zipped.unused_data):
        raise Failed(response.status_code, "`Content-Encoding`: the body is not one gzip", unfit=True)
    return bytes(body)


def _distrust(error: BaseException) -> str | None:
    """Why TLS will not do, next time neither: a certificate that is not trusted, or a port that speaks no TLS."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
            return "what answers there speaks no TLS"
        cause = cause.__cause__ or cause.__context__
    return None


def _refusal_of_proxy(error: Exception) -> int | None:
    """The status with which a proxy refused to let the call through."""
    if isinstance(error, httpx.ProxyError) and (status := str(error)[:3]).isdecimal():
        return int(status)
    return None


def _in_words(error: Exception, sent: Iterable[str]) -> str:
    name = type(error).__name__
    # A message of h11 repeats the header, such as the bearer token's, that cannot be sent.
    said = "" if isinstance(error, httpx.LocalProtocolError) else readable(str(error), sent)
    return f"{name}: {said}" if said else name
