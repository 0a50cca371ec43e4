"""Templates without the engine, each made once."""

from functools import cache
from typing import Protocol

import pytest

from tests.providers import resource_harness
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.simulated_engine import convert_quickly


class Templates(Protocol):
    def __call__(self, fusion: str, moment: str, *, beyond: bool = False) -> Template: ...


@pytest.fixture(scope="package")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    @cache
    def made(fusion: str, moment: str, *, beyond: bool = False) -> Template:
        return Template(tmp_path_factory.mktemp("properties") / fusion, fusion, moment, beyond=beyond)

    return made


@pytest.fixture
def template(_made: Templates, monkeypatch: pytest.MonkeyPatch) -> Templates:
    """`template(fusion, moment)`: the fusion, applied at that moment, or more of it than its scenario asks for."""
    monkeypatch.setattr(resource_harness, "on_the_wire", convert_quickly)
    return _made
