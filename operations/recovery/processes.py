"""Is the engine that took a lock still at work? Only "no" may be said for certain: what cannot be known counts as yes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_PROC = Path("/proc")
_ENGINE = "pulumi"
_MARGIN = timedelta(seconds=5)
"""A process's beginning is known to a second, by a clock that is set now and then."""
_DEAD = ("Z", "X")


def may_be_at_work(pid: int, since: datetime) -> bool:
    """Whether an engine that had this number at a time may still be there.

    It is not where no process has the number, or one that has ended and that nobody waited for; and where another has it
    by now: it is no engine, and it began later. A clock that was set since cannot make a living engine look dead.
    """
    if pid <= 0:
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # somebody else's
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return True  # a system that does not tell; or it is gone this moment, and the next look knows
    # The name stands in brackets and may hold anything.
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    if fields[0] in _DEAD:
        return False
    return _ENGINE in name or _began(int(fields[19])) <= since + _MARGIN


def _began(ticks: int) -> datetime:
    """When a process began that did so many ticks after the machine."""
    lines = (_PROC / "stat").read_text().splitlines()
    booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return datetime.fromtimestamp(booted + ticks / os.sysconf("SC_CLK_TCK"), UTC)
