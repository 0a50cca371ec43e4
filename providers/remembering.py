"""A client for the looks of `check`: what many resources have to look at is read once in an operation.

Several resources stand for parts of one answer: a domain's users, its managers, what is retained of both. Who writes looks
again by itself, with another client, so that nothing is decided by what is remembered here. A failed read is not remembered.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from providers.portal import ReadingPortal

if TYPE_CHECKING:
    from providers.portal import Answer, Connection


class Memory:
    """What was read so far in this process, by organisation and path."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self._locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def lock(self, key: tuple[str, str]) -> threading.Lock:
        """Who needs the same waits for the first who asks."""
        with self._lock:
            return self._locks[key]


class RememberingPortal(ReadingPortal):
    """The portal for one acting organisation, where each path is read once."""

    def __init__(self, connection: Connection, organization: str, memory: Memory) -> None:
        super().__init__(connection, organization)
        self._memory = memory

    def get(self, path: str) -> Answer:
        key = (self._organization, path)
        with self._memory.lock(key):
            if key not in self._memory.answers:
                self._memory.answers[key] = super().get(path)
            return self._memory.answers[key]
