"""Beginnings without the engine, each made once."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.properties.lives import quickly_on_the_wire
from tests.properties.small import Beginning
from tests.providers import life

Beginnings = Callable[[str, str], Beginning]


@pytest.fixture(scope="package")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    @cache
    def made(fusion: str, moment: str) -> Beginning:
        return Beginning(tmp_path_factory.mktemp("properties") / fusion, fusion, moment)

    return made


@pytest.fixture
def beginning(_made: Beginnings, monkeypatch: pytest.MonkeyPatch) -> Beginnings:
    """`beginning(fusion, moment)`: the fusion, applied at that moment."""
    monkeypatch.setattr(life, "on_the_wire", quickly_on_the_wire)
    return _made
