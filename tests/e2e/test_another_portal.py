"""A state belongs to a portal: what happens when the settings, or the address, lead to another one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import controls
from operations.rehearsals.preparation import prepare
from tests.e2e.test_served import served
from tests.support.workspace import Workspace

STACK = "hasselt"
COMMANDS = (
    ["preview"],
    ["up", "--yes", "--skip-preview"],
    ["up", "--yes", "--skip-preview", "--refresh=false"],
    ["refresh", "--yes"],
    ["destroy", "--yes"],
)


def looked(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With the look before a run that `Workspace.pulumi` does without."""
    return workspace.run(*arguments, "-s", STACK)


@pytest.fixture(scope="module")
def applied_template(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = fresh_template.copy(tmp_path_factory.mktemp("portal") / "project")
    done = looked(workspace, "up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace


@pytest.fixture
def applied(applied_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Hasselt, whose state remembers the embedded portal."""
    workspace = applied_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()


def other_portal(workspace: Workspace, folder: Path) -> Workspace:
    """A workspace of its own whose portal is empty and knows this one's client."""
    other = workspace.copy(folder)
    controls.reset(other.database, "2025-02-03")
    list(prepare(other.root, other.environment))
    return other


def test_another_portal_at_another_address_stops_every_command(applied: Workspace, tmp_path: Path) -> None:
    """First way out: the settings are set back. An engine without the look refuses too, and writes nothing."""
    other = other_portal(applied, tmp_path / "other")
    with served(other) as url:
        applied.pulumi("config", "set", "portalUrl", url, "-s", STACK)
        for command in COMMANDS:
            refused = looked(applied, *command)
            assert (refused.returncode, refused.stdout) == (1, ""), command
            assert "the state of hasselt belongs to the portal embedded" in refused.stderr
            assert f"the settings say {url}" in refused.stderr
        for command in COMMANDS[:3]:
            bare = applied.run(*command, "-s", STACK, PULUMI_RUN_PROGRAM="false")
            assert bare.returncode != 0
            assert "the state of hasselt belongs to the portal embedded" in bare.stdout + bare.stderr
    assert other.journal(writes=True) == []
    applied.pulumi("config", "set", "portalUrl", "embedded", "-s", STACK)
    assert looked(applied, "preview", "--expect-no-changes").returncode == 0


def test_a_portal_that_was_started_anew_is_another_one(applied: Workspace) -> None:
    """Second way out: the state forgets the old one, and begins anew."""
    before = applied.outputs(STACK)["portal"]
    applied.restart_portal("2025-02-03")
    for command in COMMANDS:
        refused = looked(applied, *command)
        assert (refused.returncode, refused.stdout) == (1, ""), command
        assert "and another one is there now" in refused.stderr
        assert f"pulumi state delete --all --force --yes -s {STACK}" in refused.stderr
    assert applied.journal(writes=True) == []
    applied.pulumi("state", "delete", "--all", "--force", "--yes", "-s", STACK)
    done = looked(applied, "up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr
    assert looked(applied, "preview", "--expect-no-changes").returncode == 0
    now = applied.outputs(STACK)["portal"]
    assert now["url"] == before["url"]
    assert now["identity"] not in ("", before["identity"])
