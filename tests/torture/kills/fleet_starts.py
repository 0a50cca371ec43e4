"""Where killed runs of many stacks begin: nothing applied yet, and all applied and changed since; with states in a folder,
and the same on PostgreSQL. One stack of each scenario, at one served portal."""

from __future__ import annotations

import random
import shutil
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from schemas.declaration import Fusion
from schemas.loading import load_declaration
from tests.support.backend_servers import HOST, Postgres
from tests.support.shared_workspace import Shared
from tests.support.workspace import Workspace
from tests.torture.kills.processes import Session
from tests.torture.kills.served_portal import Ports, ServedPortal
from tests.torture.kills.starting_points import (
    CHANGE,
    PREVIEW,
    REFRESH,
    UP,
    add_forms,
    count_writes,
    export_resources,
    read_output,
    replace_all,
)

STACKS = ("antwerpen", "hasselt", "nazareth-de-pinte")
FOLDER, POSTGRES = "folder", "PostgreSQL"
_FORMS, _ATTESTATIONS = 40, 10
_SETTLED_PORTS = range(20_000, 32_000)
"""Below those that this machine gives to whoever asks for any: a portal that was killed finds its own free again."""
_EVENT = b'"event": "resource"'
_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    UP: ("up", "--yes"),
    PREVIEW: ("preview", "--full"),
    REFRESH: ("refresh", "--yes"),
}
_EDITS: Mapping[str, Mapping[str, str]] = {
    # A user of each centre changes, one comes, one goes, and channels and screens change.
    "antwerpen": {
        "roles: [Dossierbeheerder]}": "roles: [Dossierbeheerder], blocked: true}",
        "coAccessManagers: [lieve.somers, monique.torfs]": "coAccessManagers: [monique.torfs]",
        "jef.wuyts, applications: [Uniek verslag, E-Box Onderneming]": "jef.wuyts, applications: [Uniek verslag]",
    },
    "hasselt": {
        "\n        - {person: geert.bollen, applications: [Integraties raadplegen], roles: [Dossierbeheerder]}": "",
        "ilse.vranken, applications: [E-Box Onderneming], blocked: true": "ilse.vranken, applications: [Uniek verslag]",
    },
    "nazareth-de-pinte": {
        "name: FTP Nazareth-De Pinte": "name: FTP Nazareth-De Pinte 2",
        "phone: +32 9 382 82 50": "phone: +32 9 382 82 59",
        "receive: [address, ": "receive: [address, nationality, ",
        "{person: tania.devos, applications: [Uniek verslag, E-Box Onderneming]}": (
            "{person: tania.devos, applications: [Uniek verslag], blocked: true}"
        ),
        "delayDays: 2": "delayDays: 4",
    },
}


@dataclass(frozen=True)
class UndisturbedFleet:
    """How an `up` of all stacks ended that nobody disturbed, and what it took.

    :param events: how many resources it told that it was done with. :param resources: by stack.
    """

    workspace: Workspace
    seconds: float
    writes: int
    events: int
    resources: Mapping[str, list[dict[str, Any]]]


class FleetStart:
    """All stacks at one moment; `begin` gives a copy of it to be disturbed.

    :param base: with nothing applied, and whose stacks know the portal at `ports`. :param postgres: begins one, or tells
        the one that is there.
    """

    def __init__(
        self, folder: Path, kind: str, base: Workspace, ports: Ports, postgres: Callable[[], Postgres]
    ) -> None:
        self._folder = folder / kind
        self._kind = kind
        self._base = base
        self._ports = ports
        self._postgres = postgres

    def begin(self, name: str, backend: str) -> Workspace:
        """:param backend: where the states are to lie, `FOLDER` or `POSTGRES`."""
        if backend == FOLDER:
            return self._template.copy(self._folder / name)
        shared = self._on_postgresql
        self._postgres().copy(self._saved, self._database)
        return Shared(shared.copy(self._folder / name).root, shared.backend)

    def serve(self, workspace: Workspace) -> ServedPortal:
        """The portal of a copy, at the address that its stacks know."""
        return ServedPortal(workspace, ports=self._ports)

    @cached_property
    def fusions(self) -> list[Fusion]:
        """As they are declared when the run begins."""
        return [load_declaration(self._template.declaration(stack), None) for stack in STACKS]

    @cached_property
    def _template(self) -> Workspace:
        workspace = self._base.copy(self._folder / "template")
        if self._kind == CHANGE:
            with self.serve(workspace):
                _apply(workspace)
            for stack, edits in _EDITS.items():
                workspace.edit(stack, partial(replace_all, edits=edits))
        for stack in STACKS:
            add_forms(workspace, stack, _FORMS, _ATTESTATIONS, seed=1 + (self._kind == CHANGE))
        return workspace

    @cached_property
    def undisturbed(self) -> UndisturbedFleet:
        """The same `up`, left alone."""
        workspace = self.begin("undisturbed", FOLDER)
        before, began = count_writes(workspace), time.monotonic()
        with self.serve(workspace):
            _apply(workspace)
            seconds = time.monotonic() - began
            return UndisturbedFleet(
                workspace,
                seconds,
                count_writes(workspace) - before,
                count_events(workspace),
                {stack: export_resources(workspace, stack) for stack in STACKS},
            )

    # -- on PostgreSQL ------------------------------------------------------------------------------------------------------

    @property
    def _database(self) -> str:
        """Each key in it begins with its name: so all copies have one name, one after another."""
        return f"fusions-{self._kind}"

    @property
    def _saved(self) -> str:
        return f"{self._database}-saved"

    @cached_property
    def _on_postgresql(self) -> Shared:
        """The same start, its states moved there."""
        states = {stack: self._template.pulumi("stack", "export", "-s", stack) for stack in STACKS}
        root = self._template.copy(self._folder / "template-on-postgresql").root
        shutil.rmtree(root / ".state" / ".pulumi")
        shared = Shared(root, self._postgres().make(self._database))
        made = shared.fusion("setup")
        assert made.returncode == 0, made.stderr
        moved = root / "moved.json"
        for stack, state in states.items():
            moved.write_text(state, "utf-8")
            shared.pulumi("stack", "import", "-s", stack, "--file", str(moved))
        moved.unlink()
        self._postgres().copy(self._database, self._saved)
        return shared


class FleetStarts:
    """Of each kind, made in a folder when it is first needed."""

    def __init__(self, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self._folder = folder
        self._postgres = postgres
        self._starts: dict[str, FleetStart] = {}

    def of(self, kind: str) -> FleetStart:
        if kind not in self._starts:
            self._starts[kind] = FleetStart(self._folder, kind, self._base, self._ports, self._postgres)
        return self._starts[kind]

    @cached_property
    def _ports(self) -> Ports:
        return Ports(_find_free_port(), _find_free_port())

    @cached_property
    def _base(self) -> Workspace:
        workspace = Workspace.make(self._folder / "base", *STACKS)
        with ServedPortal(workspace, *STACKS, ports=self._ports):
            return workspace


def name_command(operation: str, *options: str) -> list[str]:
    """One of `up`, `preview`, `refresh` for all stacks, told to programs."""
    return ["fusion", *_OPERATIONS[operation], "--all", "--format", "json", *options]


def start_fleet(workspace: Workspace, operation: str, *options: str) -> Session:
    """The same, under way."""
    command = name_command(operation, *options)
    return Session(command, workspace.root, workspace.environment, workspace.root / "output")


def count_events(workspace: Workspace) -> int:
    """How many resources the last run told that it was done with."""
    return (workspace.root / "output").read_bytes().count(_EVENT)


def _apply(workspace: Workspace) -> None:
    session = start_fleet(workspace, UP, "--skip-preview")
    assert session.leader.wait() == 0, read_output(workspace)


def _find_free_port() -> str:
    while True:
        port = random.choice(_SETTLED_PORTS)  # noqa: S311 - which one does not matter
        with socket.socket() as here:
            if here.connect_ex((HOST, port)):
                return str(port)
