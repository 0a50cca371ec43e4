"""`make fuzz-files`: mutated declarations and secrets files, one for each seed; the figures go into docs/reliability.md."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.support.figures import write_figures
from tests.torture.files.judging import SLOWEST_SECONDS, Judged, judge

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
FEWEST = 2000
"""Figures of fewer cases are not written."""


class Hung(BaseException):
    """A case did not end; no `except Exception` swallows it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.files", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first case; each next one adds one")
    options = parser.parse_args()
    judged = []
    for seed in range(options.seed, options.seed + options.cases):
        with tempfile.TemporaryDirectory() as folder, _limit(seed):
            judged.append(judge(seed, Path(folder)))
        for line in judged[-1].wrong:
            sys.stdout.write(f"{line}\n")
        if len(judged) % 100 == 0:
            sys.stdout.write(f"{len(judged)} of {options.cases}\n")
            sys.stdout.flush()
    wrong = sum(len(one.wrong) for one in judged)
    sys.stdout.write(f"{options.cases} cases from seed {options.seed}: {wrong or 'nothing'} wrong\n")
    if not wrong and options.cases >= FEWEST:
        write_figures(PAGE, "make fuzz-files", _figures(judged))
    return 1 if wrong else 0


def _figures(judged: Sequence[Judged]) -> str:
    kinds = Counter(one.kind for one in judged)
    rows = [("mutated " + kind, number) for kind, number in sorted(kinds.items())]
    rows += [
        ("findings told, each with its place, in one line", sum(one.findings for one in judged)),
        (
            "cases without a finding: still sound, or another file's business",
            sum(not one.findings for one in judged),
        ),
        ("tracebacks, hangs, calls of the portal, repeated secrets", sum(len(one.wrong) for one in judged)),
    ]
    return "| | |\n|---|---|\n" + "".join(f"| {name} | {number} |\n" for name, number in rows)


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
