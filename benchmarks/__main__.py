"""`make bench`: what a fusion costs as a ratio to the engine's floor, measured in one run on this machine.

The floor is a program with as many dynamic resources, in as many groups, that do nothing; once with one short property
each, once with the fusion's own inputs. All are run in turn, several rounds, and the ratio is of the medians: absolute times
on a shared machine say little. Beside the clock's time stands the processors': of all processes that a run starts, and
hardly touched by what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.results import Recorder, Result
from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare

ROOT = Path(__file__).parents[1]
LARGEST = "beveren-kruibeke-zwijndrecht"
AIMS = {"up": 1.25, "preview": 1.15}
"""What a command may cost, as a ratio to the bare floor."""
FLOOR = "floor"
SAME_INPUTS = "floor with the same inputs"
FLOOR_PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from benchmarks.floor import register
register({resources}, {groups}, {inputs})
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of one run, by the clock and of the processors."""

    time: float
    processors: float

    def __str__(self) -> str:
        return f"{self.time:.2f} ({self.processors:.2f})"


class Project:
    """A project folder whose commands are timed."""

    def __init__(self, folder: Path, stack: str, environment: dict[str, str]) -> None:
        self.folder, self.stack = folder, stack
        self.environment = {**environment, "PULUMI_BACKEND_URL": projects.backend(folder)}
        # As on people's machines: without Python's caches, what is measured is compiling.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self, *arguments: str) -> str:
        command = ["pulumi", *arguments, "--stack", self.stack, "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def cost(self, *arguments: str) -> Cost:
        started, before = perf_counter(), _processor_seconds()
        self.run(*arguments)
        return Cost(perf_counter() - started, _processor_seconds() - before)


def _processor_seconds() -> float:
    """Of all processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fusion_project(folder: Path) -> Project:
    """The largest fusion, before its first `up`."""
    (folder / "fusions").mkdir(parents=True)
    shutil.copy2(ROOT / "Pulumi.yaml", folder)
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "fusions" / "certificates", folder / "fusions" / "certificates")
    shutil.copy2(ROOT / "fusions" / f"{LARGEST}.yaml", folder / "fusions")
    environment = {**os.environ, "FUSION_ROOT": str(folder)}
    list(prepare(folder, {**environment, "PULUMI_BACKEND_URL": projects.backend(folder)}))
    return Project(folder, LARGEST, environment)


def floor_project(folder: Path, resources: int, groups: int, inputs: Path | None = None) -> Project:
    """As many resources that do nothing, before their first `up`."""
    (folder / ".state").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: floor\nruntime: python\noptions: {refresh: always}\n")
    given = f"Path({str(inputs)!r})" if inputs else "None"
    program = FLOOR_PROGRAM.format(root=str(ROOT), resources=resources, groups=groups, inputs=given)
    (folder / "__main__.py").write_text(program)
    project = Project(folder, "floor", dict(os.environ))
    project.run("stack", "init")
    return project


def measure(project: Project) -> dict[str, Cost]:
    """What the first `up` costs, and a `preview` after it."""
    return {"up": project.cost("up", "--yes", "--skip-preview"), "preview": project.cost("preview")}


def inputs_and_groups(folder: Path) -> tuple[list[dict[str, Any]], int]:
    """What the largest fusion's dynamic resources are given, and how many groups it has."""
    project = fusion_project(folder)
    project.run("up", "--yes", "--skip-preview")
    state = json.loads(project.run("stack", "export", "--show-secrets"))["deployment"]["resources"]
    dynamic = [each for each in state if each["type"].startswith("pulumi-python:dynamic/")]
    inputs = [
        {name: value for name, value in each["inputs"].items() if name != "__provider"} for each in dynamic
    ]
    return inputs, sum(each["type"].startswith("fusion:") for each in state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    Recorder.add_option(parser)
    options = parser.parse_args()
    rounds, recorder = options.rounds, Recorder.of(options)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        inputs, groups = inputs_and_groups(place / "inputs")
        given = place / "inputs.json"
        given.write_text(json.dumps(inputs))
        count = len(inputs)
        print(f"{LARGEST}: {count} dynamic resources in {groups} groups, {rounds} rounds", flush=True)
        projects: dict[str, Callable[[Path], Project]] = {
            "fusion": fusion_project,
            FLOOR: lambda folder: floor_project(folder, count, groups),
            SAME_INPUTS: lambda folder: floor_project(folder, count, groups, given),
        }
        costs: dict[str, list[dict[str, Cost]]] = {name: [] for name in projects}
        for number in range(rounds + 1):
            for index, (name, make) in enumerate(projects.items()):
                costs[name].append(measure(make(place / f"round{number}-{index}")))
            last = "; ".join(
                f"{name} {rows[-1]['up']} and {rows[-1]['preview']}" for name, rows in costs.items()
            )
            print(f"{f'round {number}' if number else 'warm-up'}, s of up and preview: {last}", flush=True)
    for command, aim in AIMS.items():
        medians = {name: median([row[command] for row in rows[1:]]) for name, rows in costs.items()}
        for floor in (FLOOR, SAME_INPUTS):
            here, there = medians["fusion"], medians[floor]
            what = f"pulumi {command} of {LARGEST} / the engine's {floor}"
            recorder.tell(Result(what, here.time / there.time, aim if floor == FLOOR else None))
            recorder.tell(Result(f"{what}, processors", here.processors / there.processors))


def median(costs: list[Cost]) -> Cost:
    """Of each of both for itself."""
    return Cost(
        statistics.median(cost.time for cost in costs), statistics.median(cost.processors for cost in costs)
    )


if __name__ == "__main__":
    main()
