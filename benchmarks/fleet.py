"""`make bench`: what thirteen fusions cost in one run, as ratios to the engine's own commands one by one, in turn.

With nothing changed a second look needs no engine; `--full` and the `up` are as wide as the processors.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.__main__ import ROOT
from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare

FULL_AIM, UP_AIM = 0.6, 0.6


class Checkout:
    """A project with all fusions, before their first `up`."""

    def __init__(self, folder: Path) -> None:
        projects.make_project(ROOT, folder)
        self.folder = folder
        self.environment = {**os.environ, **projects.environment(folder)}
        # As people run it: the look before each run is part of the time.
        del self.environment["PULUMI_RUN_PROGRAM"]
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        list(prepare(folder, self.environment))
        self.stacks = sorted(path.stem for path in (folder / "fusions").glob("*.yaml"))

    def seconds(self, *command: str) -> float:
        """How long a command takes. Ends the program where it fails."""
        started = perf_counter()
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
        return perf_counter() - started

    def one_by_one(self, *arguments: str) -> float:
        """The same engine's command for each stack."""
        return sum(
            self.seconds("pulumi", *arguments, "-s", stack, "--non-interactive") for stack in self.stacks
        )

    def set_back(self, kept: Path) -> None:
        """As it was when `kept` was copied from it."""
        shutil.rmtree(self.folder / ".state")
        shutil.copytree(kept, self.folder / ".state")


def measure_up(folder: Path) -> tuple[float, float]:
    """Seconds of all `up`s one by one, and of one run."""
    checkout = Checkout(folder / "checkout")
    kept = folder / "before"
    shutil.copytree(checkout.folder / ".state", kept)
    row = checkout.one_by_one("up", "--yes")
    checkout.set_back(kept)
    return row, checkout.seconds("fusion", "up", "--all", "--yes")


def measure_looks(checkout: Checkout) -> Mapping[str, float]:
    """Seconds of a look at all, with nothing changed."""
    return {
        "one by one": checkout.one_by_one("preview"),
        "--full": checkout.seconds("fusion", "preview", "--all", "--full"),
        "in sync": checkout.seconds("fusion", "preview", "--all"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        ups = [measure_up(Path(temporary) / f"up{number}") for number in range(rounds)]
        row, run = (statistics.median(times) for times in zip(*ups, strict=True))
        print(
            f"fusion up --all, from nothing: {run / row:.2f} times the ups one by one (aim: {UP_AIM} or less)"
        )
        checkout = Checkout(Path(temporary) / "looks")
        checkout.seconds("fusion", "up", "--all", "--yes", "--skip-preview")
        looks = [measure_looks(checkout) for _ in range(rounds)]
        middle = {name: statistics.median(look[name] for look in looks) for name in looks[0]}
        count = len(checkout.stacks)
        full = middle["--full"] / middle["one by one"]
        print(
            f"fusion preview --all --full, {count} stacks: {full:.2f} times the previews one by one (aim: {FULL_AIM})"
        )
        in_sync = middle["in sync"] / middle["one by one"]
        print(f"fusion preview --all, nothing changed: {in_sync:.2f} times the previews one by one")
        print(json.dumps({name: round(seconds, 1) for name, seconds in middle.items()}))


if __name__ == "__main__":
    main()
