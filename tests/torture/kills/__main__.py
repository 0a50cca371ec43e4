"""`make kills`: kill after kill, at moments that follow from a seed, until all are done; what was found, and how again."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.torture.kills import fleets
from tests.torture.kills.fleets import FleetKilling, FleetResult
from tests.torture.kills.killing import Killing, KillResult, draw

Result = KillResult | FleetResult


def main() -> int:
    options = _options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    numbers = range(options.first, options.kills) if options.only is None else [options.only]
    program = "python -m tests.torture.kills" + " --fleet" * options.fleet
    _say(f"{len(numbers)} kills, SEED={seed}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    results: list[Result] = []
    for result in _carry_out(folder, seed, numbers, fleet=options.fleet, keep=options.keep):
        results.append(result)
        number = numbers[len(results) - 1]
        _tell(len(results), len(numbers), result)
        if result.findings:
            _say(f"  its folder stays: {folder}\n  again: {program} --seed {seed} --only {number}")
    found = [result for result in results if result.findings]
    if not found and not options.keep:
        shutil.rmtree(folder)
    _summary(results, time.monotonic() - began)
    return 1 if found else 0


def _carry_out(
    folder: Path, seed: int, numbers: Sequence[int], *, fleet: bool, keep: bool
) -> Iterator[Result]:
    """The kills of these numbers, one after another."""
    if not fleet:
        killing = Killing(folder)
        for number in numbers:
            yield killing.carry_out(draw(seed, number), f"kill-{number}", keep=keep)
        return
    with FleetKilling(folder) as carrier:
        for number in numbers:
            yield carrier.carry_out(fleets.draw(seed, number), f"kill-{number}", keep=keep)


def _tell(position: int, count: int, result: Result) -> None:
    became = "as if nothing had happened" if result.struck else "ended before its moment"
    _say(
        f"[{position}/{count}] {result.kill}: {'FOUND' if result.findings else became} ({result.seconds:.0f} s)"
    )
    for finding in result.findings:
        _say("  " + finding.replace("\n", "\n  "))


def _summary(results: list[Result], seconds: float) -> None:
    struck = Counter(_group(result) for result in results if result.struck)
    _say(
        f"{sum(struck.values())} of {len(results)} killed in time ("
        + ", ".join(f"{victim} {count}" for victim, count in struck.items())
        + f"), {sum(bool(result.findings) for result in results)} with findings, in {seconds:.0f} s"
    )


def _group(result: Result) -> str:
    """What is counted together: the victim, and in runs of many stacks where the states lie."""
    where = f" with states in {result.kill.backend}" if isinstance(result, FleetResult) else ""
    return f"{result.kill.victim}{where}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.kills", description=__doc__)
    parser.add_argument("--fleet", action="store_true", help="in runs of many stacks")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="begin with the kill of this number")
    parser.add_argument("--seed", type=int, help="without it, one at random, which is printed")
    parser.add_argument("--only", type=int, help="the kill of this number only")
    parser.add_argument("--keep", action="store_true", help="keep all folders, to look at")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
