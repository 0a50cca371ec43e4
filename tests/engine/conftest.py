"""Machines to set up: folders of fake programs in place of a network, a Go toolchain and a Pulumi."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands import Step
from engine.versions import pinned_engine

CHECKOUT = Path(__file__).parents[2]
PINNED = pinned_engine(CHECKOUT / "engine")
SHOW = (
    'echo "passphrase=${PULUMI_CONFIG_PASSPHRASE-unset} check=$PULUMI_SKIP_UPDATE_CHECK once=$PULUMI_SKIP_CHECKPOINTS'
    ' args=$*"; echo "$PATH"'
)


class Printed(list[str]):
    """What a step printed; stands in for standard output."""

    def write(self, text: str) -> int:
        self.extend(line for line in text.splitlines() if line.strip())
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.fixture
def printed() -> Printed:
    """The progress lines so far."""
    return Printed()


@pytest.fixture
def step(printed: Printed) -> Step:
    """A step that prints to `printed`."""
    return Step("setup 3/5 engine", printed)  # type: ignore[arg-type]


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


@pytest.fixture
def checkout(tmp_path: Path, program: Callable[[str, str], Path]) -> Path:
    """A checkout, in a folder with awkward characters, whose engine shows how it was started."""
    root = tmp_path / "a=b c"
    (root / "engine").mkdir(parents=True)
    shutil.copy(CHECKOUT / "engine" / "pulumi.sh", root / "engine")
    shutil.copy(CHECKOUT / "activate", root)
    (root / "Pulumi.yaml").write_text("name: fusion\nbackend:\n  url: file://./.state?metadata=skip\n")
    (root / ".state").mkdir()
    program("a=b c/.venv/engine/pulumi", SHOW)
    (root / ".venv" / "bin").mkdir()
    (root / ".venv" / "bin" / "pulumi").symlink_to("../../engine/pulumi.sh")
    return root


def start(command: list[str | Path], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run with no variables but these and a plain PATH."""
    return start_as(None, command, cwd, **variables)


def start_as(
    user: int | None, command: list[str | Path], cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The same as another user, None for oneself."""
    env = {"PATH": "/usr/bin:/bin"} | variables
    return subprocess.run(command, cwd=cwd, env=env, user=user, capture_output=True, text=True, check=False)
