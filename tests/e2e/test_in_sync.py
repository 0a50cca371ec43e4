"""Stacks that need no engine, with the real one: it looks where something can have changed, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from operations.in_sync.judging import NEVER
from tests.e2e.test_approved import CONTACT, PAJOTTEGEM, save
from tests.e2e.test_fleet import run
from tests.support.workspace import Workspace

BOTH = ("hasselt", "pajottegem")


@pytest.fixture(scope="module")
def applied(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Both are applied."""
    workspace = fresh_template.copy(tmp_path_factory.mktemp("in-sync") / "project")
    for stack in BOTH:
        workspace.up(stack)
    return workspace


@pytest.fixture
def workspace(applied: Workspace, tmp_path: Path) -> Workspace:
    return applied.copy(tmp_path / "project")


def why(workspace: Workspace, *options: str) -> dict[str, str]:
    """Why the engine looked, of each stack; "in sync" of those where it did not."""
    results: dict[str, dict[str, Any]] = run(workspace, "preview", *BOTH, *options)
    return {
        stack: "in sync" if one["ending"] == "inSync" else one["because"] for stack, one in results.items()
    }


def test_the_engine_looks_where_something_can_have_changed_and_nowhere_else(workspace: Workspace) -> None:
    assert why(workspace) == dict.fromkeys(BOTH, NEVER)
    before = len(workspace.journal())
    assert why(workspace) == dict.fromkeys(BOTH, "in sync")
    calls = {entry["path"].rpartition("/")[2] for entry in workspace.journal()[before:]}
    assert calls == {"token", "changes"}

    # Somebody else saves a screen, and somebody edits the other file.
    save(workspace, PAJOTTEGEM, CONTACT, phone="+3254000001")
    workspace.edit("hasselt", lambda text: f"{text}# looked at again\n")
    assert why(workspace) == {
        "hasselt": "its declaration changed",
        "pajottegem": f"something changed at {PAJOTTEGEM}, in ocmwConfiguration",
    }
    # What is still to do at Pajottegem is no "in sync"; the other one is looked at once.
    found = run(workspace, "preview", *BOTH)
    assert found["hasselt"]["ending"] == "inSync"
    assert found["pajottegem"]["changes"] == 1
    workspace.up("pajottegem")
    assert why(workspace)["pajottegem"] == NEVER, "the last look found something to do"
    assert why(workspace) == dict.fromkeys(BOTH, "in sync")
    assert why(workspace, "--full") == dict.fromkeys(BOTH, "")

    workspace.advance_clock(1)
    assert set(why(workspace).values()) == {"2025-02-04 has come"}
