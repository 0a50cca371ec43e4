"""Many stacks in one run of the real engine: the same as its own commands one by one, whatever fails or is interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

from tests.e2e.test_approved import CONTACT, PAJOTTEGEM, fusion, leaked, save
from tests.support.workspace import Workspace

BOTH = ("hasselt", "pajottegem")
SECONDS = 300.0


def run(workspace: Workspace, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """The results by stack, by the last line for programs."""
    done = fusion(workspace, *arguments, "--format", "json")
    assert done.returncode == code, done.stdout + done.stderr
    assert leaked(workspace, done.stdout + done.stderr) == []
    return {result["stack"]: result for result in result_of(done.stdout)}


def result_of(lines: str) -> list[dict[str, Any]]:
    """What the last line has."""
    stacks: list[dict[str, Any]] = json.loads(lines.splitlines()[-1])["stacks"]
    return stacks


def locks(workspace: Workspace) -> list[str]:
    folder = workspace.root / ".state" / ".pulumi" / "locks"
    return [path.name for path in folder.rglob("*") if path.is_file()]


@contextmanager
def started(workspace: Workspace, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        ["fusion", *arguments, "--format", "json"],
        cwd=workspace.root,
        env=workspace.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def wait_for_resources(running: subprocess.Popen[str], count: int) -> None:
    """Until the engine is done with so many, by the lines for programs."""
    assert running.stdout
    while count:
        line = json.loads(running.stdout.readline())
        count -= line["event"] == "resource"


def counted(workspace: Workspace, stack: str) -> dict[str, int]:
    """The engine's own counts of its last run."""
    history = json.loads(workspace.pulumi("stack", "history", "-s", stack, "--json"))
    counts: dict[str, int] = history[0]["resourceChanges"]
    return counts


def test_two_at_once_are_what_the_engines_own_commands_are_one_by_one(
    fresh: Workspace, pajottegem_template: Workspace, tmp_path: Path
) -> None:
    own = {stack: json.loads(fresh.preview(stack, "--json"))["changeSummary"] for stack in BOTH}
    writes = fresh.journal(writes=True)
    previewed = run(fresh, "preview", *BOTH)
    assert {stack: result["counts"] for stack, result in previewed.items()} == own
    assert fresh.journal(writes=True) == writes

    applied = run(fresh, "up", "--all", "--yes")
    for stack in BOTH:
        assert applied[stack]["counts"] == counted(fresh, stack)
    # This one was applied by `pulumi up`, without the look at which portal it is.
    by_hand = pajottegem_template.copy(tmp_path / "by hand").outputs("pajottegem")
    by_fleet = fresh.outputs("pajottegem")
    assert {**by_fleet, "portal": by_hand["portal"]} == by_hand
    assert by_fleet["portal"]["identity"], "engine/pulumi.sh looked first"
    assert run(fresh, "preview", "--all", "--expect-no-changes")["pajottegem"]["changes"] == 0


def test_one_that_fails_stops_no_other(pajottegem: Workspace) -> None:
    """R01: the finding is told with its place, before any call."""
    pajottegem.edit(
        "hasselt", lambda text: text.replace("takesEffect: 2025-01-01", "takesEffect: 2025-01-02")
    )
    results = run(pajottegem, "up", *BOTH, "--yes", code=5)
    assert (results["pajottegem"]["ending"], results["pajottegem"]["changes"]) == ("passed", 0)
    assert (results["hasselt"]["ending"], results["hasselt"]["operation"]) == ("failed", "preview")
    assert "fusions/hasselt.yaml:" in results["hasselt"]["error"]
    assert "Traceback" not in results["hasselt"]["error"]


def test_the_first_interrupt_lets_what_is_under_way_finish(fresh: Workspace) -> None:
    with started(fresh, "up", *BOTH, "--yes", "--skip-preview", "--jobs", "1") as running:
        wait_for_resources(running, 1)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130, said
    assert [(one["stack"], one["ending"]) for one in result_of(said)] == [
        ("hasselt", "passed"),
        ("pajottegem", "notBegun"),
    ]
    assert locks(fresh) == []
    fresh.in_sync("hasselt")
    assert fresh.resources("pajottegem") == []


def test_what_is_only_previewed_at_the_first_interrupt_is_not_applied(fresh: Workspace) -> None:
    with started(fresh, "up", *BOTH, "--yes", "--jobs", "1") as running:
        wait_for_resources(running, 1)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130, said
    assert [(one["stack"], one["ending"], one["counts"]) for one in result_of(said)] == [
        ("hasselt", "notBegun", {}),
        ("pajottegem", "notBegun", {}),
    ]
    assert locks(fresh) == []
    assert fresh.journal(writes=True) == []


def test_the_second_ends_at_once_and_leaves_no_lock(fresh: Workspace) -> None:
    """Also where the portal keeps the calls under way for a long time."""
    for method in ("PUT", "POST"):
        arguments = ("--kind", "latency", "--delay-ms", "60000", "--method", method)
        assert fusion(fresh, "emulator", "faults", *arguments).returncode == 0
    with started(fresh, "up", *BOTH, "--yes", "--skip-preview") as running:
        wait_for_resources(running, 20)
        for _ in range(2):
            running.send_signal(signal.SIGINT)
            sleep(1)
        said, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130, said
    assert [one["ending"] for one in result_of(said)] == ["interrupted", "interrupted"]
    assert locks(fresh) == []
    assert fusion(fresh, "emulator", "faults", "--clear").returncode == 0
    fresh.preview("hasselt")
    run(fresh, "up", "hasselt", "--yes", "--skip-preview")
    fresh.in_sync("hasselt")


def test_stacks_of_a_second_environment_are_applied_refreshed_and_destroyed(pajottegem: Workspace) -> None:
    """R05: what the disappearing centres have stays."""
    pajottegem.pulumi("stack", "init", "pajottegem.production", "--no-select")
    chosen = ("--stacks", "*.production")
    assert list(run(pajottegem, "up", *chosen, "--yes")) == ["pajottegem.production"]

    save(pajottegem, PAJOTTEGEM, CONTACT, phone="+3254891099")
    refreshed = run(pajottegem, "refresh", *chosen, "--yes")["pajottegem.production"]
    assert refreshed["counts"]["update"] == 1
    state = json.loads(pajottegem.pulumi("stack", "export", "-s", "pajottegem.production"))
    assert "+3254891099" in json.dumps(state)

    destroyed = run(pajottegem, "destroy", *chosen, "--yes")["pajottegem.production"]
    assert destroyed["counts"] == counted(pajottegem, "pajottegem.production")
    assert pajottegem.resources("pajottegem.production") == []
