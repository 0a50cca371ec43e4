"""Socius' 28 centres at a portal of made-up ones: half have asked and wait, half have an account whose certificate ends."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from emulator.embedded import open_portal, transport
from operations.rehearsals.suppliers import let_in
from operations.suppliers.desk import Desk, Standing, open_desk
from operations.suppliers.settings import read_settings, rehearsal_file, rehearsal_key
from providers import paths
from providers.portal import Connection, WritingPortal
from providers.settings import Settings, embedded_database
from schemas.errors import NotFound
from schemas.identifiers import dotted
from tests.emulator.support.certificate_files import certificate
from tests.operations.conftest import Fusion

SUPPLIER, OTHER = "socius", "welzijnsware"
NAME = "OCMW Online"
AUTHORIZATIONS = ["ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead"]
CENTRES = 28


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's state: a portal with clients of two suppliers, of which one has 28 centres and more."""
    root = tmp_path_factory.mktemp("supplier")
    database = embedded_database(root)
    database.parent.mkdir()
    open_portal(database, clock="2025-02-03")
    controls.reset(database, "2025-02-03", centres=140, forms=140)
    list(let_in(root, [SUPPLIER, OTHER]))
    known = {client["clientId"]: client["publicKey"] for client in controls.list_clients(database)}
    controls.register_client(database, "centres", known[SUPPLIER])
    return root


class Portal:
    """The portal of a test, and what its centres do there."""

    def __init__(self, root: Path) -> None:
        self.root, self.database = root, embedded_database(root)

    def settings(self, supplier: str = SUPPLIER) -> Path:
        return rehearsal_file(self.root, supplier)

    def withdraw(self, number: str, name: str = NAME) -> None:
        """A centre takes its request back."""
        with self._as_centre(number) as portal:
            self._delete(portal, paths.delegation_request(number, name))

    def delete_account(self, number: str, name: str = NAME) -> None:
        with self._as_centre(number) as portal:
            self._delete(portal, paths.rest_account(number, name))

    def ask(self, number: str, *, anew: bool = True, name: str = NAME, **changes: Any) -> None:
        """A centre asks for management, instead of the account that it has."""
        with self._as_centre(number) as portal:
            if anew:
                for path in (paths.rest_account(number, name), paths.delegation_request(number, name)):
                    self._delete(portal, path)
            body = {"authorizations": AUTHORIZATIONS, "supplier": SUPPLIER, **changes}
            portal.create(paths.delegation_request(number, name), body)

    @contextmanager
    def _as_centre(self, number: str) -> Iterator[WritingPortal]:
        key = rehearsal_key(self.root, SUPPLIER)
        connection = Connection(Settings("embedded", "centres", None, key, 60), transport(self.database))
        try:
            yield WritingPortal(connection, number)
        finally:
            connection.close()

    def _delete(self, portal: WritingPortal, path: str) -> None:
        with suppress(NotFound):
            portal.delete(path, portal.get(path).etag)

    def writes(self, client: str = SUPPLIER) -> list[dict[str, Any]]:
        """What the supplier's calls changed."""
        calls = controls.journal(self.database, writes=True)
        return [call for call in calls if call["client"] == client and controls.was_made(call)]


@pytest.fixture
def portal(opened: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    shutil.copytree(opened / ".state", root / ".state", dirs_exist_ok=True)
    monkeypatch.setenv("FUSION_SUPPLIER", str(rehearsal_file(root, SUPPLIER)))
    return Portal(root)


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    with open_desk(read_settings(portal.settings())) as opened_desk:
        yield opened_desk


@pytest.fixture
def centres(portal: Portal, desk: Desk) -> list[str]:
    """28 of the supplier's centres, by number: every second one has asked, and waits."""
    found = [one for one in desk.list_delegations() if one.number.startswith("1999")]
    chosen = [one.number for one in found if one.standing is Standing.MANAGED][:CENTRES]
    assert len(chosen) == CENTRES
    for number in chosen[::2]:
        portal.ask(number)
    return chosen


def good(**more: Any) -> bytes:
    return base64.b64decode(certificate(self_signed=True, begins="2025-02-01", **more))


Upload = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, centres: list[str]) -> Path:
    """A good certificate for each of the 28, named by their numbers, with dots or without."""
    made = tmp_path / "certificates"
    made.mkdir()
    for position, number in enumerate(centres):
        (made / f"{dotted(number) if position % 3 else number}.cer").write_bytes(good())
    (made / "private-key.key").write_text("left alone")
    return made


@pytest.fixture
def supplier(portal: Portal, fusion: Fusion) -> Fusion:
    """`supplier("inbox")`: a command of socius."""
    return lambda *arguments: fusion("supplier", *arguments)
