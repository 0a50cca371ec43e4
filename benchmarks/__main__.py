"""`make bench`: what a fusion costs as a ratio to the engine's floor, measured in one run on this machine.

The floor is a program with as many dynamic resources, in as many groups, that do nothing; once with one short property
each, once with the fusion's own inputs. All are run in turn, several rounds, and the ratio is of the medians: absolute times
on a shared machine say little.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare

ROOT = Path(__file__).parents[1]
LARGEST = "beveren-kruibeke-zwijndrecht"
AIM = 1.3
FLOOR = "floor"
SAME_INPUTS = "floor with the same inputs"
FLOOR_PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from benchmarks.floor import register
register({resources}, {groups}, {inputs})
"""


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

    def seconds(self, *arguments: str) -> float:
        started = perf_counter()
        self.run(*arguments)
        return perf_counter() - started


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


def measure(project: Project) -> tuple[float, float]:
    """Seconds of the first `up` and of a `preview` after it."""
    up = project.seconds("up", "--yes", "--skip-preview")
    return up, project.seconds("preview")


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
    rounds = parser.parse_args().rounds
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
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in projects}
        for number in range(rounds + 1):
            for index, (name, make) in enumerate(projects.items()):
                times[name].append(measure(make(place / f"round{number}-{index}")))
            last = "; ".join(
                f"{name} {rows[-1][0]:.2f} and {rows[-1][1]:.2f}" for name, rows in times.items()
            )
            print(f"{f'round {number}' if number else 'warm-up'}, s of up and preview: {last}", flush=True)
    for index, command in enumerate(("up", "preview")):
        medians = {name: statistics.median(row[index] for row in rows[1:]) for name, rows in times.items()}
        for floor in (FLOOR, SAME_INPUTS):
            ratio = medians["fusion"] / medians[floor]
            print(f"pulumi {command}: {ratio:.2f} times the engine's {floor} (aim: {AIM} or less)")


if __name__ == "__main__":
    main()
