"""How often a run asks the portal, with the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import LARGEST
from benchmarks.calls import AIM, kind_of
from tests.support.workspace import Workspace


@pytest.fixture(scope="module")
def largest(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The largest fusion is applied."""
    workspace = Workspace.make(tmp_path_factory.mktemp("calls") / "project", LARGEST)
    workspace.up(LARGEST)
    return workspace


def calls(workspace: Workspace, *command: str) -> list[dict[str, Any]]:
    """What a command asks that people give."""
    before = len(workspace.journal())
    done = workspace.run(*command, "-s", LARGEST)
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace.journal()[before:]


@pytest.mark.parametrize(
    "command",
    [
        ("preview", "--expect-no-changes"),
        ("up", "--yes", "--skip-preview", "--expect-no-changes"),
        ("refresh", "--yes", "--skip-preview"),
    ],
    ids=lambda command: command[0],
)
def test_a_run_in_which_nothing_changed_asks_no_more_than_it_must(
    largest: Workspace, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """A third of what it was before a run remembered what it had read."""
    workspace = largest.copy(tmp_path / "project")
    made = calls(workspace, *command)
    assert 0 < len(made) <= AIM, sorted(map(kind_of, made))
    looked = [(one["method"], one["path"]) for one in made if kind_of(one) != "sign-in"]
    assert len(looked) == len({*looked}), "something was read twice"
    assert {method for method, _ in looked} == {"GET"}
    # The look before the engine's start is another process, with a sign-in of its own.
    acting = {one["actingFor"] for one in made}
    assert len(made) - len(looked) <= len(acting) + 1
