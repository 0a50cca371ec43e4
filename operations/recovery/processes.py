"""Is the engine that took a lock still at work? Only "no" may be said for certain: what cannot be known counts as yes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stacks.processes import find_process

_ENGINE = "pulumi"
MARGIN = timedelta(seconds=5)
"""A process's beginning is known to a second, by a clock that is set now and then."""


def may_be_at_work(pid: int, since: datetime) -> bool:
    """Whether an engine that had this number at a time may still be there.

    It is not where no process has the number, or one that has ended and that nobody waited for; and where another has it
    by now: it is no engine, and it began later. A clock that was set since cannot make a living engine look dead.
    """
    if pid <= 0:
        return True
    process = find_process(pid)
    if process is None:
        return False
    if not process.began or _ENGINE in process.name:
        return True
    return _began(int(process.began)) <= since + MARGIN


def _began(ticks: int) -> datetime:
    """When a process began that did so many ticks after the machine."""
    lines = Path("/proc/stat").read_text().splitlines()
    booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return datetime.fromtimestamp(booted + ticks / os.sysconf("SC_CLK_TCK"), UTC)
