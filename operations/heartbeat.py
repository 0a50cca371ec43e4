"""How often a long run says that it goes on, where nothing begins or ends."""

from __future__ import annotations

from collections.abc import Iterator

FIRST_SECONDS, LONGEST_SECONDS = 5.0, 60.0


def pauses() -> Iterator[float]:
    """The seconds before each line: twice as long after each, so that an hour is no thousand lines."""
    pause = FIRST_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_SECONDS)
