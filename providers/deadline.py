"""How much time a call has left: one deadline over everything that happens within it, in its own thread.

Sign-in, waits, repeats, and every read of every byte of an answer ask here. So nothing that a portal does, or leaves, can
hold a call longer: a limit for each read could be outlasted by a byte now and then.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class _Ends(threading.local):
    at = math.inf


_ends = _Ends()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What happens inside ends in `seconds`, or sooner where it is within another deadline already."""
    before = _ends.at
    _ends.at = min(before, monotonic() + seconds)
    try:
        yield
    finally:
        _ends.at = before


def left() -> float:
    """The seconds that are left, not above zero when the time is up; infinite outside of any deadline."""
    return _ends.at - monotonic()
