"""The same as `test_in_process` with the real engine: fewer sequences, since each `up` takes seconds."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from emulator import controls
from emulator.embedded import transport
from providers.portal import Connection
from providers.retained import KINDS
from providers.settings import Settings
from schemas.declaration import slug
from schemas.secrets import load_secrets
from tests.support.workspace import Workspace
from tests.torture.properties.search import HASSELT, PAJOTTEGEM, Subject, search
from tests.torture.properties.simulated_engine import REFUSED
from tests.torture.properties.world import OTHER_CLIENT, World

_UNCHANGED = frozenset({"same", "read", "refresh"})


class EngineWorld(World):
    """A workspace and the real engine."""

    def __init__(self, workspace: Workspace, fusion: str, hand: Connection) -> None:
        secrets = load_secrets(workspace.root / ".state" / "rehearsal" / "secrets.yaml")
        super().__init__(workspace.root / "fusions", fusion, secrets, workspace.database, hand)
        self._workspace, self._stack = workspace, fusion

    def up(self) -> list[str]:
        done = self._workspace.run("up", "-s", self._stack, "--yes", "--skip-preview")
        if done.returncode == 0:
            return []
        shown = done.stdout + done.stderr
        titles = {kind.title: name for name, kind in KINDS.items()}
        retained = {
            f"{slug(centre)}-retained-{titles[title]}: retained: {status}"
            for centre, title, status in re.findall(r"^ {4,}(\w+), ([\w -]+): (.+)$", shown, re.MULTILINE)
            if "retained things changed" in shown and title in titles
        }
        if retained or "refused the delegation request" in shown:
            return sorted(retained) + [REFUSED] * ("refused the delegation request" in shown)
        return [done.stdout[-3000:] + done.stderr[-3000:]]

    def changes(self) -> list[str]:
        done = self._workspace.run("preview", "-s", self._stack, "--json")
        steps = json.loads(done.stdout[done.stdout.index("{") :])["steps"]
        return [
            f"{step['op']} {step['urn'].rpartition('::')[2]}"
            for step in steps
            if step["op"] not in _UNCHANGED
        ]

    def outputs(self) -> dict[str, Any]:
        resources = self._workspace.resources(self._stack)
        return {one["urn"].rpartition("::")[2]: one.get("outputs", {}) for one in resources}

    def forget(self) -> None:
        state = json.loads(self._workspace.pulumi("stack", "export", "-s", self._stack))
        file = self._workspace.root / "nothing.json"
        file.write_text(json.dumps(state | {"deployment": {"manifest": state["deployment"]["manifest"]}}))
        self._workspace.pulumi("stack", "import", "-s", self._stack, "--file", str(file))

    def set_password(self, password: str) -> None:
        document = self._workspace.secrets()
        document["passwords"][self.fusion.ftp_password_key] = password
        file = self._workspace.root / ".state" / "rehearsal" / "secrets.yaml"
        file.write_text(json.dumps(document))
        self.secrets = load_secrets(file)

    def shown(self) -> str:
        return self._workspace.pulumi("stack", "export", "-s", self._stack)


class EngineTemplate:
    """A fusion that was applied, copied for each sequence."""

    def __init__(self, folder: Path, fusion: str, moment: str) -> None:
        self._folder, self._fusion = folder, fusion
        self._template = Workspace.make(folder / "template", fusion)
        self._template.restart_portal(moment)
        self._key = self._template.root / ".state" / "rehearsal" / "client-key.pem"
        public = load_pem_private_key(self._key.read_bytes(), None).public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        controls.register_client(self._template.database, OTHER_CLIENT, pem)
        self._template.up(fusion)

    @contextmanager
    def open_copy(self) -> Iterator[EngineWorld]:
        shutil.rmtree(self._folder / "copy", ignore_errors=True)
        workspace = self._template.copy(self._folder / "copy")
        settings = Settings("embedded", OTHER_CLIENT, None, self._key, deadline_seconds=20)
        hand = Connection(settings, transport(workspace.database))
        try:
            yield EngineWorld(workspace, self._fusion, hand)
        finally:
            hand.close()


@pytest.mark.parametrize(
    ("subject", "moment", "examples"),
    [(PAJOTTEGEM, "2025-02-03", 3), (PAJOTTEGEM, "2024-11-01", 2), (HASSELT, "2025-02-03", 2)],
    ids=["pajottegem-february", "pajottegem-november", "hasselt-february"],
)
def test_after_every_up_all_is_in_sync_and_what_is_retained_as_it_was(
    tmp_path: Path, subject: Subject, moment: str, examples: int
) -> None:
    """R05, R22, R39. What is found is printed as it is: with the engine a shorter way to it would take too long."""
    search(
        subject,
        EngineTemplate(tmp_path, subject.fusion, moment).open_copy,
        examples,
        lengths=(3, 5),
        shrink=False,
    )
