"""What must be as after an `up` of all stacks that nobody disturbed: nothing is left to do, and states, portal, ledgers and
locks are the same."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from schemas.declaration import Fusion
from tests.support.ledger_check import check_ledger
from tests.support.shared_workspace import Shared
from tests.support.workspace import Workspace
from tests.torture.kills import comparison
from tests.torture.kills.fleet_starts import name_command
from tests.torture.kills.starting_points import PREVIEW, export_deployment


class Undisturbed(Protocol):
    """How the same ended that nobody disturbed: its workspace, and its states' resources by stack."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def resources(self) -> Mapping[str, list[dict[str, Any]]]: ...


class Start(Protocol):
    """Where runs of many stacks begin, and what they should come to."""

    @property
    def fusions(self) -> Sequence[Fusion]: ...
    @property
    def undisturbed(self) -> Undisturbed: ...


def run(workspace: Workspace, command: list[str]) -> list[str]:
    """What of a command that must end with 0 went wrong."""
    try:
        done = workspace.fusion(*command[1:])
    except subprocess.TimeoutExpired as error:
        return [str(error)]
    if done.returncode == 0:
        return []
    return [f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-1000:]}"]


def look_again(workspace: Workspace) -> list[str]:
    """What a full look at all stacks still finds to do."""
    return run(workspace, name_command(PREVIEW, "--expect-no-changes"))


def compare_states(start: Start, workspace: Workspace) -> list[str]:
    """What of the states is not as after the undisturbed run, and what is pending in them."""
    findings = []
    for stack, expected in start.undisturbed.resources.items():
        state = export_deployment(workspace, stack)
        findings += comparison.compare_states(expected, state.get("resources", []))
        if state.get("pending_operations"):
            findings.append(f"something is still pending in the state of {stack}")
    return findings


def compare_files(start: Start, workspace: Workspace) -> list[str]:
    """What of the portal, the ledgers and the locks is not as after the undisturbed run."""
    findings = comparison.compare_portals(start.undisturbed.workspace.database, workspace.database)
    for fusion in start.fusions:
        findings += comparison.find_forbidden_writes(workspace.database, fusion)
    findings += check_ledger(workspace.root, *start.undisturbed.resources)
    return findings + [f"a lock is left: {lock}" for lock in list_locks(workspace)]


def list_locks(workspace: Workspace) -> list[str]:
    """The stacks that somebody works on."""
    if isinstance(workspace, Shared):
        return workspace.locks
    return [path.parent.name for path in (workspace.root / ".state" / ".pulumi" / "locks").rglob("*.json")]
