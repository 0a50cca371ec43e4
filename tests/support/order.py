"""In which order the tests run: the files that take longest first, so that no processor waits for the last one alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.markers import TESTS

LONGEST: Sequence[str] = (
    "torture/kills/test_kills.py",
    "e2e/test_stories.py",
    "torture/properties/test_engine.py",
    "e2e/test_clean_up.py",
    "e2e/test_change.py",
    "e2e/test_old_states.py",
    "e2e/test_retained.py",
    "e2e",
    "torture",
)
"""By the beginning of a path below tests/, the longest first (`make test-times`); all others follow in their own order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    places = (
        position
        for position, name in enumerate(LONGEST)
        if TESTS / name == item.path or TESTS / name in item.path.parents
    )
    return next(places, len(LONGEST))
