"""`python -m tests.torture.racing`: two operators at one stack, race after race, at moments that follow from a seed."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.support.backend_servers import Backend, serve_postgres
from tests.support.shared_workspace import name_backend
from tests.torture.racing.race import RaceResult, Racing, draw

FOLDER, POSTGRESQL = "folder", "postgresql"


def main() -> int:
    options = _options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    numbers = range(options.races) if options.only is None else [options.only]
    _say(f"{len(numbers)} races, state in {options.backend}, SEED={seed}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="races-"))
    results: list[RaceResult] = []
    with ExitStack() as ending:
        racing, make_backend = Racing(folder), _begin_backend(options.backend, ending)
        for number in numbers:
            race, name = draw(seed, number), f"race-{number}"
            results.append(racing.run(race, name, make_backend(), keep=options.keep))
            _tell(len(results), len(numbers), results[-1])
            if results[-1].findings:
                again = f"python -m tests.torture.racing --backend {options.backend} --seed {seed} --only {number}"
                _say(f"  its folder stays: {folder}\n  again: {again}")
    found = [result for result in results if result.findings]
    if not found and not options.keep:
        shutil.rmtree(folder)
    endings = Counter(ending for result in results for ending in result.endings)
    _say(
        f"{len(results)} races, {sum(result.met for result in results)} of them met at the lock; of the operators "
        + ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
        + f"; {len(found)} with findings, in {time.monotonic() - began:.0f} s"
    )
    return 1 if found else 0


def _begin_backend(name: str, ending: ExitStack) -> Callable[[], Backend | None]:
    """Makes where the state of a race is, None: in its folder. A server is gone at the ending."""
    if name == FOLDER:
        return lambda: None
    server = ending.enter_context(serve_postgres())
    return lambda: server.make(name_backend())


def _tell(position: int, count: int, result: RaceResult) -> None:
    became = "FOUND" if result.findings else " / ".join(result.endings)
    _say(f"[{position}/{count}] {result.race}: {became} ({result.seconds:.0f} s)")
    for finding in result.findings:
        _say("  " + finding.replace("\n", "\n  "))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.racing", description=__doc__)
    parser.add_argument("--races", type=int, default=50)
    parser.add_argument("--seed", type=int, help="without it, one at random, which is printed")
    parser.add_argument("--backend", choices=[FOLDER, POSTGRESQL], default=FOLDER, help="where the state is")
    parser.add_argument("--only", type=int, help="the race of this number only")
    parser.add_argument("--keep", action="store_true", help="keep all folders, to look at")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
