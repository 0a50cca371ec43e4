"""A seeded portal for each test, and clients that act for one organisation on it."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator import controls
from emulator.core.people import rehearsal_ssin
from emulator.embedded import open_portal, transport
from tests.emulator.support import conformance

BASE = "http://portal.embedded"
SIGN_IN_PATH = "/REST/oauth/v5/token"
PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"
GOOIK = "0212214026"
HASSELT = "0212216402"
KORTESSEM = "0212189577"
NEW = {"If-None-Match": "*"}


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """The key of the client `rehearsal`."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, key: rsa.RSAPrivateKey) -> Callable[[str], Path]:
    """Portals seeded once a moment, for tests to copy: a seed costs more than most tests."""
    folder = tmp_path_factory.mktemp("seeded")

    def at(moment: str) -> Path:
        database = folder / f"{moment}.db"
        if not database.exists():
            open_portal(database, clock=moment)
            controls.register_client(database, "rehearsal", public_pem(key))
        return database

    return at


class Portal:
    """A portal and the means to call it as the client `rehearsal`."""

    def __init__(self, database: Path, private_key: rsa.RSAPrivateKey) -> None:
        self.database = database
        self._private_key = private_key
        # Whatever a test asks, the answer is what the API's document says it can be.
        hooks = {"response": [conformance.check]}
        self.http = httpx.Client(transport=transport(database), base_url=BASE, event_hooks=hooks)

    def assertion(self, **claims: Any) -> str:
        now = int(time.time())
        standard = {
            "iss": "rehearsal",
            "sub": "rehearsal",
            "aud": BASE + SIGN_IN_PATH,
            "iat": now,
            "exp": now + 300,
        }
        return jwt.encode({**standard, "jti": uuid.uuid4().hex, **claims}, self._private_key, "RS256")

    def form(self, organization: str, **changes: str) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
            "acting_for": organization,
            **changes,
        }

    def form_of(self, person: str, organization: str | None = None, **changes: str) -> dict[str, str]:
        """The form with which a person signs in; `person` as in the seed (`els.peeters`), None: not chosen yet."""
        vouched = self.assertion(ssin=rehearsal_ssin(person))
        form = self.form(organization or "", client_assertion=vouched, **changes)
        return {name: value for name, value in form.items() if value}

    def token(self, acting_for: str, person: str | None = None) -> str:
        form = self.form(acting_for) if person is None else self.form_of(person, acting_for)
        answer = self.http.post(SIGN_IN_PATH, data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def acting_for(self, number: str, person: str | None = None) -> Acting:
        """At one organisation, as the client itself or as a person through it (`els.peeters`)."""
        return Acting(self, number, self.token(number, person))

    def supplier(self, code: str) -> Supplier:
        """A supplier's own client; it is registered with its first sign-in."""
        controls.register_client(self.database, code, public_pem(self._private_key), supplier=code)
        form = self.form("", client_assertion=self.assertion(iss=code, sub=code))
        answer = self.http.post(SIGN_IN_PATH, data=form)
        assert answer.status_code == 200, answer.text
        return Supplier(self, code, str(answer.json()["access_token"]))


class Supplier:
    """What is addressed to one supplier, on paths below its own."""

    def __init__(self, portal: Portal, code: str, token: str) -> None:
        self.portal = portal
        self.code = code
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, *, of: str = "", **more: Any) -> httpx.Response:
        """`of`: another supplier, whose path is called."""
        headers = {**self.headers, **more.pop("headers", {})}
        url = f"/REST/delegations/v1/suppliers/{of or self.code}{path}"
        return self.portal.http.request(method, url, headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.call("GET", path, **more)

    def put(self, path: str, body: Any, etag: str | None = None, **more: Any) -> httpx.Response:
        match = etag or self.get(path).headers.get("ETag", "*")
        return self.call("PUT", path, json=body, headers={"If-Match": match}, **more)


class Acting:
    """One organisation's resources, on paths below it; `api` is the part of the path that names the API."""

    def __init__(self, portal: Portal, number: str, token: str) -> None:
        self.portal = portal
        self.number = number
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, api: str, path: str = "", **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        url = f"/REST/{api}/v1/organizations/{self.number}{path}"
        return self.portal.http.request(method, url, headers=headers, **more)

    def get(self, api: str, path: str = "", **more: Any) -> httpx.Response:
        return self.call("GET", api, path, **more)

    def create(self, api: str, path: str, body: Any) -> httpx.Response:
        return self.call("PUT", api, path, json=body, headers=NEW)

    def replace(self, api: str, path: str, body: Any, etag: str | None = None) -> httpx.Response:
        match = etag or self.get(api, path).headers["ETag"]
        return self.call("PUT", api, path, json=body, headers={"If-Match": match})

    def delete(self, api: str, path: str, etag: str | None = None) -> httpx.Response:
        match = etag or self.get(api, path).headers["ETag"]
        return self.call("DELETE", api, path, headers={"If-Match": match})


@pytest.fixture
def portal_at(
    seeded: Callable[[str], Path], tmp_path: Path, key: rsa.RSAPrivateKey
) -> Iterator[Callable[[str], Portal]]:
    """A portal of one's own at a moment."""
    made: list[Portal] = []

    def at(moment: str) -> Portal:
        database = tmp_path / f"portal-{len(made)}.db"
        shutil.copyfile(seeded(moment), database)
        made.append(Portal(database, key))
        return made[-1]

    yield at
    for portal in made:
        portal.http.close()


@pytest.fixture
def portal(portal_at: Callable[[str], Portal]) -> Portal:
    """A portal of one's own at the default moment, 2025-02-03: everything is open."""
    return portal_at("2025-02-03")


@pytest.fixture
def pajottegem(portal: Portal) -> Acting:
    """The new centre, of which only access was copied."""
    return portal.acting_for(PAJOTTEGEM)


@pytest.fixture
def galmaarden(portal: Portal) -> Acting:
    """A disappearing centre, which has everything."""
    return portal.acting_for(GALMAARDEN)


def issues(answer: httpx.Response) -> set[tuple[str, str, str | None]]:
    """The issues of a refusal as (last part of the type, name, rule)."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {(one["type"].rsplit(":", 1)[-1], one["name"], one.get("rule")) for one in answer.json()["issues"]}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """A refusal as (status, last part of the type)."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, str(answer.json()["type"]).rsplit(":", 1)[-1]


ALL_OF_OCMW_ONLINE = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]
SENDER = {"name": "ICT", "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl"}
