"""One run over a fleet at a portal where a fifth of the calls meet trouble, run again until it ends well; what must be true
then, and what was true on the way."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator import controls
from emulator.controls import Rule
from operations.ledgers.model import Run
from operations.ledgers.reading import read_ledger
from tests.support.ledger_check import check_ledger
from tests.support.workspace import Workspace
from tests.torture.faults.fleet_starts import DESTROY, SKIP_PREVIEW, STACKS, STARTS, FleetStart, FleetStarts
from tests.torture.kills import fleet_checks
from tests.torture.kills.served_portal import ServedPortal

SHARE = 0.2
"""Of the calls, sign-ins too."""
MOST_RERUNS = 6
_LATER_SECONDS = 600
"""Of a `Retry-After` beyond the deadline: such a call fails for good, however fast the machine is, and only another run
gets past it."""
LATER_SHARES = (0.0, 0.001, 0.002)


@dataclass(frozen=True)
class FleetRun:
    """:param previews: each stack is previewed before it is applied. :param later: the share of calls that are answered
    "come back later", and as many that are carried out and then answered so. :param seed: of the faults."""

    start: str
    previews: bool
    later: float
    seed: int

    def __str__(self) -> str:
        words = [self.start] + ["previews"] * self.previews
        return ", ".join([*words, f"{self.later:.2%} to come back later"] if self.later else words)

    @property
    def faults(self) -> list[Rule]:
        """What the portal is told: the first that says so fails a call."""
        later = Rule(status=429, retry_after_seconds=_LATER_SECONDS, share=self.later, seed=self.seed + 1)
        done = Rule(
            status=503,
            after_write=True,
            retry_after_seconds=_LATER_SECONDS,
            share=self.later,
            seed=self.seed + 2,
        )
        mixed = Rule(kind="mixed", share=SHARE, seed=self.seed)
        signing_in = Rule(kind="mixed", share=SHARE, seed=self.seed + 3, path_pattern="*/oauth/*")
        return [*([later, done] if self.later else []), mixed, signing_in]


def draw(seed: int, number: int) -> FleetRun:
    """The run of this number: the same for the same seed. The starts take turns."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - which calls fail
    start = STARTS[number % len(STARTS)]
    previews = start != DESTROY and chance.random() < 0.25
    return FleetRun(start, previews, chance.choice(LATER_SHARES), chance.randrange(2**31 - 3))


@dataclass
class FleetResult:
    """What became of a run.

    :param passed: for each time that the command ran, how many of the stacks ended well. :param calls: the portal's journal
        of each time. :param runs: of the ledgers, those of this fleet run.
    """

    run: FleetRun
    seconds: float = 0
    passed: list[int] = field(default_factory=list)
    calls: list[list[dict[str, Any]]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def reruns(self) -> int:
        return len(self.passed) - 1


class Fleets:
    """Has fleet runs made from starts that are made when they are first needed."""

    def __init__(self, starts: FleetStarts) -> None:
        self._starts = starts

    def carry_out(self, run: FleetRun, name: str, *, keep: bool = False) -> FleetResult:
        """Run until all stacks end well, and compare with the run that met no faults. The workspace stays where something
        is found, or with `keep`."""
        start = self._starts.start(run.start)
        workspace = start.begin(name)
        earlier = {one.run for one in _list_runs(workspace)}
        began = time.monotonic()
        result = FleetResult(run)
        try:
            _carry_out(workspace, start, result)
            result.findings += fleet_checks.compare_states(start, workspace)
            result.findings += fleet_checks.compare_files(start, workspace)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            result.findings.append(str(error))
        result.runs = [one for one in _list_runs(workspace) if one.run not in earlier]
        result.seconds = time.monotonic() - began
        if not result.findings and not keep:
            shutil.rmtree(workspace.root)
        return result


def _carry_out(workspace: Workspace, start: FleetStart, result: FleetResult) -> None:
    with ServedPortal(workspace, ports=start.ports):
        for rule in result.run.faults:
            controls.add_fault(workspace.database, rule)
        _run_until_well(workspace, start, result)
        controls.clear_faults(workspace.database)
        if not result.findings and start.kind != DESTROY:
            result.findings += fleet_checks.look_again(workspace)


def _run_until_well(workspace: Workspace, start: FleetStart, result: FleetResult) -> None:
    command = [*start.command, "--format", "json"]
    if start.kind != DESTROY and not result.run.previews:
        command.append(SKIP_PREVIEW)
    seen = len(workspace.journal())
    for _ in range(1 + MOST_RERUNS):
        done = workspace.fusion(*command)
        calls = workspace.journal()
        result.calls.append(calls[seen:])
        seen = len(calls)
        stacks = _read_stacks(done.stdout)
        result.passed.append(sum(stack["ending"] == "passed" for stack in stacks))
        result.findings += check_ledger(workspace.root, *STACKS, went_well=done.returncode == 0)
        result.findings += find_untold(done.returncode, stacks, done.stdout + done.stderr)
        if done.returncode == 0 or result.findings:
            return
    result.findings.append(f"not all went well after {MOST_RERUNS} reruns: {done.stdout[-2000:]}")


def _read_stacks(said: str) -> list[dict[str, Any]]:
    """The results, by the last line for programs; none where it did not come to that."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found: list[dict[str, Any]] = lines[-1].get("stacks", []) if lines else []
    return found


def find_untold(code: int, stacks: list[dict[str, Any]], said: str) -> Iterator[str]:
    """An end that the account of the command does not have, or a failure without its reason."""
    if len(stacks) != len(STACKS):
        yield f"{len(stacks)} of {len(STACKS)} stacks have a result: {said[-2000:]}"
    if (code == 0) != all(stack["ending"] == "passed" for stack in stacks):
        yield f"it ended with {code}: {[stack['ending'] for stack in stacks]}"
    for stack in stacks:
        if stack["ending"] != "passed" and not ("answered" in stack["error"] or "REST" in stack["error"]):
            yield f"{stack['stack']} {stack['ending']} without the call that failed: {stack['error'][-2000:]}"
        if "Traceback" in stack["error"]:
            yield f"{stack['stack']}: a traceback: {stack['error'][-2000:]}"


def _list_runs(workspace: Workspace) -> list[Run]:
    return [run for stack in STACKS for run in read_ledger(workspace.root, stack).runs]
