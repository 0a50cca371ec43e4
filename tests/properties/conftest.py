"""Beginnings without the engine, each made once."""

from functools import cache
from typing import Protocol

import pytest

from tests.properties.lives import quickly_on_the_wire
from tests.properties.small import Beginning
from tests.providers import life


class Beginnings(Protocol):
    def __call__(self, fusion: str, moment: str, *, beyond: bool = False) -> Beginning: ...


@pytest.fixture(scope="package")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    @cache
    def made(fusion: str, moment: str, *, beyond: bool = False) -> Beginning:
        return Beginning(tmp_path_factory.mktemp("properties") / fusion, fusion, moment, beyond=beyond)

    return made


@pytest.fixture
def beginning(_made: Beginnings, monkeypatch: pytest.MonkeyPatch) -> Beginnings:
    """`beginning(fusion, moment)`: the fusion, applied at that moment, or more of it than its scenario asks for."""
    monkeypatch.setattr(life, "on_the_wire", quickly_on_the_wire)
    return _made
