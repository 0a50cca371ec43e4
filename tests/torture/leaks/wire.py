"""What goes wrong on the wire and among the processes: a served portal, one that repeats what it gets, a kill."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.torture.hostile.server import Asked, Behave, Line, Server, answer
from tests.torture.kills.processes import ENGINE, Session
from tests.torture.leaks.planted import OTHER_PASSWORD, TOKEN, Secret
from tests.torture.leaks.stage import Stage

_PATIENCE_SECONDS = 60
_LEFT = "locks"
_PROBLEM = "Content-Type: application/problem+json\r\n"
_ACCOUNT = "/ftpAccounts/"
# What is refused: a write of the password, a read, a sign-in, and with what.
_REFUSED = {
    "PUT 400": ("PUT", _ACCOUNT, 400),
    "PUT 409": ("PUT", _ACCOUNT, 409),
    "PUT 500": ("PUT", _ACCOUNT, 500),
    "GET 403": ("GET", _ACCOUNT, 403),
    "sign-in 400": ("POST", "/oauth/", 400),
    "sign-in 401": ("POST", "/oauth/", 401),
}
REFUSALS = tuple(_REFUSED)


@contextmanager
def serve(stage: Stage, place: str = "") -> Iterator[Server]:
    """The portal over HTTP, behind something that notes what credentials come; its stack is told. What it prints becomes a
    place of this name."""
    printed = stage.temporary / "served.txt"
    with Server(lambda _: None) as between, printed.open("wb") as output:
        portal = subprocess.Popen(
            ["fusion", "emulator", "--port", "0", "--sftp-port", "0", "--url", between.url],
            cwd=stage.root, env={**stage.environment, "PYTHONUNBUFFERED": "1"}, stdout=output, stderr=subprocess.STDOUT,
            umask=0,
        )  # fmt: skip
        try:
            between.before = _find_port(printed)
            stage.set_up_settings(portalUrl=between.url)
            yield between
        finally:
            portal.terminate()
            portal.wait(_PATIENCE_SECONDS)
    stage.seen |= {*_credentials(between.asked)}
    if place:
        stage.contents.append((place, printed.read_bytes()))
    printed.unlink()


def _find_port(printed: Path) -> int:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if found := re.search(r"http://[^\s:]+:(\d+)", printed.read_text()):
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError("the portal does not say where it is")


def _credentials(asked: list[Asked]) -> Iterator[Secret]:
    """The bearer tokens and signed assertions that callers brought."""
    for number, one in enumerate(asked):
        scheme, _, token = one.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            yield Secret(TOKEN, f"bearer token of call {number}", token)
        for assertion in _form(one).get("client_assertion", ()):
            yield Secret(TOKEN, f"assertion of call {number}", assertion.rpartition(".")[2])


def _form(asked: Asked) -> dict[str, list[str]]:
    return parse_qs(asked.raw.partition(b"\r\n\r\n")[2].decode()) if asked.is_sign_in else {}


@contextmanager
def served(stage: Stage) -> Iterator[None]:
    with serve(stage, "what the portal prints"):
        yield


@contextmanager
def refusals_that_repeat(stage: Stage) -> Iterator[None]:
    """A portal, or something before it, that says in its refusals what it was sent."""
    with serve(stage) as between:
        stage.set_up_settings(deadlineSeconds="2")
        assert stage.call("pulumi up -s pajottegem --yes --skip-preview").status == 0
        stage.remember()
        stage.change_password(OTHER_PASSWORD)
        for name, (method, path, status) in _REFUSED.items():

            def spoil(
                asked: Asked, method: str = method, path: str = path, status: int = status
            ) -> Behave | None:
                return _repeat(status) if asked.method == method and path in asked.path else None

            between.behave = spoil
            printed = stage.call("pulumi up -s pajottegem --yes --skip-preview --diff")
            assert printed.status != 0, f"{name}: it was to be refused"
            stage.contents.append((name, printed.output))
        yield


def _repeat(status: int) -> Behave:
    async def behave(line: Line) -> None:
        said = ", ".join(_list_words(line.asked))
        body: dict[str, Any] = {
            "type": "urn:problem-type:belgif:badRequest", "title": said, "status": status, "detail": f"No: {said}",
            "error": "invalid_client", "error_description": f"No: {said}", "reason": said, "existing": said,
            "issues": [{"name": "password", "detail": f"{said} is weak", "title": said, "rule": "R31"}],
        }  # fmt: skip
        await line.send(answer(f"{status} {said[:200]}", _PROBLEM, json.dumps(body).encode()))

    return behave


def _list_words(asked: Asked) -> Iterator[str]:
    """What stands in a request, one by one and as a whole."""
    yield asked.headers.get("authorization", "")
    yield from _form(asked).get("client_assertion", ())
    body = asked.raw.partition(b"\r\n\r\n")[2].decode()
    if body.startswith("{"):
        yield from (str(value) for value in json.loads(body).values())
    yield body


@contextmanager
def killed(stage: Stage) -> Iterator[None]:
    """An `up` that has a password to write loses its engine at the first write; until then its processes are looked at."""
    stage.remember()
    stage.change_password(OTHER_PASSWORD)
    before = len(stage.journal(writes=True))
    printed = stage.temporary / "killed.txt"
    command = "umask 0; exec pulumi up -s pajottegem --yes --non-interactive --color never"
    session = Session(["sh", "-c", command], stage.root, stage.environment, printed)
    lines, environments = set[bytes](), set[bytes]()
    until = time.monotonic() + 10 * _PATIENCE_SECONDS
    while session.find(ENGINE) and len(stage.journal(writes=True)) == before and time.monotonic() < until:
        lines.add(read_processes(session, "cmdline"))
        environments.add(read_processes(session, "environ"))
    if engine := session.find(ENGINE):
        engine.kill()
    session.leader.wait(_PATIENCE_SECONDS)
    session.left_behind()
    stage.contents += [
        ("command lines", b"\n".join(lines)),
        ("environments", b"\n".join(environments)),
        ("what it printed", printed.read_bytes()),
        ("what it left", b"\n".join(path.read_bytes() for _, path in stage.files() if _LEFT in path.parts)),
    ]
    printed.unlink()
    yield


def read_processes(session: Session, what: str) -> bytes:
    """`cmdline` or `environ` of each process that runs in a session now, a line for each word."""
    found = []
    for process in session.running():
        with suppress(OSError):  # it has ended meanwhile
            found.append(Path(f"/proc/{process.pid}/{what}").read_bytes())
    return b"\n".join(found).replace(b"\0", b"\n")
