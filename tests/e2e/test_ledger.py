"""The ledger of real runs: from nothing, one that fails in the middle, one that is killed. Each is compared with the
portal's own journal: what was asked is told as answered or as uncertain, and nothing else is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from emulator.controls import Rule, add_fault, clear_faults
from operations.ledgers.model import Ending, Ledger, Run
from operations.ledgers.reading import read_ledger
from tests.support.ledger_check import check_ledger
from tests.support.workspace import Workspace
from tests.torture.kills.disturbance import Blow, Moment, disturb
from tests.torture.kills.processes import ENGINE, HOST, PROGRAM

STACK = "pajottegem"


def read(workspace: Workspace) -> Ledger:
    return read_ledger(workspace.root, STACK)


def last_run(workspace: Workspace) -> Run:
    return read(workspace).runs[-1]


def assert_true(workspace: Workspace, *, settled: bool = True) -> None:
    found = check_ledger(workspace.root, STACK)
    assert workspace.journal(writes=True)
    assert [one for one in found if settled or not one.endswith("still uncertain")] == []


def run_fusion(workspace: Workspace, *arguments: str) -> str:
    fusion = Path(sys.prefix) / "bin" / "fusion"
    done = subprocess.run(
        [fusion, *arguments],
        env=workspace.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_a_run_from_nothing_is_told_as_its_outputs_tell_it(fresh: Workspace) -> None:
    fresh.up(STACK)
    run = last_run(fresh)
    summary = fresh.outputs(STACK)["summary"]
    counts = run.counts
    assert (run.operation, run.ending, bool(run.who and run.host)) == ("up", Ending.DONE, True)
    assert (counts["made"], counts["adopted"]) == (summary["created"], summary["adopted"])
    assert {"failed", "notAttempted", "unfinished", "uncertain"}.isdisjoint(counts)
    assert_true(fresh)

    shown = json.loads(run_fusion(fresh, "status", STACK, "--format", "json"))
    (stack,) = shown["stacks"]
    assert stack["runs"][0]["counts"] == counts
    assert stack["waits"]["things"] == fresh.outputs(STACK)["waiting"]
    text = run_fusion(fresh, "log", STACK)
    assert f"by {run.who}@{run.host}: done" in text
    assert "made: Pajottegem, sender" in text
    assert "answered 201; centre 1010784738" in text


def test_nothing_to_do_destroy_and_refresh(pajottegem: Workspace) -> None:
    pajottegem.up(STACK)
    assert (last_run(pajottegem).ending, list(last_run(pajottegem).counts)) == (Ending.DONE, ["asItIs"])
    pajottegem.pulumi("refresh", "-s", STACK, "--yes")
    assert (last_run(pajottegem).operation, last_run(pajottegem).ending) == ("refresh", Ending.ENDED)
    runs = len(read(pajottegem).runs)
    pajottegem.preview(STACK)
    assert len(read(pajottegem).runs) == runs, "a preview changes nothing"
    pajottegem.pulumi("destroy", "-s", STACK, "--yes", "--skip-preview")
    run = last_run(pajottegem)
    assert (run.operation, run.ending) == ("destroy", Ending.ENDED)
    assert run.counts["removed"] > 5
    assert_true(pajottegem)


def test_a_run_that_fails_in_the_middle_and_the_next_one(fresh: Workspace) -> None:
    """The FTP account is made, and its answer is a 504 until the deadline; what stands on it is not attempted."""
    fresh.pulumi("config", "set", "deadlineSeconds", "0", "-s", STACK)
    rule = Rule(status=504, method="PUT", path_pattern="*/ftpAccounts/*", after_write=True)
    add_fault(fresh.database, rule)
    fresh.up(STACK, succeeds=False)
    run = last_run(fresh)
    assert run.ending == Ending.FAILED
    assert (run.counts["failed"], run.counts["uncertain"]) == (1, 1)
    (failed,) = [thing for thing in run.things if thing.came == "failed"]
    assert failed.title == "Pajottegem, FTP account FTP Pajottegem"
    assert "answered 504" in failed.why
    assert_true(fresh, settled=False)
    assert (
        "uncertain: PUT /REST/chaman/v1/organizations/1010784738/ftpAccounts/FTP%20Pajottegem"
        in run_fusion(fresh, "status", STACK)
    )

    clear_faults(fresh.database)
    said = fresh.up(STACK)
    (settled,) = last_run(fresh).settled
    assert (settled.title, settled.run) == (failed.title, run.run)
    assert "got no sure answer: the portal has it" in said
    assert_true(fresh)


def test_a_program_that_refuses_plans_nothing(fresh: Workspace) -> None:
    fresh.edit(STACK, lambda text: text + "nonsense: 1\n")
    fresh.pulumi("up", "-s", STACK, "--yes", "--skip-preview", succeeds=False)
    run = last_run(fresh)
    assert (run.ending, run.counts) == (Ending.REFUSED, {})
    assert "nonsense" in run.why[0]
    assert fresh.journal(writes=True) == []


@pytest.mark.parametrize("victim", [ENGINE, HOST, PROGRAM])
@pytest.mark.parametrize("writes", [1, 6])
def test_a_run_that_is_killed_and_the_next_one(fresh: Workspace, victim: str, writes: int) -> None:
    struck = disturb(fresh, STACK, Blow(victim, Moment(writes=writes)), None)
    assert struck.in_time
    run = last_run(fresh)
    ended = {ENGINE: {Ending.KILLED}, HOST: {Ending.KILLED}, PROGRAM: {Ending.BROKEN_OFF, Ending.KILLED}}
    assert run.ending in ended[victim]
    assert run.counts["notAttempted"] > 0
    assert_true(fresh, settled=False)
    if victim == ENGINE:
        fresh.pulumi("cancel", "-s", STACK, "--yes")
    fresh.up(STACK)
    assert last_run(fresh).ending == Ending.DONE
    assert_true(fresh)


def test_a_call_that_was_under_way_at_the_kill_is_uncertain_until_the_next_run(fresh: Workspace) -> None:
    """The portal is slow with one write; meanwhile engine and provider host get SIGKILL."""
    add_fault(fresh.database, Rule(kind="latency", delay_ms=60_000, method="PUT", path_pattern="*/sender"))
    engine = start_up(fresh)
    sender = wait_for_call(fresh, "/sender")
    assert last_run(fresh).ending == Ending.UNDER_WAY
    for process in processes_of(engine.pid):
        os.kill(process, signal.SIGKILL)
    engine.wait(60)
    run = last_run(fresh)
    assert run.ending == Ending.KILLED
    assert sender["call"] in [call.sent_as for call in run.uncertain]
    assert "killed" in run_fusion(fresh, "status", STACK)

    clear_faults(fresh.database)
    fresh.pulumi("cancel", "-s", STACK, "--yes")
    said = fresh.up(STACK)
    assert "/sender of the run of" in said
    assert "got no sure answer: the portal" in said
    assert_true(fresh)


def test_a_run_that_is_interrupted_says_what_it_did_not_come_to(fresh: Workspace) -> None:
    """Ctrl-C: the calls under way go on to their end, and their answers are noted."""
    add_fault(fresh.database, Rule(kind="latency", delay_ms=1500, method="PUT"))
    engine = start_up(fresh)
    wait_for_call(fresh, "/sender")
    engine.send_signal(signal.SIGINT)
    assert engine.wait(120) != 0
    run = last_run(fresh)
    assert (run.ending, run.uncertain) == (Ending.BROKEN_OFF, [])
    assert run.counts["notAttempted"] > 0
    assert_true(fresh)


def start_up(workspace: Workspace) -> subprocess.Popen[bytes]:
    """An `up` in a session of its own."""
    return subprocess.Popen(
        ["pulumi", "up", "-s", STACK, "--yes", "--skip-preview", "--non-interactive"],
        cwd=workspace.root,
        env=workspace.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for_call(workspace: Workspace, end: str) -> dict[str, Any]:
    """The line of a call that goes out to this path."""
    deadline = time.monotonic() + 60
    path = workspace.root / ".state" / "ledgers" / f"{STACK}.jsonl"
    while time.monotonic() < deadline:
        lines = path.read_text().split("\n") if path.exists() else []
        for line in filter(None, lines):
            found: dict[str, Any] = json.loads(line)
            if found["kind"] == "asked" and found["path"].endswith(end):
                return found
        time.sleep(0.05)
    raise AssertionError(f"nothing was asked at {end}")


def processes_of(session: int) -> list[int]:
    """The engine, then all that it started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                found.append(int(folder.name))
    return sorted(found)
