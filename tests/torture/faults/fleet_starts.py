"""Where fleet runs begin: three stacks, one of each scenario, in each condition in which people may find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from emulator import controls
from emulator.controls import Rule
from schemas.declaration import Fusion
from schemas.loading import load_declaration
from tests.support import portal_tables
from tests.support.workspace import Workspace
from tests.torture.kills.served_portal import Ports, ServedPortal
from tests.torture.kills.starting_points import export_resources, replace_all

STACKS = ("antwerpen", "nazareth-de-pinte", "tielt")
"""Of scenario 3, 1 and 2."""
NOTHING, HALF, EDITS, REMOVALS, DRIFT, DESTROY = (
    "from nothing",
    "half done",
    "edits",
    "removals",
    "drift at the portal",
    "destroy",
)
SKIP_PREVIEW = "--skip-preview"
_ANTWERPEN, _NAZARETH, _TIELT = "0212235604", "1010782461", "0212176117"
_USERS = "users/maatschappelijkWelzijn"
_EDITED: Mapping[str, Mapping[str, str]] = {
    "antwerpen": {
        "carla.nuyts, applications: [OCMW Online - Hulpaanvragen, Integraties raadplegen]": (
            "carla.nuyts, applications: [OCMW Online - Hulpaanvragen]"
        ),
        "fatima.ouali, roles: [Dossierbeheerder]": "fatima.ouali, roles: [Dossierbeheerder], blocked: true",
        "jef.wuyts, applications: [Uniek verslag, E-Box Onderneming]": "jef.wuyts, applications: [Uniek verslag]",
    },
    "nazareth-de-pinte": {
        "receive: [address, ": "receive: [nationality, address, ",
        "phone: +32 9 382 82 50": "phone: +32 9 382 82 59",
        "name: FTP Nazareth-De Pinte": "name: FTP Nazareth-De Pinte 2",
        "delayDays: 2": "delayDays: 3",
        "roles: [Dossierbeheerder], blocked: true": "roles: [Dossierbeheerder]",
    },
    "tielt": {
        "applications: [Integraties raadplegen], blocked: true": "applications: [Integraties raadplegen]",
        "mieke.ostyn, applications: [OCMW Online - Hulpaanvragen]": (
            "mieke.ostyn, applications: [OCMW Online - Hulpaanvragen, E-Box Onderneming]"
        ),
    },
}
_REMOVED: Mapping[str, Mapping[str, str]] = {
    "antwerpen": {
        "\n        - {person: fatima.ouali, roles: [Dossierbeheerder]}": "",
        "coAccessManagers: [lieve.somers, monique.torfs]": "coAccessManagers: [lieve.somers]",
    },
    "nazareth-de-pinte": {
        "\n        - {person: sven.bracke, applications: [ChaMan - Technisch kanaalbeheer], roles: [OCMW-configuratie]}"
        "\n        - {person: greet.vandamme": "\n        - {person: greet.vandamme",
    },
    "tielt": {
        "\n        - {person: rosanne.debels, applications: [Integraties raadplegen], blocked: true}      # illness": "",
    },
}


@dataclass(frozen=True)
class UndisturbedFleet:
    """The same run on a portal without faults: its workspace, and the state's resources of each stack."""

    workspace: Workspace
    resources: Mapping[str, list[dict[str, Any]]]


class FleetStart:
    """One condition of the three stacks; `begin` gives a copy to run on, which is to be served at `ports`."""

    def __init__(self, kind: str, folder: Path, template: Workspace, ports: Ports) -> None:
        self.kind = kind
        self.folder = folder
        self.ports = ports
        self._template = template

    @property
    def command(self) -> tuple[str, ...]:
        """What people run on it, until it ends well."""
        return ("destroy" if self.kind == DESTROY else "up", "--all", "--yes")

    @cached_property
    def fusions(self) -> list[Fusion]:
        """As they are declared."""
        return [load_declaration(self._template.declaration(stack), None) for stack in STACKS]

    def begin(self, name: str) -> Workspace:
        return self._template.copy(self.folder / name)

    @cached_property
    def undisturbed(self) -> UndisturbedFleet:
        workspace = self.begin("undisturbed")
        with ServedPortal(workspace, ports=self.ports):
            _run(workspace, *self.command, *([] if self.kind == DESTROY else [SKIP_PREVIEW]))
        return UndisturbedFleet(workspace, {stack: export_resources(workspace, stack) for stack in STACKS})


class FleetStarts:
    """The starts, each made in the folder when it is first needed, at one address of the portal for all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start = cache(self._start)

    def _start(self, kind: str) -> FleetStart:
        template = self._make(kind)
        return FleetStart(kind, template.root.parent, template, self._ports)

    @property
    def _ports(self) -> Ports:
        return self._fresh[1]

    @cached_property
    def _fresh(self) -> tuple[Workspace, Ports]:
        workspace = Workspace.make(self._folder / "fresh", *STACKS)
        with ServedPortal(workspace, *STACKS) as portal:
            return workspace, portal.ports

    @cached_property
    def _applied(self) -> Workspace:
        workspace = self._fresh[0].copy(self._folder / "applied")
        with ServedPortal(workspace, ports=self._ports):
            _run(workspace, "up", "--all", "--yes", SKIP_PREVIEW)
        return workspace

    def _make(self, kind: str) -> Workspace:
        before = self._fresh[0] if kind in (NOTHING, HALF) else self._applied
        workspace = before.copy(self._folder / kind.replace(" ", "-") / "template")
        with ServedPortal(workspace, ports=self._ports):
            _CHANGES[kind](workspace)
        return workspace


def _run(workspace: Workspace, *arguments: str, passes: bool = True) -> None:
    done = workspace.fusion(*arguments)
    assert (done.returncode == 0) == passes, f"{arguments}: {done.stdout}{done.stderr}"


def _leave(workspace: Workspace) -> None:
    """As it is."""


def _do_half(workspace: Workspace) -> None:
    """One stack is done, one failed on its way, one was never applied."""
    controls.add_fault(workspace.database, Rule(status=500, method="PUT", path_pattern="*/ftpAccounts/*"))
    controls.add_fault(workspace.database, Rule(status=500, method="POST", share=0.5, seed=3))
    _run(workspace, "up", "nazareth-de-pinte", "--yes", SKIP_PREVIEW, passes=False)
    controls.clear_faults(workspace.database)
    _run(workspace, "up", "tielt", "--yes", SKIP_PREVIEW)


def _edit(replaced: Mapping[str, Mapping[str, str]]) -> Callable[[Workspace], None]:
    def edit(workspace: Workspace) -> None:
        for stack, texts in replaced.items():
            workspace.edit(stack, partial(replace_all, edits=texts))

    return edit


def _drift(workspace: Workspace) -> None:
    """Somebody changes at the portal what the files declare."""
    portal = workspace.database
    portal_tables.change_resources(portal, "sender", _NAZARETH, phone="+3293828299")
    portal_tables.change_resources(portal, "mutations", _NAZARETH, receive=["address", "death"])
    portal_tables.delete_resources(portal, "ftpAccount", _NAZARETH)
    for centre in (_NAZARETH, _ANTWERPEN, _TIELT):
        portal_tables.change_resources(portal, _USERS, centre, blocked=True)


_CHANGES: Mapping[str, Callable[[Workspace], None]] = {
    NOTHING: _leave,
    HALF: _do_half,
    EDITS: _edit(_EDITED),
    REMOVALS: _edit(_REMOVED),
    DRIFT: _drift,
    DESTROY: _leave,
}
STARTS = tuple(_CHANGES)
