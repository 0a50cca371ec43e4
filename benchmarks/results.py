"""What benchmarks found: lines for people, and with `--record` one JSON line each, for the history and its plot.

The ratios of one run may be compared with each other and, with care, over the months. Seconds may not: machines are shared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
HISTORY = ROOT / "benchmarks" / "results" / "history.jsonl"


@dataclass(frozen=True)
class Result:
    """One finding of a run.

    :param what: what was compared with what, always in the same words. :param ratio: of the medians.
    :param aim: the most that it should be; None where there is no aim. :param mebibytes: the most that was in memory.
    :param seconds: how long the first of the two took, by the clock.
    """

    what: str
    ratio: float
    aim: float | None = None
    mebibytes: float | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        aim = f" (aim: {self.aim:g} or less)" if self.aim is not None else ""
        memory = f", {self.mebibytes:.0f} MiB at most" if self.mebibytes is not None else ""
        took = f", {self.seconds:.1f} s" if self.seconds is not None else ""
        return f"{self.what}: {self.ratio:.2f}{aim}{took}{memory}"


class Recorder:
    """Says what was found, and keeps it where that is asked for."""

    def __init__(self, history: Path | None) -> None:
        self._history = history
        # Asked once: the first line that is kept makes a difference to the commit.
        self._commit = "" if history is None else _commit()
        self._moment = datetime.now(UTC).isoformat(timespec="seconds")

    @classmethod
    def add_option(cls, parser: argparse.ArgumentParser) -> None:
        """`--record` for a benchmark's command line."""
        parser.add_argument("--record", action="store_true", help=f"add to {HISTORY.relative_to(ROOT)}")

    @classmethod
    def of(cls, options: argparse.Namespace) -> Recorder:
        return cls(HISTORY if options.record else None)

    def tell(self, result: Result) -> None:
        print(result, flush=True)
        if self._history is None:
            return
        self._history.parent.mkdir(exist_ok=True)
        line = {
            "moment": self._moment,
            "commit": self._commit,
            **asdict(result),
            "ratio": round(result.ratio, 3),
            "seconds": None if result.seconds is None else round(result.seconds, 1),
        }
        with self._history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _commit() -> str:
    """The commit that is measured, with a `+` where other files than results differ from it."""
    commit = _ask_git("rev-parse", "--short", "HEAD")
    return commit + (
        "+"
        if _ask_git("status", "--porcelain", "--", ".", ":!benchmarks/results", ":!docs/benchmarks.svg")
        else ""
    )


def _ask_git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
