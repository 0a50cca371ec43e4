"""`make fuzz-files`: mutated declarations and secrets files, one for each seed, until one is answered wrongly."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.torture.files.judging import SLOWEST_SECONDS, judge


class Hung(BaseException):
    """A case did not end; no `except Exception` swallows it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.files", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first case; each next one adds one")
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.seed, options.seed + options.cases):
        with tempfile.TemporaryDirectory() as folder, _limit(seed):
            for line in judge(seed, Path(folder)):
                sys.stdout.write(f"{line}\n")
                wrong += 1
    sys.stdout.write(f"{options.cases} cases from seed {options.seed}: {wrong or 'nothing'} wrong\n")
    return 1 if wrong else 0


@contextmanager
def _limit(seed: int) -> Iterator[None]:
    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"seed {seed} hangs")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, 2 * SLOWEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    sys.exit(main())
