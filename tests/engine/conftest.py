"""Machines to set up: folders of fake programs in place of a network, a Go toolchain and a Pulumi."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands import Step
from engine.versions import pinned_engine

CHECKOUT = Path(__file__).parents[2]
PINNED = pinned_engine(CHECKOUT / "engine")


class Said(list[str]):
    """What a step printed; stands in for standard output."""

    def write(self, text: str) -> int:
        self.extend(line for line in text.splitlines() if line.strip())
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.fixture
def said() -> Said:
    """The progress lines so far."""
    return Said()


@pytest.fixture
def step(said: Said) -> Step:
    """A step that prints to `said`."""
    return Step("setup 3/5 engine", said)  # type: ignore[arg-type]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], Path]:
    """Make a fake program: `program("bin/go", "echo go1.20")`; return its file."""

    def make(name: str, script: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    return make
