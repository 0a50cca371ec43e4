"""`make kills`: kill after kill, at moments that follow from a seed, until all are done; what was found, and how again."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.torture.kills.killing import Killing, KillResult, draw


def main() -> int:
    options = _options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    numbers = range(options.kills) if options.only is None else [options.only]
    _say(f"{len(numbers)} kills, SEED={seed}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    killing = Killing(folder)
    stories = []
    for number in numbers:
        story = killing.carry_out(draw(seed, number), f"kill-{number}", keep=options.keep)
        stories.append(story)
        _tell(len(stories), len(numbers), story)
        if story.findings:
            _say(
                f"  its folder stays: {folder}\n  again: python -m tests.torture.kills --seed {seed} --only {number}"
            )
    found = [story for story in stories if story.findings]
    if not found and not options.keep:
        shutil.rmtree(folder)
    _summary(stories, time.monotonic() - began)
    return 1 if found else 0


def _tell(position: int, count: int, story: KillResult) -> None:
    result = "as if nothing had happened" if story.struck else "ended before its moment"
    _say(
        f"[{position}/{count}] {story.kill}: {'FOUND' if story.findings else result} ({story.seconds:.0f} s)"
    )
    for finding in story.findings:
        _say("  " + finding.replace("\n", "\n  "))


def _summary(stories: list[KillResult], seconds: float) -> None:
    struck = Counter(story.kill.victim for story in stories if story.struck)
    _say(
        f"{sum(struck.values())} of {len(stories)} killed in time ("
        + ", ".join(f"{victim} {count}" for victim, count in struck.items())
        + f"), {sum(bool(story.findings) for story in stories)} with findings, in {seconds:.0f} s"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, help="without it, one at random, which is printed")
    parser.add_argument("--only", type=int, help="the kill of this number only")
    parser.add_argument("--keep", action="store_true", help="keep all folders, to look at")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
