"""`fusion plan` by the real engine: what it counts is what the engine counts, and nothing is written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.workspace import Workspace


def plan(workspace: Workspace, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(Path(sys.prefix) / "bin" / "fusion"), "plan", *arguments],
        cwd=workspace.root,
        env=workspace.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def previewed(workspace: Workspace, stack: str) -> dict[str, int]:
    document: dict[str, Any] = json.loads(workspace.run("preview", "-s", stack, "--json").stdout)
    summary: dict[str, int] = document["changeSummary"]
    return summary


def test_a_plan_counts_what_the_engine_counts(fresh: Workspace) -> None:
    """Of two stacks at once, before the first `up`."""
    done = plan(fresh, "pajottegem", "hasselt", "--format", "json")
    assert done.returncode == 0, done.stderr
    pajottegem, hasselt = json.loads(done.stdout)["fusions"]
    assert pajottegem["counts"]["engine"] == previewed(fresh, "pajottegem")
    assert hasselt["counts"]["engine"] == previewed(fresh, "hasselt")
    assert "unseen" not in pajottegem["counts"]["outcomes"] | hasselt["counts"]["outcomes"]
    assert fresh.journal(writes=True) == []


def test_a_plan_of_an_edit_and_of_drift_is_told_in_the_words_of_the_screens(pajottegem: Workspace) -> None:
    """R48, R50."""
    meant = "rule: untickedType, centre: Pajottegem, item: nationality, reason: agreed, until: 2025-02-28"
    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace("    - nationality\n", "", 1) + f"\nexceptions:\n  - {{{meant}}}\n",
    )
    before = pajottegem.journal(writes=True)
    told = plan(pajottegem, "pajottegem", "--format", "json")
    (read,) = json.loads(told.stdout)["fusions"]
    assert read["counts"]["engine"] == previewed(pajottegem, "pajottegem")
    assert read["counts"]["outcomes"]["changed"] == 1
    shown = plan(pajottegem, "pajottegem", "--language", "nl").stdout
    assert "mutaties: Nationaliteit: aangevinkt → niet aangevinkt" in shown
    insz = [person["insz"] for person in pajottegem.secrets()["people"].values()]
    passwords = pajottegem.secrets()["passwords"].values()
    for text in (told.stdout, shown):
        assert [secret for secret in (*insz, *passwords) if secret in text] == []
    assert pajottegem.journal(writes=True) == before
