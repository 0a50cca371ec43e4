"""Pajottegem as it stands a week after it was applied, and what `fusion check` says of it; without the engine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from emulator.embedded import transport
from operations import engine
from operations.checks.context import Context
from operations.checks.folders import Folders
from operations.checks.results import Result
from operations.checks.run import run_all
from operations.rehearsals import preparation
from operations.rehearsals.certificates import uploaded
from operations.rehearsals.preparation import prepare
from providers import session
from providers.pending_work import PendingWork
from providers.portal import Connection, WritingPortal
from providers.settings import Settings, SftpSettings, settings_from, sftp_settings_from
from schemas.loading import load_declaration
from schemas.secrets import load_secrets
from stacks.plan import plan
from tests.support import portal_tables

FUSIONS = Path(__file__).parents[3] / "fusions"
STACK = "pajottegem"
PAJOTTEGEM, GALMAARDEN, GOOIK, HERNE = "1010784738", "0212212343", "0212214026", "0212218182"
CHAMAN = "/REST/chaman/v1/organizations"
CONFIGURATION = "/REST/ocmwConfiguration/v1/organizations"


def no_settings(_: str) -> None:
    """Everything at its default."""


@dataclass
class Setting:
    """A folder with a declaration, its secrets, a stack's state and the embedded portal."""

    root: Path
    stack: str = STACK
    has_state: bool = True
    keep: Path | None = None
    settings: dict[str, str] = field(default_factory=dict)
    _connections: list[Connection] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.root / ".state" / "portal.db"

    @property
    def declaration(self) -> Path:
        return self.root / "fusions" / f"{self.stack.partition('.')[0]}.yaml"

    @property
    def secrets_file(self) -> Path:
        return self.root / ".state" / "rehearsal" / "secrets.yaml"

    @property
    def state_file(self) -> Path:
        return self.root / ".state" / "resources.json"

    def secrets(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.secrets_file.read_text().split("\n", 1)[1])
        return document

    def set_password(self, key: str, password: str | None) -> None:
        document = self.secrets()
        document["passwords"].pop(key)
        if password is not None:
            document["passwords"][key] = password
        self.secrets_file.write_text("# changed\n" + json.dumps(document))

    def set_key(self, key: str, pair: str | None) -> None:
        document = self.secrets()
        document["keys"].pop(key)
        if pair is not None:
            document["keys"][key] = pair
        self.secrets_file.write_text("# changed\n" + json.dumps(document))

    def apply(self) -> None:
        """What `up` does, by the same provider classes; the resources are the state."""
        session.configure(settings_from(no_settings))
        secrets = load_secrets(self.secrets_file)
        state = []
        for item in plan(load_declaration(self.declaration, secrets), secrets, self.declaration.parent):
            kind = item.resource
            if issubclass(kind, PendingWork):
                continue
            props = {name: value for name, value in item.props.items() if value is not None}
            made = kind.provider_class().create(props)
            state.append({"type": f"pulumi-python:{kind._resource_type_name}", "outputs": made.outs})
        session.close()
        self.state_file.write_text(json.dumps(state))

    def check(self) -> list[Result]:
        secrets = load_secrets(self.secrets_file)
        fusion = load_declaration(self.declaration, secrets)
        settings = settings_from(self.settings.get)
        session.configure(settings)
        state = json.loads(self.state_file.read_text()) if self.has_state else None
        sftp: SftpSettings = sftp_settings_from(self.settings.get, settings)
        try:
            with Folders(settings, sftp, self.keep) as folders:
                return list(run_all(Context(self.stack, fusion, secrets, folders, state), lambda _: None))
        finally:
            session.close()

    def found(self, check: str, kbo: str = PAJOTTEGEM) -> tuple[str, str]:
        """The one line of a check at a centre: result and detail."""
        (line,) = [one for one in self.check() if one.check == check and one.kbo == kbo]
        return line.result, line.detail

    def portal(self, organization: str) -> WritingPortal:
        """The portal as somebody else uses it."""
        key = self.root / ".state" / "rehearsal" / "client-key.pem"
        connection = Connection(
            Settings("embedded", "rehearsal", None, key, deadline_seconds=5), transport(self.database)
        )
        self._connections.append(connection)
        return WritingPortal(connection, organization)

    def change(self, organization: str, path: str, **values: Any) -> None:
        """Somebody changes a screen in the portal."""
        portal = self.portal(organization)
        found = portal.get(path)
        read_only = {"createdBy", "createdAt", "changedAt", "passwordChangedAt", "management", "supplier"}
        kept = {name: value for name, value in found.body.items() if name not in {*read_only, "accountName"}}
        portal.replace(path, kept | values, found.etag)

    def remove(self, organization: str, path: str) -> None:
        portal = self.portal(organization)
        portal.delete(path, portal.get(path).etag)

    def writes(self) -> list[dict[str, Any]]:
        """Everything that was written, over HTTP or SFTP."""
        return [call for call in controls.journal(self.database, writes=True) if call["method"] != "SFTP"]

    def close(self) -> None:
        while self._connections:
            self._connections.pop().close()


def until(setting: Setting, kbo: str, file_name: str, day: str) -> None:
    """A certificate that ends on a day."""
    moment = f"{day}T00:00:00+01:00"
    portal_tables.change_resources(setting.database, "certificate", kbo, file_name, notAfter=moment)


def _make(root: Path, patch: pytest.MonkeyPatch, *fusions: str) -> Setting:
    (root / "fusions").mkdir(parents=True)
    shutil.copytree(FUSIONS / "certificates", root / "fusions" / "certificates")
    for name in fusions:
        shutil.copy2(FUSIONS / f"{name}.yaml", root / "fusions")
    patch.setenv("FUSION_ROOT", str(root))
    patch.setattr(preparation, "_stacks", lambda *_: iter(()))
    list(prepare(root, {}))
    return Setting(root)


@pytest.fixture(scope="session")
def applied_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Applied on 3 February, the supplier accepted, and it is the 12th."""
    root = tmp_path_factory.mktemp("checks") / "project"
    with pytest.MonkeyPatch.context() as patch:
        setting = _make(root, patch, STACK)
        setting.apply()
        certificate = (None, uploaded(setting.secrets()["keys"]["pajottegem/rest"]))
        controls.answer_delegation(
            setting.database, PAJOTTEGEM, "OCMW Online", accept=True, certificate=certificate
        )
        controls.set_clock(setting.database, "2025-02-12")
        setting.close()
    return root


@pytest.fixture(scope="session")
def fresh_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing is applied; it is 3 February."""
    root = tmp_path_factory.mktemp("checks") / "fresh"
    with pytest.MonkeyPatch.context() as patch:
        _make(root, patch, STACK, "hasselt").close()
    return root


def _copy(template: Path, root: Path, patch: pytest.MonkeyPatch) -> Setting:
    shutil.copytree(template, root)
    patch.setenv("FUSION_ROOT", str(root))
    patch.chdir(root)
    return Setting(root)


@pytest.fixture
def applied(applied_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    setting = _copy(applied_template, tmp_path / "project", monkeypatch)
    yield setting
    setting.close()


@pytest.fixture
def fresh(fresh_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    setting = _copy(fresh_template, tmp_path / "project", monkeypatch)
    setting.has_state = False
    yield setting
    setting.close()


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch, applied: Setting) -> dict[str, str]:
    """The engine's part, without it: one stack with this state and these settings."""
    settings: dict[str, str] = {}
    state = json.loads(applied.state_file.read_text())
    monkeypatch.setattr(engine, "list_stacks", lambda root: [STACK])
    monkeypatch.setattr(engine, "read_settings", lambda root, stack: settings)
    monkeypatch.setattr(engine, "read_resources", lambda root, stack: state if applied.has_state else [])
    return settings
