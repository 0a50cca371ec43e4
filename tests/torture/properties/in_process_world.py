"""The world without the engine: hundreds of sequences a minute. What came before the first action is made once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from emulator import controls
from emulator.embedded import open_portal
from providers import session
from providers.portal import Connection
from providers.settings import EMBEDDED, Settings
from schemas.loading import load_declaration
from schemas.secrets import Secrets, parse_secrets
from stacks.plan import plan
from stacks.planned import Planned
from tests.providers.portal_double import client_key
from tests.torture.properties.simulated_engine import Stack
from tests.torture.properties.world import CHECKOUT, OTHER_CLIENT, OUR_CLIENT, World, copy_declaration, ssin

_PASSWORD = "Rehearsal=1+"
Choose = Callable[[Planned], bool]
"""Which of the resources of a plan the stack has."""


class InProcessWorld(World):
    """Provider classes and the embedded portal, in this process."""

    def __init__(
        self, folder: Path, fusion: str, secrets: Secrets, stack: Stack, hand: Connection, choose: Choose
    ) -> None:
        super().__init__(folder / "fusions", fusion, secrets, database_in(folder), hand)
        self.stack, self._choose = stack, choose

    def planned(self) -> list[Planned]:
        return [item for item in plan(self.fusion, self.secrets, self.path.parent) if self._choose(item)]

    def up(self) -> list[str]:
        return self.stack.up(self.planned())

    def changes(self) -> list[str]:
        return self.stack.changes(self.planned())

    def outputs(self) -> dict[str, Any]:
        return {name: kept.life.outs for name, kept in self.stack.kept.items()}

    def forget(self) -> None:
        self.stack = Stack()

    def set_password(self, password: str) -> None:
        self.secrets = secrets_of(self.path.stem, password)

    def shown(self) -> str:
        return json.dumps(
            [
                {name: value for name, value in kept.life.outs.items() if name not in kept.secrets}
                for kept in self.stack.kept.values()
            ]
        )


class Template:
    """A fusion that was applied at a moment: made once, then copied for each sequence."""

    def __init__(
        self,
        folder: Path,
        fusion: str,
        moment: str,
        *,
        beyond: bool = False,
        exceptions: bool = True,
        choose: Choose = lambda _: True,
    ) -> None:
        self._folder, self._fusion, self._choose = folder, fusion, choose
        copy_declaration(fusion, folder / "fusions", beyond=beyond, exceptions=exceptions)
        database = database_in(folder)
        database.parent.mkdir()
        open_portal(database, moment)
        public = _key(client_key().encode(), None).public_key()
        for client in (OUR_CLIENT, OTHER_CLIENT):
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
            controls.register_client(database, client, pem)
        shutil.copyfile(database, _untouched(folder))
        self._stack = Stack()
        with self._opened(folder, self._stack) as world:
            assert world.up() == []
            assert world.changes() == []

    @contextmanager
    def open_copy(self, *, applied: bool = True) -> Iterator[InProcessWorld]:
        """The same for each sequence; or as it was before it was applied for the first time."""
        folder = self._folder / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._folder / "fusions", folder / "fusions")
        database_in(folder).parent.mkdir()
        database = database_in(self._folder) if applied else _untouched(self._folder)
        shutil.copyfile(database, database_in(folder))
        with self._opened(folder, self._stack.copy() if applied else Stack()) as world:
            yield world

    @contextmanager
    def _opened(self, folder: Path, stack: Stack) -> Iterator[InProcessWorld]:
        with (
            patch.dict(os.environ, FUSION_ROOT=str(folder)),
            # Reading and checking an RSA key costs more than all that a sequence does with it.
            patch("providers.assertion.load_pem_private_key", _key),
            # Nobody else waits for the portal while its clock is moved.
            patch("emulator.calendar.clock._PAUSE", 0),
        ):
            session.close()
            session.configure(settings_of(OUR_CLIENT))
            hand = Connection(settings_of(OTHER_CLIENT))
            try:
                yield InProcessWorld(
                    folder, self._fusion, secrets_of(self._fusion), stack, hand, self._choose
                )
            finally:
                hand.close()
                session.close()


@cache
def _key(pem: bytes, password: None) -> Any:
    return load_pem_private_key(pem, password)


def settings_of(client: str) -> Settings:
    return Settings(EMBEDDED, client, client_key(), Path("unused"), 20)


def database_in(folder: Path) -> Path:
    return folder / ".state" / "portal.db"


def _untouched(folder: Path) -> Path:
    return database_in(folder).with_name("untouched.db")


def secrets_of(fusion: str, password: str = _PASSWORD) -> Secrets:
    """Everybody whom the declaration that ships names, with a password of its FTP account."""
    declared = load_declaration(CHECKOUT / "fusions" / f"{fusion}.yaml")
    keys = {key for _, access in declared.accesses() for _, key in access.people()}
    people = {key: {"insz": ssin(key), "email": f"{key}@ocmw.example", "language": "nl"} for key in keys}
    passwords = {declared.ftp_password_key: password}
    return parse_secrets(json.dumps({"people": people, "passwords": passwords}), "secrets")
