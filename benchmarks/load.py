"""`make bench`: how many calls a second the served portal answers, on a machine that its clients share.

One process serves, this one calls over some kept-alive connections, each acting for a centre of its own. Reading is a mix of
an organisation, a screen, a list of accounts and a list of users; writing saves screens under `If-Match` and adds users.
The same is done with 600 centres and 100,000 forms more, and single calls of both portals are compared, in turn. What is
measured holds for this machine, at this moment; nothing here fails on a figure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator import controls
from providers import paths

ROOT = Path(__file__).parents[1]
CLIENT = "bench"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DOMAIN = "maatschappelijkWelzijn"
AIMS = {"reads": 1000, "writes": 300}
AIM_P99_MS = 100
CENTRES, FORMS = 600, 100_000
ROUNDS = 300
WARM_UP = 1.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    etag: str
    body: bytes


class Caller:
    """One connection to the portal, for one centre."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: str, token: str
    ) -> None:
        self._reader, self._writer = reader, writer
        self.number = number
        self._headers = f"Host: portal\r\nAuthorization: Bearer {token}\r\n"

    def request(self, method: str, api: str, path: str, body: Any = None, match: str = "") -> bytes:
        """A call as it goes over the connection."""
        head = f"{method} {api}/{self.number}{path} HTTP/1.1\r\n{self._headers}"
        if match:
            head += f"If-Match: {match}\r\n"
        if body is None:
            return f"{head}\r\n".encode()
        content = json.dumps(body).encode()
        return (
            f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )

    async def send(self, request: bytes) -> Reply:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = _header(head, "content-length")
        body = await self._reader.readexactly(int(length)) if length else b""
        return Reply(int(head[9:12]), _header(head, "etag"), body)

    def close(self) -> None:
        self._writer.close()


def _header(head: str, name: str) -> str:
    _, found, rest = head.partition(f"\r\n{name}: ")
    return rest.partition("\r\n")[0] if found else ""


async def read(caller: Caller, until: float) -> list[float]:
    """Read the mix over and over; how long each call took."""
    requests = [
        caller.request("GET", paths.ACCESS, ""),
        caller.request("GET", paths.CONFIGURATION, f"/{paths.MUTATIONS}"),
        caller.request("GET", paths.CHAMAN, f"/{paths.FTP_ACCOUNTS}"),
        caller.request("GET", paths.ACCESS, f"/{paths.DOMAINS}/{DOMAIN}/{paths.USERS}"),
    ]
    took = []
    for request in cycle(requests):
        started = time.perf_counter()
        reply = await caller.send(request)
        now = time.perf_counter()
        assert reply.status == 200, reply
        took.append(now - started)
        if now >= until:
            break
    return took


async def compare(places: list[tuple[str, str, str]]) -> dict[str, list[float]]:
    """The median time (ms) of single calls at each `(url, number, token)`, one place after the other, over and over."""
    callers = [
        Caller(*await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port), number, token)
        for url, number, token in places
    ]
    calls = {
        "an organisation": (paths.ACCESS, "", None),
        "a screen": (paths.CONFIGURATION, f"/{paths.MUTATIONS}", None),
        "the FTP accounts": (paths.CHAMAN, f"/{paths.FTP_ACCOUNTS}", None),
        "ten users": (paths.ACCESS, f"/{paths.DOMAINS}/{DOMAIN}/{paths.USERS}?pageSize=10", None),
        "ten forms": (paths.INTEGRATIONS, "/integrations?pageSize=10", None),
        "the forms' counts": (paths.INTEGRATIONS, "/counts", None),
        "ten documents": (paths.E_BOX, f"/{paths.DOCUMENTS}?pageSize=10", None),
        "saving a screen": (paths.CONFIGURATION, f"/{paths.MUTATIONS}", {"receive": ["death"]}),
    }
    took: dict[str, list[list[float]]] = {name: [[] for _ in callers] for name in calls}
    for _ in range(ROUNDS):
        for name, (api, path, body) in calls.items():
            for caller, times in zip(callers, took[name], strict=True):
                request = caller.request("PUT" if body else "GET", api, path, body, "*" if body else "")
                started = time.perf_counter()
                reply = await caller.send(request)
                times.append(time.perf_counter() - started)
                assert reply.status == 200, (name, reply)
    for caller in callers:
        caller.close()
    return {name: [statistics.median(times) * 1000 for times in each] for name, each in took.items()}


async def write(caller: Caller, until: float) -> list[float]:
    """Save two screens in turn, and add a user every third time; how long each call took."""
    screens = [await _screen(caller, paths.MUTATIONS), await _screen(caller, paths.CONTACT_DETAILS)]
    took = []
    while True:
        for screen in (*screens, None):
            if screen is None:
                body = {"ssin": _someone(), "applications": [], "roles": [], "blocked": False}
                request = caller.request(
                    "POST", paths.ACCESS, f"/{paths.DOMAINS}/{DOMAIN}/{paths.USERS}", body
                )
            else:
                request = caller.request(
                    "PUT", paths.CONFIGURATION, f"/{screen['path']}", screen["body"], screen["etag"]
                )
            started = time.perf_counter()
            reply = await caller.send(request)
            now = time.perf_counter()
            assert reply.status == (201 if screen is None else 200), reply
            took.append(now - started)
            if now >= until:
                return took
            if screen is not None:
                screen["etag"] = reply.etag


async def _screen(caller: Caller, name: str) -> dict[str, Any]:
    found = await caller.send(caller.request("GET", paths.CONFIGURATION, f"/{name}"))
    assert found.status == 200, found
    body = json.loads(found.body)
    for made in ("createdBy", "createdAt", "changedAt"):
        del body[made]
    return {"path": name, "body": body, "etag": found.etag}


def _someone() -> str:
    return controls.rehearsal_ssin(uuid.uuid4().hex)


Work = Callable[[Caller, float], Any]


async def measure(url: str, tokens: dict[str, str], work: Work, seconds: float) -> tuple[float, list[float]]:
    """Calls a second, and how long each took (s), of `work` over a connection for each of these centres."""
    address = urlsplit(url)
    callers = [
        Caller(*await asyncio.open_connection(address.hostname, address.port), number, token)
        for number, token in tokens.items()
    ]
    try:
        await asyncio.gather(*(work(caller, time.perf_counter() + WARM_UP) for caller in callers))
        started = time.perf_counter()
        rows = await asyncio.gather(*(work(caller, started + seconds) for caller in callers))
        took = [one for row in rows for one in row]
        return len(took) / (time.perf_counter() - started), took
    finally:
        for caller in callers:
            caller.close()


def percentile(took: list[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))] * 1000


class Place:
    """A portal's file with a client that may call as often as it likes."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        controls.open_portal(database)
        self.prepare()

    def prepare(self) -> None:
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        controls.register_client(self.database, CLIENT, pem)
        controls.set_rate_limit(self.database, controls.Limit(10**6, 10**6))

    def enlarge(self) -> None:
        controls.reset(self.database, centres=CENTRES, forms=FORMS, seed=1)
        self.prepare()

    def numbers(self, count: int) -> list[str]:
        """Centres that have everything, the last ones that were made."""
        accounts = controls.list_ftp_accounts(self.database)
        return [account["organization"] for account in accounts[-count:]]

    def form(self, url: str, number: str) -> bytes:
        now = int(time.time())
        claims = {"iss": CLIENT, "sub": CLIENT, "aud": url + paths.SIGN_IN, "iat": now, "exp": now + 300}
        assertion = jwt.encode({**claims, "jti": uuid.uuid4().hex}, self.key, "RS256")
        return urlencode(
            {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion,
                "acting_for": number,
            }
        ).encode()

    async def sign_in(self, url: str, numbers: list[str]) -> dict[str, str]:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        tokens = {}
        for number in numbers:
            form = self.form(url, number)
            head = (
                f"POST {paths.SIGN_IN} HTTP/1.1\r\nHost: {address.netloc}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
            )
            reply = await Caller(reader, writer, number, "").send(head.encode() + form)
            tokens[number] = json.loads(reply.body)["access_token"]
        writer.close()
        return tokens


@contextmanager
def served(database: Path) -> Iterator[str]:
    """`fusion emulator` over this file, in a process of its own; its URL."""
    fusion = shutil.which("fusion")
    assert fusion, "fusion is on the path of the activated environment"
    command = [fusion, "emulator", "--database", str(database), "--port", "0", "--sftp-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def rates(place: Place, connections: int, seconds: float) -> None:
    with served(place.database) as url:
        tokens = asyncio.run(place.sign_in(url, place.numbers(connections)))
        for name, work in {"reads": read, "writes": write}.items():
            rate, took = asyncio.run(measure(url, tokens, work, seconds))
            print(
                f"{name}: {rate:.0f} a second (aim: {AIMS[name]} or more), p50 {percentile(took, 0.5):.1f} ms,"
                f" p99 {percentile(took, 0.99):.1f} ms (aim: below {AIM_P99_MS} ms)",
                flush=True,
            )


def ratios(small: Place, large: Place) -> None:
    with served(small.database) as first, served(large.database) as second:
        places = []
        for place, url in ((small, first), (large, second)):
            [(number, token)] = asyncio.run(place.sign_in(url, place.numbers(1))).items()
            places.append((url, number, token))
        for name, (few, many) in asyncio.run(compare(places)).items():
            print(f"{name}: {few:.2f} ms and {many:.2f} ms, {many / few:.2f} times", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        small, large = (Place(Path(temporary) / f"{name}.db") for name in ("small", "large"))
        print(f"The served portal, {given.connections} connections, {given.seconds:g} s each", flush=True)
        rates(small, given.connections, given.seconds)
        started = time.perf_counter()
        large.enlarge()
        took = time.perf_counter() - started
        print(f"With {CENTRES} centres and {FORMS} forms more, made in {took:.0f} s", flush=True)
        rates(large, given.connections, given.seconds)
        print("A single call at the small portal and at the large one", flush=True)
        ratios(small, large)


if __name__ == "__main__":
    main()
