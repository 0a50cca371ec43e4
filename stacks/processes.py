"""Does a process live, and when did it begin, as far as this system tells?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_DEAD = ("Z", "X")


@dataclass(frozen=True)
class Process:
    """One that lives.

    :param name: of its program. :param began: in ticks of this machine. Both are "" where the system does not tell.
    """

    name: str = ""
    began: str = ""


def find_process(number: int) -> Process | None:
    """The process that has this number; None where none has, or one that has ended and that nobody waited for."""
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return None
    except PermissionError:
        pass  # somebody else's
    try:
        text = (_PROC / str(number) / "stat").read_text("utf-8", "replace")
    except OSError:
        return Process()  # or it is gone this moment, and the next look knows
    # The name stands in brackets and may hold anything.
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return None if fields[0] in _DEAD else Process(name, fields[19])
