"""`make bench`: what a fusion costs as a ratio to the engine's floor, measured in one run on this machine.

The floor is a program with as many dynamic resources, in as many groups, that do nothing. Both are run in turn, several
rounds, and the ratio is of the medians: absolute times on a shared machine say little.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from operations.preparation import prepare

ROOT = Path(__file__).parents[1]
LARGEST = "beveren-kruibeke-zwijndrecht"
AIM = 1.3
FLOOR_PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
import pulumi
from benchmarks.floor import Nothing
groups = [pulumi.ComponentResource("floor:group:Group", f"group-{{n}}") for n in range({groups})]
for n in range({resources}):
    Nothing(n, pulumi.ResourceOptions(parent=groups[n % {groups}]))
"""


class Project:
    """A project folder whose commands are timed."""

    def __init__(self, folder: Path, stack: str, environment: dict[str, str]) -> None:
        self.folder, self.stack = folder, stack
        self.environment = {**environment, "PULUMI_BACKEND_URL": f"file://{folder / '.state'}"}
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
    list(prepare(folder, {**environment, "PULUMI_BACKEND_URL": f"file://{folder / '.state'}"}))
    return Project(folder, LARGEST, environment)


def floor_project(folder: Path, resources: int, groups: int) -> Project:
    """As many resources that do nothing, before their first `up`."""
    (folder / ".state").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: floor\nruntime: python\noptions: {refresh: always}\n")
    program = FLOOR_PROGRAM.format(root=str(ROOT), resources=resources, groups=groups)
    (folder / "__main__.py").write_text(program)
    project = Project(folder, "floor", dict(os.environ))
    project.run("stack", "init")
    return project


def measure(make: Callable[[Path], Project], folder: Path) -> tuple[float, float]:
    """Seconds of the first `up` and of a `preview` after it."""
    project = make(folder)
    up = project.seconds("up", "--yes", "--skip-preview")
    return up, project.seconds("preview")


def count(folder: Path) -> tuple[int, int]:
    """How many dynamic resources and how many groups the largest fusion has."""
    project = fusion_project(folder)
    lines = [line.split() for line in project.run("preview").splitlines() if line.startswith(" + ")]
    kinds = {(line[1], line[2]) for line in lines if len(line) > 2}
    resources = sum(kind.startswith("pulumi-python:dynamic/") for kind, _ in kinds)
    return resources, sum(kind.startswith("fusion:") for kind, _ in kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        resources, groups = count(place / "count")
        print(f"{LARGEST}: {resources} dynamic resources in {groups} groups, {rounds} rounds", flush=True)
        real: list[tuple[float, float]] = []
        floor: list[tuple[float, float]] = []
        for number in range(rounds + 1):
            floor.append(
                measure(lambda folder: floor_project(folder, resources, groups), place / f"floor{number}")
            )
            real.append(measure(fusion_project, place / f"fusion{number}"))
            name = f"round {number}" if number else "warm-up"
            print(
                f"{name}: up {floor[-1][0]:.2f} s floor, {real[-1][0]:.2f} s fusion; "
                f"preview {floor[-1][1]:.2f} s floor, {real[-1][1]:.2f} s fusion",
                flush=True,
            )
    for index, name in enumerate(("up", "preview")):
        medians = [statistics.median(seconds[index] for seconds in rows[1:]) for rows in (real, floor)]
        ratio = medians[0] / medians[1]
        print(f"pulumi {name}: {ratio:.2f} times the engine's floor (aim: {AIM} or less)")


if __name__ == "__main__":
    main()
