"""Which tests are what: markers by folder, from which `make check` leaves out what takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.limits import set_limit

TESTS = Path(__file__).parents[1]
MARKERS: Mapping[str, tuple[str, ...]] = {
    "e2e": ("engine",),
    "e2e/test_stories.py": ("stories",),
    "e2e/test_later_wave.py": ("stories",),
    "torture/files": ("fuzz",),
    "torture/fuzz": ("fuzz",),
    "torture/kills/test_kills.py": ("engine", "kills"),
    "torture/properties": ("properties",),
    "torture/properties/test_engine.py": ("engine",),
}
"""By the beginning of a path below tests/. pyproject.toml says what each means."""
_running: list[pytest.Item] = []


def mark(item: pytest.Item, tests: Path = TESTS) -> None:
    """Give a test the markers of its folder and file, and its limit."""
    for place, names in MARKERS.items():
        if item.path == tests / place or (tests / place) in item.path.parents:
            for name in names:
                item.add_marker(name)
    set_limit(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _running[:] = [item]


def refuse_unmarked_engine(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test that starts the real engine bears the marker, so that `make check` can leave it out.

    :raises RuntimeError: instead of starting it.
    """
    if event != "subprocess.Popen" or not _running or _running[0].get_closest_marker("engine"):
        return
    _, command, _, environment = arguments
    if isinstance(command, list | tuple) and command and is_real_engine(str(command[0]), environment):
        raise RuntimeError(f"{_running[0].nodeid} starts the engine: it needs the marker `engine`")


def is_real_engine(program: str, environment: Mapping[str, str] | None) -> bool:
    """Whether this is the `pulumi` of the environment in which the tests run, and no stand-in that a test wrote."""
    if Path(program).name != "pulumi":
        return False
    path = (os.environ if environment is None else environment).get("PATH", "")
    for folder in path.split(os.pathsep):
        found = Path(folder, program)
        if found.exists():
            return found.parent == Path(sys.prefix) / "bin"
    return False
