"""Stages for the leak search: made once, every test goes on from a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.prepared import prepare_once
from tests.torture.leaks.stage import Stage


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Stage:
    """Pajottegem is applied."""
    return Stage(prepare_once(tmp_path_factory, "leaks", Stage.begin)).go_on(tmp_path / "project")


@pytest.fixture
def bare_stage(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Stage:
    """With the same secrets and a portal, and no stack."""
    return Stage(prepare_once(tmp_path_factory, "bare-leaks", Stage.without_engine)).go_on(
        tmp_path / "project"
    )
