"""What a stack costs by where its state is: `python -m tests.support.backend_costs`, of which docs/fleet.md has the figures.

Each round is an `up` from nothing and a look by the engine, of the same stacks, on a folder, PostgreSQL and a bucket in
turn. Seconds of the processor are those of all the command's processes: they say what another machine could do, also where
this one is busy with something else. Wall time says that only on a quiet one.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import NamedTuple

from tests.support.backend_servers import serve_bucket, serve_postgres
from tests.support.workspace import Workspace

PLACES = ("folder", "PostgreSQL", "bucket")
FUSIONS = ("pajottegem", "hasselt")
"""A large one, of 114 resources, and one of 46."""
WAYS = ((1, False), (2, False), (1, True))
"""How many stacks at once, and whether the state is written after each step."""
COMMANDS = {"up": ("--yes", "--skip-preview"), "preview": ("--full",)}


class Cost(NamedTuple):
    """Seconds of one stack: by the clock, and of the processor."""

    wall: float
    processor: float


class Costs(Workspace):
    """A project in whose environment a state is somewhere, written once a run or after each step."""

    def __init__(self, root: Path, variables: dict[str, str]) -> None:
        super().__init__(root)
        self.variables = variables

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.variables}

    def measure(self, command: str, jobs: int) -> Cost:
        """Of `fusion COMMAND` over all stacks, for each of them. Ends the program where it fails."""
        began, before = perf_counter(), _processor()
        options = (*COMMANDS[command], "--jobs", str(jobs))
        done = subprocess.run(
            ["fusion", command, *FUSIONS, *options],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"fusion {command} failed:\n{done.stdout}{done.stderr}")
        count = len(FUSIONS)
        return Cost((perf_counter() - began) / count, (_processor() - before) / count)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def served(place: str) -> Iterator[dict[str, str]]:
    """The variables of a backend of its own."""
    with ExitStack() as ending:
        if place == "folder":
            yield {}
        elif place == "bucket":
            yield ending.enter_context(serve_bucket()).make(_a_name()).environment
        else:
            yield ending.enter_context(serve_postgres()).make(_a_name()).environment


def _a_name() -> str:
    """Of its own: what moto keeps goes with this process, not with its server."""
    return f"costs-{token_hex(4)}"


def measure(place: str, jobs: int, *, each_step: bool) -> dict[str, Cost]:
    """An `up` from nothing, then a look."""
    with served(place) as variables, tempfile.TemporaryDirectory() as folder:
        once = "false" if each_step else "true"
        root = Workspace.make(Path(folder) / "project", *FUSIONS).root
        workspace = Costs(root, {**variables, "PULUMI_SKIP_CHECKPOINTS": once})
        subprocess.run(
            ["fusion", "setup"],
            cwd=workspace.root,
            env=workspace.environment,
            check=True,
            capture_output=True,
        )
        return {command: workspace.measure(command, jobs) for command in COMMANDS}


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args(arguments).rounds
    _tell(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for jobs, each_step in WAYS:
        found = [
            {place: measure(place, jobs, each_step=each_step) for place in PLACES} for _ in range(rounds)
        ]
        how = "after each step" if each_step else "once"
        for place in PLACES:
            for command in COMMANDS:
                costs = [one[place][command] for one in found]
                wall, processor = (statistics.median(kind) for kind in zip(*costs, strict=True))
                _tell(
                    f"--jobs {jobs}, state written {how}, {place}: {command} {wall:.1f} s, processor {processor:.1f} s"
                )
    _tell(f"load after: {os.getloadavg()[0]:.1f}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
