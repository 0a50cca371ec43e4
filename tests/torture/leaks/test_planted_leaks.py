"""Leaks that are made on purpose are noticed: a search that is blind to one fails here."""

from __future__ import annotations

import pytest

from tests.torture.leaks.looking import Look, look_through
from tests.torture.leaks.planted_leaks import PLANTED_LEAKS, is_noticed
from tests.torture.leaks.stage import Stage


@pytest.mark.parametrize("name", [name for name, leak in PLANTED_LEAKS.items() if not leak.engine])
def test_a_planted_leak_is_noticed(bare_stage: Stage, name: str) -> None:
    assert is_noticed(PLANTED_LEAKS[name], bare_stage)


def test_where_none_is_planted_none_is_noticed(bare_stage: Stage) -> None:
    look = Look("nothing")
    look_through(bare_stage, look)
    assert (look.leaks, look.wrong) == ([], [])
    assert look.allowed == {"secrets file", "client's key", "portal"}
