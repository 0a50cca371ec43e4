"""In which order the tests run: the files that take longest first, so that no processor waits for the last one alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.support.markers import TESTS

LONGEST: Sequence[str] = (
    "torture/kills/test_kills.py",
    "e2e/test_stories.py",
    "torture/properties/test_engine.py",
    "torture/faults/test_faults.py",
    "e2e/test_clean_up.py",
    "e2e/test_change.py",
    "e2e/test_old_states.py",
    "e2e/test_retained.py",
    "e2e",
    "torture",
)
"""By the beginning of a path below tests/, the longest first (`make test-times`); all others follow in their own order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.path))


@cache
def _place(path: Path) -> int:
    around = {path, *path.parents}
    return next((place for place, name in enumerate(LONGEST) if TESTS / name in around), len(LONGEST))
