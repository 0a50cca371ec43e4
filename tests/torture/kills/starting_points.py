"""Where killed runs begin: a stack that was never applied, and one whose declaration and portal changed since."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from emulator.core import journal, store, waves
from emulator.seeds import forms as forms_seed
from schemas.declaration import Fusion
from schemas.loading import load_declaration
from tests.support.workspace import Workspace
from tests.torture.kills.processes import Session

FIRST, CHANGE = "first", "change"
UP, PREVIEW, REFRESH, CHECK = "up", "preview", "refresh", "check"
_PLAIN = ("--non-interactive", "--color", "never")
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    UP: ("pulumi", "up", "--yes", "--skip-preview", *_PLAIN, "-s"),
    PREVIEW: ("pulumi", "preview", *_PLAIN, "-s"),
    REFRESH: ("pulumi", "refresh", "--yes", "--skip-preview", *_PLAIN, "-s"),
    CHECK: ("fusion", "check"),
}
"""How each is started; the stack's name comes last."""
# More than the client moves at once, so that a kill comes between two batches too.
FORMS, ATTESTATIONS = 600, 40
DOSSIERS = "*/integrations/*"

_EDITS: Mapping[str, Mapping[str, str]] = {
    "pajottegem": {
        # What the engine does for each: update, replace in both orders, delete, create, and at a disappearing centre update.
        "    - nationality\n": "    - nationality\n    - personnelFile\n",
        "phone: +32 54 89 10 20": "phone: +32 54 89 10 99",
        "name: FTP Pajottegem": "name: FTP Pajottegem 2",
        "supplier: socius}\n\nmut": "supplier: welzijnsware}\n\nmut",
        "\n        - {person: stijn.pauwels, applications: [Integraties raadplegen], roles: [Raadpleger]}": "",
        "- {person: noor.baert, applications: [Aangifte DmfA, E-Box Onderneming]}": (
            "- {person: noor.baert, applications: [Aangifte DmfA]}\n"
            "        - {person: an.claes, applications: [Aangifte DmfA]}"
        ),
        "{person: dries.michiels, roles: [Dossierbeheerder]}": "{person: dries.michiels, blocked: true}",
        "delayDays: 2": "delayDays: 3",
    },
    "hasselt": {
        "\n        - {person: geert.bollen, applications: [Integraties raadplegen], roles: [Dossierbeheerder]}": "",
        "ilse.vranken, applications: [E-Box Onderneming], blocked: true": "ilse.vranken, applications: [Uniek verslag]",
        "coAccessManagers: [bart.nijs, joris.thijs]": "coAccessManagers: [joris.thijs]",
        "{person: katrien.moors, applications: [Uniek verslag]}": "{person: katrien.moors, blocked: true}",
    },
}


@dataclass(frozen=True)
class UndisturbedRun:
    """How a run of `up` that nobody disturbed ended, and what it took."""

    workspace: Workspace
    seconds: float
    writes: int
    dossier_writes: int
    resources: list[dict[str, Any]]


class StartingPoint:
    """One stack at one moment; `begin` gives a copy of it to be disturbed."""

    def __init__(self, folder: Path, stack: str, kind: str) -> None:
        self.name = f"{stack} {kind}"
        self.stack = stack
        self._folder = folder / f"{stack}-{kind}"
        self._kind = kind

    def begin(self, name: str) -> Workspace:
        return self._template.copy(self._folder / name)

    @cached_property
    def fusion(self) -> Fusion:
        """As it is declared when the run begins."""
        return load_declaration(self._template.declaration(self.stack), None)

    @cached_property
    def _template(self) -> Workspace:
        workspace = Workspace.make(self._folder / "template", self.stack)
        if self._kind == CHANGE:
            workspace.up(self.stack)
            workspace.edit(self.stack, self._edited)
        add_forms(workspace, self.stack, FORMS, ATTESTATIONS, seed=1 + (self._kind == CHANGE))
        return workspace

    def _edited(self, text: str) -> str:
        return replace_all(text, _EDITS[self.stack])

    @cached_property
    def undisturbed(self) -> UndisturbedRun:
        """The same `up`, left alone: how long it takes, and how everything is afterwards."""
        workspace = self.begin("undisturbed")
        before = count_writes(workspace)
        began = time.monotonic()
        session = start_run(workspace, self.stack, UP, {})
        assert session.leader.wait() == 0, read_output(workspace)
        seconds = time.monotonic() - began
        return UndisturbedRun(
            workspace,
            seconds,
            count_writes(workspace) - before,
            count_writes(workspace, DOSSIERS) if self._kind == FIRST else 0,
            export_resources(workspace, self.stack),
        )


def replace_all(text: str, edits: Mapping[str, str]) -> str:
    """The text with each of the edits, all of which must find their place."""
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def add_forms(workspace: Workspace, stack: str, forms: int, attestations: int, *, seed: int) -> None:
    """Running dossiers at each merging centre of a stack."""
    fusion = load_declaration(workspace.declaration(stack), None)
    with closing(store.connect(workspace.database)) as connection, store.transaction(connection):
        for centre in fusion.merging:
            forms_seed.fill(connection, centre.kbo, waves.every()[0], forms, attestations, seed=seed)


def start_run(workspace: Workspace, stack: str, operation: str, more: Mapping[str, str]) -> Session:
    """One of `OPERATIONS` of a stack, under way. `more` goes into its environment."""
    command = [*OPERATIONS[operation], stack]
    return Session(command, workspace.root, {**workspace.environment, **more}, workspace.root / "output")


def read_output(workspace: Workspace) -> str:
    """What the last operation said."""
    return (workspace.root / "output").read_text()[-3000:]


def export_resources(workspace: Workspace, stack: str) -> list[dict[str, Any]]:
    """The state's resources, with secrets in clear: encrypted, the same looks different each time."""
    found: list[dict[str, Any]] = export_deployment(workspace, stack).get("resources", [])
    return found


def export_deployment(workspace: Workspace, stack: str) -> dict[str, Any]:
    """The state: `resources` as above, and `pending_operations` where a run left any."""
    state = json.loads(workspace.pulumi("stack", "export", "-s", stack, "--show-secrets"))
    found: dict[str, Any] = state["deployment"]
    return found


def count_writes(workspace: Workspace, path: str | None = None) -> int:
    """How many writing calls the portal has got, of all or of those whose path this glob matches."""
    with closing(store.connect(workspace.database)) as connection:
        return journal.count(connection, journal.Selection(writes=True, path=path))
