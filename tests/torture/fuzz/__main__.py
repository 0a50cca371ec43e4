"""`make fuzz`: round after round over every API, each on a fresh portal, until time is up or something is found.

A round's calls follow from its seed: what is found is found again with the command that is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.torture.fuzz import harness

EXAMPLES = 60


def main() -> int:
    options = _options()
    deadline = time.monotonic() + options.seconds
    excuses: Counter[str] = Counter()
    calls = turn = 0
    apis = [api for api in harness.APIS if options.api in (None, api.name)]
    while turn < len(apis) or time.monotonic() < deadline:
        round_, position = divmod(turn, len(apis))
        if options.rounds is not None and round_ == options.rounds:
            break
        api, seed = apis[position], options.seed + round_
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = harness.run(
                api, Path(folder) / "portal.db", seed=seed, examples=options.examples, first_only=True
            )
        calls += found.calls
        excuses += found.excuses
        _say(
            f"{api.name:18} seed {seed:<6} {found.calls:6} calls in {time.monotonic() - began:4.0f} s, {calls} in all"
        )
        if found.findings:
            _say(f"\n{found.report()}\n\nAgain:\n  {_again(api.name, seed, options.examples)}")
            return 1
        turn += 1
    for why, count in excuses.most_common():
        _say(f"  refused {count} times though in keeping with its document: {why}")
    return 0


def _again(api: str, seed: int, examples: int) -> str:
    return f"python -m tests.torture.fuzz --api {api} --seed {seed} --examples {examples} --rounds 1"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600, help="a round that has begun ends")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each next one adds one")
    parser.add_argument(
        "--examples", type=int, default=EXAMPLES, help="generated calls an operation and round"
    )
    parser.add_argument("--rounds", type=int, help="no more rounds than this")
    parser.add_argument("--api", choices=[api.name for api in harness.APIS], help="only this one")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
