"""Which of the portal's APIs are down: each is waited for until a deadline once, not again at every call.

The provider host calls from four threads, so every look and every change is made under one lock. The lock is never held
during a call.
"""

from __future__ import annotations

import threading

from providers import paths


class Outages:
    """What the calls of one connection found out about the portal's APIs. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed_path: dict[str, str] = {}
        """By API: the path whose calls failed until the deadline."""
        self._any_answered = False
        """Whether any path but the sign-in has answered. Until then one outage means that the whole portal is down."""

    def is_known(self, path: str) -> bool:
        """Whether waiting for `path` is useless: its API is known to be down, or the sign-in, or the whole portal."""
        with self._lock:
            if self._failed_path and not self._any_answered:
                return True
            return _api(path) in self._failed_path or _api(paths.SIGN_IN) in self._failed_path

    def note_failure(self, path: str) -> None:
        """Calls of `path` failed until the deadline."""
        with self._lock:
            self._failed_path.setdefault(_api(path), path)

    def note_answer(self, path: str) -> None:
        """`path` answered. Only the path that failed ends an outage: perhaps only a part of the API is down."""
        with self._lock:
            self._any_answered = self._any_answered or path != paths.SIGN_IN
            if self._failed_path.get(_api(path)) == path:
                self._failed_path.pop(_api(path))


def _api(path: str) -> str:
    """`/REST/chaman/v1`."""
    return "/".join(path.split("/")[:4])
