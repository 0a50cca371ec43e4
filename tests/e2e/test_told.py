"""What is told of a run is one thing: what `fusion up` prints at its end, `fusion status`, `fusion log`, the stack's output
`summary` and the portal's journal. After a run that went well, one that failed at a thing, one that was interrupted.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from typing import Any

from emulator.controls import Rule, add_fault, clear_faults
from tests.e2e.test_backends import wait_until
from tests.support.ledger_check import check_ledger
from tests.support.workspace import ENGINE_SECONDS, Workspace

STACK = "pajottegem"
UP = ("fusion", "up", STACK, "--yes", "--format", "json")


def read_json(workspace: Workspace, *command: str) -> Any:
    done = workspace.fusion(*command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def agree(workspace: Workspace, said: str) -> dict[str, Any]:
    """The run, as all tell it.

    :param said: what `fusion` printed for programs.
    """
    (told,) = json.loads(said.splitlines()[-1])["stacks"]
    (status,) = read_json(workspace, "status", STACK, "--format", "json")["stacks"]
    (logged,) = read_json(workspace, "log", "--run", told["run"], "--format", "json")["runs"]
    assert status["runs"] == [logged]
    assert logged["counts"] == told["did"]
    assert logged["counted"] == told["counts"]
    found: dict[str, Any] = logged
    return found


def apply(workspace: Workspace, code: int) -> dict[str, Any]:
    done = workspace.fusion(*UP[1:])
    assert done.returncode == code, done.stdout + done.stderr
    return agree(workspace, done.stdout)


def assert_summary(workspace: Workspace, *runs: dict[str, Any]) -> None:
    """What stands in the state was made or adopted by one of these, its only runs."""
    counts = sum((Counter(run["counts"]) for run in runs), Counter[str]())
    summary = workspace.outputs(STACK)["summary"]
    assert (summary["created"], summary["adopted"]) == (counts["made"], counts["adopted"])
    assert check_ledger(workspace.root, STACK) == []


def test_of_a_run_that_went_well(fresh: Workspace) -> None:
    first = apply(fresh, 0)
    assert first["ending"] == "done"
    assert {"failed", "notAttempted", "unfinished", "uncertain"}.isdisjoint(first["counts"])
    assert_summary(fresh, first)
    # Nothing of a refresh is planned, and its end is known all the same.
    done = fresh.fusion("refresh", STACK, "--yes", "--format", "json")
    assert agree(fresh, done.stdout)["ending"] == "done"


def test_of_one_that_failed_at_a_thing(fresh: Workspace) -> None:
    """The sender is made, and its answer is a 504 until the deadline; accounts come after it."""
    fresh.pulumi("config", "set", "deadlineSeconds", "0", "-s", STACK)
    add_fault(fresh.database, Rule(status=504, method="PUT", path_pattern="*/sender", after_write=True))
    failed = apply(fresh, 1)
    assert (failed["ending"], failed["counts"]["failed"], failed["counts"]["uncertain"]) == ("failed", 1, 1)
    assert failed["counts"]["notAttempted"] > 0
    assert "summary" not in fresh.outputs(STACK), "it says nothing before a run came to its end"
    clear_faults(fresh.database)
    assert_summary(fresh, failed, apply(fresh, 0))


def test_of_one_that_was_interrupted(fresh: Workspace) -> None:
    add_fault(fresh.database, Rule(kind="latency", delay_ms=1500, method="PUT"))
    with (fresh.root / "said").open("w") as said, (fresh.root / "shown").open("w") as shown:
        running = subprocess.Popen(
            UP, cwd=fresh.root, env=fresh.environment, stdin=subprocess.DEVNULL, stdout=said, stderr=shown
        )
        wait_until(lambda: fresh.journal(writes=True) or running.poll() is not None)
        os.kill(running.pid, signal.SIGTERM)
        assert running.wait(ENGINE_SECONDS) == 130
    run = agree(fresh, (fresh.root / "said").read_text())
    assert run["ending"] == "brokenOff"
    assert run["counts"]["notAttempted"] > 0
    assert "summary" not in fresh.outputs(STACK)
    clear_faults(fresh.database)
    assert_summary(fresh, run, apply(fresh, 0))
