"""The odd answers, by name: what is on the wire, for which calls, and what the client makes of it."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.torture.hostile.server import TOKEN, Behave, Line, answer

WRITES = ("PUT", "POST", "DELETE")
CALLS = ("GET", *WRITES, "sign-in")
JSON, PROBLEM = "Content-Type: application/json\r\n", "Content-Type: application/problem+json\r\n"
INSZ = "85073003328"


@dataclass(frozen=True)
class Case:
    """:param calls: at which it is tried.
    :param fine: at which the client may take it for an answer."""

    behave: Behave
    calls: tuple[str, ...] = CALLS
    fine: tuple[str, ...] = ()


def _send(data: bytes) -> Behave:
    async def behave(line: Line) -> None:
        await line.send(data)

    return behave


def _drip(first: bytes, bytes_: bytes) -> Behave:
    async def behave(line: Line) -> None:
        await line.send(first)
        while True:
            for number in range(len(bytes_)):
                await line.send(bytes_[number : number + 1])
                await asyncio.sleep(0.05)

    return behave


def _flood(first: bytes, more: bytes) -> Behave:
    async def behave(line: Line) -> None:
        await line.send(first)
        piece = more * max(1, 65_536 // len(more))
        while True:
            await line.send(piece)

    return behave


async def _never(line: Line) -> None:
    await asyncio.sleep(3600)


async def _reset(line: Line) -> None:
    line.reset()


def _stall(data: bytes) -> Behave:
    async def behave(line: Line) -> None:
        await line.send(data)
        await asyncio.sleep(3600)

    return behave


def _ok(body: object, headers: str = "") -> Behave:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _send(answer("200 OK", JSON + headers, data))


def _status(status: str, headers: str = "", body: object = b"") -> Behave:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _send(answer(status, headers, data))


def _refusal(status: str, kind: str = "belgif:badRequest", **members: object) -> Behave:
    return _status(status, PROBLEM, {"type": f"urn:problem-type:{kind}", "title": kind, **members})


def _bomb(megabytes: int) -> bytes:
    """A gzip of so many spaces, made of one block again and again; its sum at the end is that of no body."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * megabytes + packer.flush() + bytes(8)


def _lead(link: Callable[[Line], object]) -> Behave:
    """A page that leads on."""

    async def behave(line: Line) -> None:
        page = {"items": [{"code": "a"}], "next": link(line)}
        await line.send(answer("200 OK", JSON, json.dumps(page).encode()))

    return behave


def _redirect(status: int) -> Behave:
    async def behave(line: Line) -> None:
        location = f"Location: http://127.0.0.1:{line.server.elsewhere}{line.asked.path}\r\n"
        await line.send(answer(f"{status} Elsewhere", location))

    return behave


def _token(**members: object) -> Behave:
    return _ok({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 600, **members})


def _path(line: Line) -> str:
    return line.asked.path.partition("?")[0]


_counter = iter(range(10**9))
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_LONG = _HEAD + b"Content-Length: 99999999999\r\n\r\n"
_SLOW: Mapping[str, Behave] = {
    "never answers": _never,
    "status line, byte by byte": _drip(b"", b"HTTP/1.1 200 OK" + b" " * 90_000),
    "headers, byte by byte": _drip(_HEAD, b"X-A: b\r\n"),
    "body, byte by byte": _drip(_LONG, b" "),
    "chunks, byte by byte": _drip(_CHUNKED, b"1\r\n \r\n"),
    "stalls after the headers": _stall(_LONG),
    "stalls in a chunk": _stall(_CHUNKED + b"ff\r\n{"),
    "stalls in a status line": _stall(b"HTTP/1.1 2"),
    "flood of 100": _flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 now and then": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "flood of 102": _flood(b"", b"HTTP/1.1 102 Processing\r\nX-A: b\r\n\r\n"),
    "flood of 103": _flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "keeps a gzip open": _stall(
        _HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n" + _bomb(1)[:100]
    ),
}
_LARGE: Mapping[str, Behave] = {
    "endless headers": _flood(_HEAD, b"X-A: bbbbbbbb\r\n"),
    "endless header": _flood(_HEAD + b"X-A: ", b"b" * 1000),
    "endless status line": _flood(b"HTTP/1.1 200 ", b"b" * 1000),
    "endless body": _flood(_HEAD + b"\r\n", b'{"a": "b"}' * 100),
    "endless length": _flood(_LONG, b" " * 1000),
    "endless chunks": _flood(_CHUNKED, b"400\r\n" + b" " * 1024 + b"\r\n"),
    "endless tiny chunks": _flood(_CHUNKED, b"1\r\n \r\n"),
    "endless chunk extension": _flood(_CHUNKED + b"1;", b"a=b;" * 100),
    "endless trailers": _flood(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
    "endless refusal": _flood(b"HTTP/1.1 400 Bad Request\r\n\r\n", b" " * 1000),
    "gzip bomb": _ok(_bomb(3000), "Content-Encoding: gzip\r\n"),
    "gzip bomb in a refusal": _status("400 Bad Request", PROBLEM + "Content-Encoding: gzip\r\n", _bomb(300)),
    "gzip in a gzip": _ok(gzip.compress(_bomb(100)), "Content-Encoding: gzip, gzip\r\n"),
    "lists in lists": _ok(b"[" * 200_000),
    "objects in objects": _ok(b'{"a":' * 200_000),
    "a long text": _ok({"a": "b" * 3_000_000}),
}
_BROKEN: Mapping[str, Behave] = {
    "closes": _send(b""),
    "resets": _reset,
    "half a status line": _send(b"HTTP/1.1 20"),
    "half a header": _send(_HEAD + b"X-"),
    "half a body": _send(_HEAD + b"Content-Length: 100\r\n\r\n{"),
    "half a chunk": _send(_CHUNKED + b"ff\r\n{"),
    "another protocol": _send(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "no status line": _send(b"<html>hello</html>\r\n\r\n"),
    "TLS": _send(b"\x15\x03\x01\x00\x02\x02\x28"),
    "status 99": _send(b"HTTP/1.1 99 Odd\r\n\r\n"),
    "status 999": _status("999 Odd"),
    "status in letters": _send(b"HTTP/1.1 OK\r\n\r\n"),
    "two lengths": _send(_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "a length below zero": _send(_HEAD + b"Content-Length: -1\r\n\r\n{}"),
    "NUL in a header": _send(_HEAD + b"X-A: \0\r\nContent-Length: 2\r\n\r\n{}"),
    "a header without a colon": _send(_HEAD + b"hello\r\nContent-Length: 2\r\n\r\n{}"),
    "switches protocols": _status("101 Switching Protocols", "Upgrade: x\r\nConnection: Upgrade\r\n"),
    "a body with 204": _send(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"),
}
_REDIRECTS: Mapping[str, Behave] = {
    f"{status} elsewhere": _redirect(status) for status in (300, 301, 302, 303, 305, 307, 308)
} | {
    "302 to itself": _status("302 Found", "Location: /REST/chaman/v1/x\r\n"),
    "302 to a secret": _status("302 Found", "Location: https://user:secret@evil.example/?token=secret\r\n"),
    "304": _status("304 Not Modified"),
}
_CONTENT: Mapping[str, Behave] = {
    "HTML": _status("200 OK", "Content-Type: text/html\r\n", b"<html>Sign in</html>"),
    "HTML said to be JSON": _ok(b"<html>Sign in</html>"),
    "plain text": _status("200 OK", "Content-Type: text/plain\r\n", b"{}"),
    "nothing": _ok(b""),
    "a list": _ok([]),
    "null": _ok(None),
    "a text": _ok("hello"),
    "a number": _ok(1),
    "NaN": _ok(b'{"a": NaN}'),
    "an infinite number": _ok(b'{"a": 1e999}'),
    "a number of 10,000 digits": _ok(b'{"a": ' + b"1" * 10_000 + b"}"),
    "a name twice": _ok(b'{"a": 1, "a": 2}'),
    "half a pair": _ok(b'{"a": "\\ud800"}'),
    "not UTF-8": _ok(b'{"a": "\xff\xfe"}'),
    "UTF-16": _ok('{"a": "b"}'.encode("utf-16")),
    "two bodies": _ok(b"{}{}"),
    "half JSON": _ok(b'{"a": '),
    "not gzip": _ok(b"{}", "Content-Encoding: gzip\r\n"),
    "half a gzip": _ok(gzip.compress(b"{}" * 99)[:-9], "Content-Encoding: gzip\r\n"),
    "more than a gzip": _ok(gzip.compress(b"{}") + b"more", "Content-Encoding: gzip\r\n"),
    "brotli": _ok(b"{}", "Content-Encoding: br\r\n"),
    "a member of another type": _ok({"name": ["ICT"]}),
    "an odd date": _ok({"startDate": "tomorrow"}),
    "a day in 9999": _ok({}, "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
    "a day of nobody": _ok({}, "Date: soon\r\n"),
    "an ETag in Latin-1": _ok({}, 'ETag: "\xe9"\r\n'),
    "an ETag with a space": _ok({}, 'ETag: "a b"\r\n'),
}
_REFUSALS: Mapping[str, Behave] = {
    **{
        f"{status} in HTML": _status(f"{status} Odd", "Content-Type: text/html\r\n", b"<html>\x1b[2J</html>")
        for status in (400, 401, 403, 404, 405, 407, 408, 409, 412, 413, 421, 423, 425, 428, 429, 431, 451)
    },
    **{
        f"{status}": _status(f"{status} Odd")
        for status in (500, 501, 502, 503, 504, 507, 511, 520, 523, 526, 599)
    },
    "issues that are a text": _refusal("400 Bad Request", issues="all"),
    "issues of texts": _refusal("400 Bad Request", issues=["one"]),
    "an issue of numbers": _refusal("400 Bad Request", issues=[{"name": 1, "detail": 2}]),
    "a detail that is a list": _refusal("400 Bad Request", detail=["one"]),
    "a type that is a number": _status("400 Bad Request", PROBLEM, {"type": 1}),
    "not yet, without a reason": _refusal("409 Conflict", "portal:notYetAvailable"),
    "not yet, until soon": _refusal(
        "409 Conflict", "portal:notYetAvailable", reason="x", availableFrom="soon"
    ),
    "not yet, until a number": _refusal(
        "409 Conflict", "portal:notYetAvailable", reason="x", availableFrom=3
    ),
    "a detail that clears the screen": _refusal(
        "400 Bad Request", detail="\x1b[2J\x1b]0;x\x07\r\nerror: gone\u202e"
    ),
    "a detail with an INSZ": _refusal("400 Bad Request", detail=f"{INSZ} is known"),
    "a long detail": _refusal("400 Bad Request", detail="very " * 100_000),
    "a thousand issues": _refusal("400 Bad Request", issues=[{"name": "a", "detail": "b" * 100}] * 1000),
    "Retry-After: 0": _status("503 Busy", "Retry-After: 0\r\n"),
    "Retry-After in the past": _status("429 Busy", "Retry-After: Mon, 03 Feb 2025 09:00:00 GMT\r\n"),
    "Retry-After in an hour": _status("503 Busy", "Retry-After: 3600\r\n"),
    "Retry-After in 9999": _status("503 Busy", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
    "Retry-After: nan": _status("503 Busy", "Retry-After: nan\r\n"),
    "Retry-After: -5": _status("503 Busy", "Retry-After: -5\r\n"),
}
_TOKENS: Mapping[str, Behave] = {
    "no token": _ok({"token_type": "Bearer", "expires_in": 600}),
    "a token that is a number": _token(access_token=5),
    "a token with a line break": _token(access_token=f"{TOKEN}\r\nX-Evil: 1"),
    "a token that is not ASCII": _token(access_token="é" * 20),
    "an empty token": _token(access_token=""),
    "another kind of token": _token(token_type="mac"),
    "a token for ever": _token(expires_in="for ever"),
    "a token that is over": _token(expires_in=-5),
    "a token without an end": _token(expires_in=None),
    "a token for true seconds": _token(expires_in=True),
    "a refusal that is a list": _status("400 Bad Request", JSON, {"error": ["a"]}),
    "a refusal that clears the screen": _status(
        "401 Unauthorized", JSON, {"error": "a\x1b[2J", "error_description": "b\r\nc"}
    ),
}
_LINKS: Mapping[str, Callable[[Line], object]] = {
    "another host": lambda line: f"http://127.0.0.1:{line.server.elsewhere}{_path(line)}",
    "another host, short": lambda line: f"//127.0.0.1:{line.server.elsewhere}{_path(line)}",
    "another name of this host": lambda line: f"http://localhost:{line.server.elsewhere}{_path(line)}",
    "a user before the host": lambda line: (
        f"http://127.0.0.1:{line.server.port}@127.0.0.1:{line.server.elsewhere}/REST"
    ),
    "https": lambda line: f"https://127.0.0.1:{line.server.port}{_path(line)}",
    "another API": lambda _: "/REST/oauth/v5/token",
    "up and out": lambda line: f"{_path(line)}/../../../../../oauth/v5/token",
    "up and out, encoded": lambda line: f"{_path(line)}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/x",
    "a backslash": lambda line: f"/\\127.0.0.1:{line.server.elsewhere}/REST/chaman/v1/x",
    "a script": lambda _: "javascript:alert(1)",
    "a line break": lambda line: f"{_path(line)}?a=\r\nHost: evil.example",
    "a number": lambda _: 5,
    "nothing": lambda _: "",
    "a bracket": lambda _: "http://[::1/REST",
    "itself": lambda line: line.asked.path,
    "its neighbour": lambda line: f"{_path(line)}?page={'b' if line.asked.path.endswith('a') else 'a'}",
    "pages without end": lambda line: f"{_path(line)}?page={next(_counter)}",
}
CASES: Mapping[str, Case] = {
    **{
        name: Case(behave)
        for name, behave in {**_SLOW, **_LARGE, **_BROKEN, **_REDIRECTS, **_CONTENT, **_REFUSALS}.items()
    },
    **{f"at sign-in: {name}": Case(behave, ("sign-in",)) for name, behave in _TOKENS.items()},
    **{f"next: {name}": Case(_lead(link), ("list",)) for name, link in _LINKS.items()},
    "no items": Case(_ok({"total": 0}), ("list",)),
    "items that are none": Case(_ok({"items": "none"}), ("list",)),
    "items of texts": Case(_ok({"items": ["one"]}), ("list",)),
    "a weak ETag": Case(_ok({}, 'ETag: W/"5"\r\n'), fine=("GET", *WRITES)),
    "a byte order mark": Case(_ok(b"\xef\xbb\xbf{}"), fine=("GET", *WRITES)),
    "500,000 tiny objects": Case(_ok(b'{"a": [' + b"{}," * 500_000 + b"{}]}"), fine=("GET", *WRITES)),
}


def every_trial() -> Iterator[tuple[str, str]]:
    """Each case with each of its calls."""
    for name, case in CASES.items():
        for call in case.calls:
            yield name, call
