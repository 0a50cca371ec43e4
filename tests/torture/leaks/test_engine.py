"""A part of `make leaks` with the real engine: some scenes, and the planted leaks that need it."""

from __future__ import annotations

import pytest

from tests.torture.leaks.looking import look_at
from tests.torture.leaks.planted_leaks import PLANTED_LEAKS, is_noticed
from tests.torture.leaks.stage import Stage

PART = ("another password", "refusals that repeat")


@pytest.mark.parametrize("scene", PART)
def test_nothing_stands_where_it_may_not(stage: Stage, scene: str) -> None:
    look = look_at(scene, stage)
    assert look.leaks == []
    assert look.wrong == []


@pytest.mark.parametrize("name", [name for name, leak in PLANTED_LEAKS.items() if leak.engine])
def test_a_planted_leak_is_noticed(stage: Stage, name: str) -> None:
    assert is_noticed(PLANTED_LEAKS[name], stage)
