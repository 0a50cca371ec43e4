"""No test may hang: each has a limit, after which it fails with the stacks of all threads.

Where a test does not react to that, in C code or in its own clean-up, its process ends a little later and prints them. So
does a process that does not end after its last test, for a thread or a child that nobody joined.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import tempfile
from collections.abc import Mapping
from types import FrameType
from typing import Any

import pytest

GRACE_SECONDS = float(os.environ.get("TEST_GRACE_SECONDS", "60"))
"""How long after its limit a test's process ends, and a process after its last test."""
LIMITS: Mapping[str, int] = {
    "engine": 1800,
    "fuzz": 1800,
    "hostile": 1800,
    "kills": 3600,
    "leaks": 1800,
    "properties": 3600,
    "stories": 3600,
}
"""Seconds by marker, beyond the default in pyproject.toml: generous, since the machine may be busy with much else."""
_FACTOR = int(os.environ.get("PROPERTIES_FACTOR", "1"))


def set_limit(item: pytest.Item) -> None:
    """Give a test the longest limit of its markers, unless it names one itself."""
    limits = [seconds for name, seconds in LIMITS.items() if item.get_closest_marker(name)]
    if limits and not item.get_closest_marker("timeout"):
        item.add_marker(pytest.mark.timeout(max(limits) * _FACTOR))


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:
    """:param settings: of pytest-timeout, which calls this and, at the test's end, the next one."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"it took longer than its limit of {settings.timeout:g} s; all threads:\n\n{stacks()}")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    _end_later(item.config, settings.timeout + GRACE_SECONDS)
    return True


def pytest_timeout_cancel_timer() -> bool:
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    faulthandler.cancel_dump_traceback_later()
    return True


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    _end_later(config, GRACE_SECONDS)


def stacks() -> str:
    """Where each thread of this process is."""
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read()


_stderr: dict[pytest.Config, int] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Note the stderr that people see: while a test runs pytest captures it."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        _stderr[config] = os.dup(2)


def _end_later(config: pytest.Config, seconds: float) -> None:
    if config in _stderr:
        faulthandler.dump_traceback_later(seconds, exit=True, file=_stderr[config])
