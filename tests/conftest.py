"""What holds for all tests."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.support import limits, markers, order


def pytest_configure(config: pytest.Config) -> None:
    """A shell starts what runs in the background with Ctrl-C ignored: tests that press it would wait for ever."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(limits)
    config.pluginmanager.register(markers)
    config.pluginmanager.register(order)
    sys.addaudithook(markers.refuse_unmarked_engine)


def pytest_itemcollected(item: pytest.Item) -> None:
    markers.mark(item)
