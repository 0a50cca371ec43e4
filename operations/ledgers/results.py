"""How the engine of a run ended: `fusion`, which started it, knows that, and adds it to the run's lines. Nobody else can: a
`pulumi` that people start is the engine itself, and the processes below it do not see its end.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from operations.ledgers.reading import read_ledger, read_moment
from operations.recovery.processes import MARGIN
from providers import ledger
from providers.unanswered import read_lines
from schemas.errors import FusionError
from stacks.beginning import locked


class Result(StrEnum):
    """How an engine ended: all went well, or not; told to stop, it did, or had to be killed."""

    PASSED = "passed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    KILLED = "killed"


def note_result(
    root: Path,
    stack: str,
    process: int,
    began: datetime,
    result: Result,
    why: str,
    counts: Mapping[str, int],
) -> str:
    """Note how the engine with this process number ended; its run's name, "" where it has no ledger.

    :param began: when it was started: an earlier run of its number was another's. :param counts: the engine's own, of
        resources by step.
    """
    path = ledger.file_of(root, stack)
    run = _find_run(path, process, began)
    if run:
        own = ledger.Ledger(path, run)
        try:
            with locked(path):
                own.note_or_tell("result", result=result, why=ledger.shorten(why), counts=dict(counts))
        except OSError:
            pass  # whoever cannot open it was told so by the run
        finally:
            own.close()
    return run


def count_done(root: Path, stack: str, run: str) -> dict[str, int]:
    """What came of the things of a run, as `fusion status` counts them; {} where its ledger cannot be read."""
    with suppress(FusionError):
        return next((one.counts for one in read_ledger(root, stack).runs if one.run == run), {})
    return {}


def _find_run(path: Path, process: int, began: datetime) -> str:
    """The last that began as this process since then."""
    run = ""
    with suppress(OSError):
        for line in read_lines(path):
            if line and line["kind"] == "begin" and line.get("process") == process:
                is_own = line.get("host") == socket.gethostname() and read_moment(line) >= began - MARGIN
                run = str(line["run"]) if is_own else run
    return run
