"""`make hostile`: every odd answer against every call, and the memory that the largest of them need; the figures go into
docs/reliability.md.

Every call goes through the real client. A trial is made again by its name and call: what is printed says how.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.figures import write_figures
from tests.torture.hostile import memory
from tests.torture.hostile.cases import CASES, every_trial
from tests.torture.hostile.trial import DEADLINE_SECONDS, SLACK, Outcome, try_out

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"


def main() -> int:
    options = _options()
    trials = [
        (name, call)
        for name, call in every_trial()
        if options.case in (None, name) and options.call in (None, call)
    ]
    random.Random(options.seed).shuffle(trials)  # noqa: S311 - an order
    _say(f"{len(trials)} trials, seed {options.seed}")
    began = time.monotonic()
    with ThreadPoolExecutor(options.threads) as pool:
        outcomes = list(pool.map(lambda trial: try_out(*trial), trials))
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    for one in wrong:
        _say(
            f"\n{one.name}, {one.call}: {one.wrong}\nAgain:\n"
            f"  python -m tests.torture.hostile --case '{one.name}' --call {one.call}"
        )
    if options.case or options.call:
        for one in outcomes:
            _say(f"{one.name}, {one.call}, {one.seconds:.2f} s: {one.told or 'an answer'}")
        return 1 if wrong else 0
    peak = memory.measure()
    figures = _figures(outcomes, peak)
    _say(f"{figures}\nin {time.monotonic() - began:.0f} s")
    if wrong or _count_late(outcomes) or peak > memory.LIMIT_MIB:
        return 1
    write_figures(PAGE, "make hostile", figures)
    return 0


def _figures(outcomes: Sequence[Outcome], peak: int) -> str:
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    wrong = sum(bool(outcome.wrong) for outcome in outcomes)
    errors = sum(bool(outcome.told) for outcome in outcomes)
    return (
        "| | |\n|---|---|\n"
        f"| odd answers | {len(CASES)} |\n"
        f"| trials: each with GET, PUT, POST, DELETE and sign-in, or where it has a meaning | {len(outcomes)} |\n"
        f"| ended with an error of the tree, with call and way out | {errors} |\n"
        f"| taken for an answer, as they may be | {len(outcomes) - errors - wrong} |\n"
        f"| anything else, or a credential elsewhere | {wrong} |\n"
        f"| slowest, with a deadline of {DEADLINE_SECONDS:g} s: {slowest.name}, {slowest.call} | {slowest.seconds:.1f} s |\n"
        f"| later than the deadline and a fifth | {_count_late(outcomes)} |\n"
        f"| most memory, four threads at once | {peak} MiB |\n"
    )


def _count_late(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.seconds > DEADLINE_SECONDS * SLACK for outcome in outcomes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the order")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--case", choices=[*CASES], help="only this odd answer", metavar="NAME")
    parser.add_argument("--call", help="only with this call")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
