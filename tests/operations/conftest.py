"""Folders like a checkout, a `pulumi` that only notes what it is asked, and the `fusion` command as people run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator.embedded import open_portal
from operations import cli
from stacks.state_folder import StateFolder

FUSIONS = Path(__file__).parents[2] / "fusions"
PULUMI = """#!{python}
import json, os, pathlib, sys
folder = pathlib.Path(__file__).parent
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
stacks = pathlib.Path(os.environ["PULUMI_STACKS"])
present = stacks.read_text().split() if stacks.exists() else []
if "fails" in os.environ.get("PULUMI_MOOD", ""):
    sys.exit("error: the passphrase is wrong")
if sys.argv[1:3] == ["stack", "ls"]:
    print(json.dumps([{{"name": f"organization/fusion/{{name}}"}} for name in present]))
elif sys.argv[1:3] == ["stack", "init"]:
    stacks.write_text(" ".join([*present, sys.argv[3]]))
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two declarations, in which people stand."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copy2(FUSIONS.parent / "Pulumi.yaml", folder)
    (folder / "fusions").mkdir()
    for name in ("pajottegem", "lochristi"):
        shutil.copy2(FUSIONS / f"{name}.yaml", folder / "fusions")
    shutil.copytree(FUSIONS / "certificates", folder / "fusions" / "certificates")
    monkeypatch.setenv("FUSION_ROOT", str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("seeded") / "portal.db"
    open_portal(database, clock="2024-12-02")
    return database


@pytest.fixture
def database(seeded: Path, root: Path) -> Path:
    """This checkout's embedded portal, on 2 December."""
    file = root / ".state" / "portal.db"
    file.parent.mkdir()
    shutil.copyfile(seeded, file)
    return file


class FakePulumi:
    """Stands first on PATH; `environment` is what `prepare` runs it in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "pulumi"
        program.write_text(PULUMI.format(python=sys.executable))
        program.chmod(0o755)
        self.environment = {
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_STACKS": str(folder / "stacks"),
            "PULUMI_BACKEND_URL": "file:///nowhere",
        }

    @property
    def calls(self) -> list[list[str]]:
        noted = self.folder / "calls"
        return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    folder = tmp_path / "bin"
    folder.mkdir()
    return FakePulumi(folder)


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Fusion = Callable[..., Ran]


@pytest.fixture
def fusion(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Fusion:
    """`fusion("validate", "--format", "json")`: the whole command with its exit code, as a shell sees it."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["fusion", *arguments])
        capfd.readouterr()
        try:
            cli.main()
            code: Any = 0
        except SystemExit as end:
            code = end.code
        out, err = capfd.readouterr()
        return Ran(int(code or 0), out, err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A folder with no states yet."""
    found = StateFolder(tmp_path / "state", "fusion")
    found.states.mkdir(parents=True)
    return found


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid
