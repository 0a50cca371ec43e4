"""A portal in memory behind httpx's mock transport: scripted answers, all calls noted. For the client's own behaviour;
what resources do is tested against the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from providers import paths
from providers.portal import Connection
from providers.settings import Settings

PAJOTTEGEM = "1010784738"


@cache
def client_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


class PortalDouble:
    """Answers the scripted responses in turn, the last one for ever; sign-ins always succeed unless told otherwise."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.answer: Callable[[httpx.Request], httpx.Response | Exception] = self._next
        self.calls: list[httpx.Request] = []
        self.sign_ins: list[httpx.Request] = []
        self.sign_in: Callable[[], httpx.Response] = lambda: httpx.Response(
            200,
            json={"access_token": f"token-{len(self.sign_ins)}", "token_type": "Bearer", "expires_in": 600},
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == paths.SIGN_IN:
            self.sign_ins.append(request)
            return self.sign_in()
        self.calls.append(request)
        answer = self.answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _next(self, _request: httpx.Request) -> httpx.Response | Exception:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connection(self, *, deadline_seconds: float = 5, key: str | None = None) -> Connection:
        settings = Settings(
            "https://portal.example", "rehearsal", key or client_key(), Path("unused"), deadline_seconds
        )
        return Connection(settings, httpx.MockTransport(self))


def problem(status: int, kind: str = "belgif:badRequest", **members: object) -> httpx.Response:
    body = {"type": f"urn:problem-type:{kind}", "status": status, "title": kind, **members}
    return httpx.Response(
        status, content=json.dumps(body), headers={"Content-Type": "application/problem+json"}
    )
