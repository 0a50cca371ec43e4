"""The embedded portal for the provider classes: a database for each test, and somebody else who uses it too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from emulator import controls
from emulator.embedded import open_portal
from providers import session
from providers.portal import Answer, Connection, WritingPortal
from providers.settings import EMBEDDED, Settings, embedded_database
from schemas.errors import NotFound
from tests.providers.portal_double import client_key

OURS, SOMEBODY = "rehearsal", "somebody"


def settings(client: str = OURS, deadline_seconds: float = 5) -> Settings:
    return Settings(EMBEDDED, client, client_key(), Path("unused"), deadline_seconds)


@cache
def _loaded(pem: bytes, password: None) -> Any:
    return load_pem_private_key(pem, password)


class Portal:
    """The portal of one test: its clock, its journal, and what others do there by hand."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._others = Connection(settings(SOMEBODY))

    def close(self) -> None:
        self._others.close()

    def by_hand(self, number: str) -> WritingPortal:
        """The portal as another client uses it: what is made through this is `createdBy` somebody."""
        return WritingPortal(self._others, number)

    def get(self, number: str, path: str) -> dict[str, Any] | None:
        """What the portal has at a path below the host; None where there is nothing."""
        try:
            return self.by_hand(number).get(path).body
        except NotFound:
            return None

    def save(self, number: str, path: str, body: dict[str, Any]) -> Answer:
        """Somebody sets it by hand, over whatever is there."""
        hand = self.by_hand(number)
        try:
            return hand.replace(path, body, hand.get(path).etag)
        except NotFound:
            return hand.create(path, body)

    def clear(self, number: str, path: str) -> None:
        """Somebody removes it by hand."""
        hand = self.by_hand(number)
        hand.delete(path, hand.get(path).etag)

    def writes(self, number: str | None = None) -> list[str]:
        """Our own writing calls so far, as `PUT 201`."""
        calls = controls.journal(self.database, writes=True, kbo=number)
        return [f"{call['method']} {call['status']}" for call in calls if call["client"] == OURS]

    def restart(self, moment: str) -> None:
        """A fresh portal at this moment; clients' keys stay."""
        controls.reset(self.database, moment)

    def set_clock(self, moment: str) -> None:
        controls.set_clock(self.database, moment)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal at the default moment, 2025-02-03, everything open. Made once: a seed costs more than a test."""
    database = tmp_path_factory.mktemp("portal") / "portal.db"
    open_portal(database)
    public = load_pem_private_key(client_key().encode(), None).public_key()
    for client in (OURS, SOMEBODY):
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        controls.register_client(database, client, pem)
    return database


@pytest.fixture
def portal(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The provider classes' portal for one test; the process's session is let go of afterwards."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    # Reading and checking an RSA key costs more than all that a test does with it.
    monkeypatch.setattr("providers.assertion.load_pem_private_key", _loaded)
    database = embedded_database()
    database.parent.mkdir()
    shutil.copyfile(template, database)
    session.configure(settings())
    portal = Portal(database)
    yield portal
    portal.close()
    session.close()


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A process that no engine has configured yet, in an empty project."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    session.close()
    yield
    session.close()


@pytest.fixture
def no_way_to_write(monkeypatch: pytest.MonkeyPatch, portal: Portal) -> Iterator[None]:
    """By construction: whatever a test does, nobody asks for a client that writes, and nothing of ours is written."""

    def writing(organization: str) -> None:
        raise AssertionError(f"a retained resource asked for a client that can write to {organization}")

    monkeypatch.setattr(session, "writing", writing)
    yield
    assert portal.writes() == []


Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """`meanwhile(act)`: somebody acts between our look and our next write, once."""
    send = Connection.send

    def arrange(act: Callable[[], object]) -> None:
        waiting = [act]

        def sending(
            connection: Connection, organization: str, method: str, *more: Any, **others: Any
        ) -> Answer:
            if method != "GET" and connection.client_id == OURS and waiting:
                waiting.pop()()
            return send(connection, organization, method, *more, **others)

        monkeypatch.setattr(Connection, "send", sending)

    return arrange
