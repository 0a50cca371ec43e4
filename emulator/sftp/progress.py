"""How much of each file was handed out, over all sessions of an account: a download that broke off goes on in another.

Kept by the serving process: after its end a file that was not read whole is read anew.
"""

from __future__ import annotations

from collections.abc import Hashable

MOST_FILES = 10_000


class HandedOut:
    """The parts of files that were read, merged where they meet."""

    def __init__(self) -> None:
        self._parts: dict[Hashable, list[tuple[int, int]]] = {}

    def note(self, file: Hashable, start: int, end: int, size: int) -> bool:
        """A part was read; whether the whole now is, after which counting begins anew."""
        merged: list[tuple[int, int]] = []
        # Taken out and put back, the file that was read last stands last.
        for first, last in sorted([*self._parts.pop(file, ()), (start, end)]):
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        if merged[0][0] == 0 and merged[0][1] >= size:
            return True
        self._parts[file] = merged
        if len(self._parts) > MOST_FILES:
            del self._parts[next(iter(self._parts))]
        return False
