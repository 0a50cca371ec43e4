"""Two operators at one stack: when each begins, whether they wait, and what must be true when both have ended."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.backend_servers import Backend
from tests.support.shared_workspace import Shared, move_state
from tests.support.workspace import ENGINE_SECONDS, Workspace
from tests.torture.kills import comparison
from tests.torture.kills.starting_points import CHANGE, FIRST, StartingPoint, export_resources

STACK = "hasselt"
_LOOK_SECONDS = 0.02
_TOLD = re.compile(r"\((?:process|pid) (\d+)\)(?:, since| at) (\d{4}-\d\d-\d\d[T ][\d:]+(?:Z|[+-]\d\d:\d\d))")
_SLACK_SECONDS = 2.0
"""The engine writes whole seconds, and a process is seen a moment after its beginning."""


@dataclass(frozen=True)
class Race:
    """:param kind: `FIRST` or `CHANGE` of the stack. :param head_start: how many times the length of an undisturbed run the
    first has. :param patient: who of the two waits. :param previews: each previews before it applies."""

    kind: str
    head_start: float
    patient: tuple[bool, bool]
    previews: bool

    def __str__(self) -> str:
        waits = {(True, True): "both wait", (False, False): "neither waits", (True, False): "the first waits"}
        when = f"{self.head_start:.0%} apart" if self.head_start else "together"
        return (
            f"{self.kind}, {when}, {waits.get(self.patient, 'the second waits')}"
            + ", previews" * self.previews
        )


def draw(seed: int, number: int) -> Race:
    """The race of this number: the same for the same seed."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - when to begin
    return Race(
        chance.choice((FIRST, CHANGE)),
        0.0 if chance.random() < 0.5 else chance.uniform(0, 1.2),
        (chance.random() < 0.5, chance.random() < 0.5),
        chance.random() < 0.2,
    )


@dataclass
class Operator:
    """One of the two. `engines`: when each engine of theirs was seen first, by its number."""

    running: subprocess.Popen[bytes]
    output: Path
    patient: bool
    engines: dict[int, float] = field(default_factory=dict)

    @classmethod
    def begin(cls, workspace: Workspace, name: str, race: Race, *, patient: bool) -> Operator:
        output = workspace.root / name
        command = ["fusion", "up", STACK, "--yes", "--format", "json"]
        command += ["--skip-preview"] * (not race.previews) + ["--wait"] * patient
        with output.open("wb") as file:
            running = subprocess.Popen(
                command,
                cwd=workspace.root,
                env={**workspace.environment, "PULUMI_SKIP_CHECKPOINTS": "true"},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        return cls(running, output, patient)

    def look(self) -> bool:
        """Note the engines that are at work; whether the operator still is."""
        at_work = self.running.poll() is None
        for children in Path(f"/proc/{self.running.pid}/task").glob("*/children"):
            try:
                pids = children.read_text().split()
            except OSError:
                continue
            for pid in pids:
                self.engines.setdefault(int(pid), time.time())
        return at_work

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was told to programs."""
        return [json.loads(line) for line in self.output.read_text().splitlines() if line.startswith("{")]

    @property
    def result(self) -> dict[str, Any]:
        """Of the stack."""
        found: dict[str, Any] = self.lines[-1]["stacks"][0]
        return found


@dataclass
class RaceResult:
    """What became of a race: `endings` of the two, in words; `findings` is empty where all is as after one run."""

    race: Race
    endings: tuple[str, ...]
    met: bool
    seconds: float
    findings: list[str]


class Racing:
    """Has races run in a folder, from starts that are made when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts: dict[str, StartingPoint] = {}

    def run(self, race: Race, name: str, backend: Backend | None = None, *, keep: bool = False) -> RaceResult:
        """Race, and compare with one run alone. The workspaces stay where something is found, or with `keep`.

        :param backend: where the state is, and each operator has a checkout; without, in the folder in which both work.
        """
        start = self._starts.setdefault(race.kind, StartingPoint(self._folder, STACK, race.kind))
        head_start = race.head_start * start.undisturbed.seconds
        workspace = elsewhere = start.begin(name)
        if backend is not None:
            workspace = shared = move_state(workspace, STACK, backend)
            elsewhere = shared.by_another(shared.root.with_name(f"{name}-elsewhere"))
        began = time.monotonic()
        first = Operator.begin(workspace, "first", race, patient=race.patient[0])
        _follow([first], began + head_start)
        second = Operator.begin(elsewhere, "second", race, patient=race.patient[1])
        both = (first, second)
        try:
            _follow(both, began + ENGINE_SECONDS)
        finally:
            for one in both:
                one.running.kill()
                one.running.wait()
        seconds = time.monotonic() - began
        findings = [*_judge_operators(both), *_judge_outcome(workspace, start)]
        endings = tuple(_name_ending(one) for one in both)
        met = any(line["event"] == "locked" for one in both for line in one.lines)
        if not findings and not keep:
            for root in {workspace.root, elsewhere.root}:
                shutil.rmtree(root)
        return RaceResult(race, endings, met or "told" in endings, seconds, findings)


def _follow(operators: tuple[Operator, ...] | list[Operator], until: float) -> None:
    """Until all have ended, or until then."""
    while sum(one.look() for one in operators) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)


def _name_ending(one: Operator) -> str:
    if one.running.returncode == 0:
        return "went well"
    return "told" if one.lines and "locked by" in one.result["error"] else "failed"


def _judge_operators(both: tuple[Operator, Operator]) -> Iterator[str]:
    endings = [_name_ending(one) for one in both]
    if "went well" not in endings:
        yield f"neither went well: {[one.output.read_text()[-2000:] for one in both]}"
    for one, other, ending in zip(both, reversed(both), endings, strict=True):
        name = one.output.name
        if ending == "failed" or (one.patient and ending != "went well"):
            yield f"the {name} {ending}: {one.output.read_text()[-2000:]}"
            continue
        told = [line["message"] for line in one.lines if line["event"] == "locked"]
        for line in [*told, *([one.result["error"]] if ending == "told" else [])]:
            yield from (f"the {name} was told an untruth: {line}: {why}" for why in find_untruth(line, other))


def find_untruth(told: str, other: Operator) -> Iterator[str]:
    """What of a word about who is at work is not so, by the other's engines that were seen."""
    found = _TOLD.findall(told)
    if not found:
        yield "it names nobody"
    for pid, since in found:
        seen = other.engines.get(int(pid))
        if seen is None:
            yield f"{pid} is none of the other's engines, {list(other.engines)}"
        elif not seen - _SLACK_SECONDS <= datetime.fromisoformat(since).timestamp() <= time.time():
            yield f"the other's engine {pid} was not there yet at {since}"


def _judge_outcome(workspace: Workspace, start: StartingPoint) -> Iterator[str]:
    """What is not as after one run that nobody disturbed."""
    expected = start.undisturbed
    try:
        workspace.in_sync(STACK)
    except AssertionError as error:
        yield str(error)
    yield from comparison.compare_portals(expected.workspace.database, workspace.database)
    yield from comparison.find_forbidden_writes(workspace.database, start.fusion)
    yield from comparison.compare_states(expected.resources, export_resources(workspace, STACK))
    once, now = (count_lasting_writes(one) for one in (expected.workspace, workspace))
    yield from (f"the portal carried out {call} {n} times too often" for call, n in (now - once).items())
    yield from (f"the portal carried out {call} {n} times too few" for call, n in (once - now).items())
    yield from (f"a lock is left: {lock}" for lock in list_locks(workspace))


def list_locks(workspace: Workspace) -> list[str]:
    """Those that the backend has."""
    if isinstance(workspace, Shared):
        return workspace.locks
    return [str(path) for path in (workspace.root / ".state" / ".pulumi" / "locks").rglob("*.json")]


def count_lasting_writes(workspace: Workspace) -> Counter[str]:
    """The writes that the portal carried out, by method and path."""
    calls = workspace.journal(writes=True)
    return Counter(f"{call['method']} {call['path']}" for call in calls if call["status"] < 300)
