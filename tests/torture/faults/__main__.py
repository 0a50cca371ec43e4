"""`make faults`: run after run over a fleet whose portal fails a fifth of the calls, which of them by a seed; the figures go
into docs/reliability.md."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.support.figures import write_figures
from tests.torture.faults.figures import tell_figures
from tests.torture.faults.fleet_run import FleetResult, Fleets, draw
from tests.torture.faults.fleet_starts import FleetStarts


def main() -> int:
    options = _options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    numbers = range(options.runs) if options.only is None else [options.only]
    _say(f"{len(numbers)} fleet runs, SEED={seed}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="fleets-"))
    fleets = Fleets(FleetStarts(folder))
    results: list[FleetResult] = []
    for number in numbers:
        results.append(fleets.carry_out(draw(seed, number), f"run-{number}", keep=options.keep))
        _tell(number, len(numbers), results[-1])
        if results[-1].findings:
            _say(
                f"  its folder stays: {folder}\n"
                f"  again: python -m tests.torture.faults --seed {seed} --only {number}"
            )
        # After each: who stops it before the end has the figures of the runs so far.
        if options.report and not any(result.findings for result in results):
            write_figures(options.report, "make faults", tell_figures(results, seed))
    found = [result for result in results if result.findings]
    if not found and not options.keep:
        shutil.rmtree(folder)
    _say(f"\n{tell_figures(results, seed)}\nin {time.monotonic() - began:.0f} s")
    return 1 if found else 0


def _tell(number: int, count: int, result: FleetResult) -> None:
    became = "FOUND" if result.findings else f"well after {result.reruns} reruns"
    _say(f"[{number}/{count}] {result.run}: {became} ({result.seconds:.0f} s)")
    for finding in result.findings:
        _say("  " + finding.replace("\n", "\n  "))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, help="without it, one at random, which is printed")
    parser.add_argument("--only", type=int, help="the run of this number only")
    parser.add_argument("--keep", action="store_true", help="keep all folders, to look at")
    parser.add_argument(
        "--report", type=Path, metavar="PAGE", help="write the figures there, where nothing is found"
    )
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
