"""`make bench`: what `fusion plan` costs as a ratio to the engine's own preview of the same stack, in turn, in one run."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.__main__ import LARGEST, Project, fusion_project
from benchmarks.results import Recorder, Result

AIM = 1.15


def seconds_of_plan(project: Project) -> float:
    started = perf_counter()
    subprocess.run(
        ["fusion", "plan", LARGEST, "--format", "json"],
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        check=True,
    )
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    Recorder.add_option(parser)
    options = parser.parse_args()
    rounds, recorder = options.rounds, Recorder.of(options)
    with tempfile.TemporaryDirectory() as temporary:
        project = fusion_project(Path(temporary))
        for moment in ("before its first up", "applied"):
            if moment == "applied":
                project.run("up", "--yes", "--skip-preview")
            pairs = [
                (project.cost("preview", "--json").time, seconds_of_plan(project)) for _ in range(rounds + 1)
            ][1:]
            preview, plan = (statistics.median(times) for times in zip(*pairs, strict=True))
            recorder.tell(Result(f"fusion plan of {LARGEST} / its preview, {moment}", plan / preview, AIM))


if __name__ == "__main__":
    main()
