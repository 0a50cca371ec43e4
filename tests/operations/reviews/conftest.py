"""A repository with the thirteen fusions, pull requests to it, and a `pulumi` that prints stored previews.

The repository is at its base; a pull request is commits that nobody checked out. `previews` is what the stand-in prints of a
stack: without one it has no change.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from operations.approvals import basis
from operations.rehearsals.preparation import prepare
from providers.settings import REHEARSAL_SECRETS
from tests.operations.conftest import Fusion, Ran
from tests.support.prepared import prepare_once

CHECKOUT = Path(__file__).parents[3]
PULUMI = """#!{python}
import hashlib, json, os, pathlib, sys
arguments, place = sys.argv[1:], pathlib.Path({place!r})
if arguments[0] == "version":
    print("v3.259.0")
elif arguments[:2] == ["stack", "ls"]:
    print(json.dumps([{{"name": path.name[7:-5]}} for path in sorted(pathlib.Path("stacks").glob("Pulumi.*.yaml"))]))
elif arguments[:2] == ["stack", "init"]:
    with (place / "made").open("a") as noted:
        noted.write(json.dumps([arguments[2], os.environ["PULUMI_BACKEND_URL"]]) + "\\n")
    if (place / (arguments[2] + ".fails")).exists():
        sys.exit("error: " + (place / (arguments[2] + ".fails")).read_text())
    pathlib.Path("stacks", "Pulumi." + arguments[2] + ".yaml").write_text("encryptionsalt: x\\n")
else:
    assert arguments[0] == "preview" and "--json" in arguments, arguments
    stack = arguments[arguments.index("-s") + 1]
    declared = pathlib.Path(os.environ["FUSION_ROOT"], "fusions", stack.partition(".")[0] + ".yaml").read_bytes()
    with (place / "previewed").open("a") as noted:
        noted.write(json.dumps([stack, os.getcwd(), declared.decode()]) + "\\n")
    answer = place / (stack + ".json")
    if (place / (stack + ".fails")).exists():
        sys.exit("error: " + (place / (stack + ".fails")).read_text())
    print(answer.read_text() if answer.exists() else json.dumps({{"steps": [], "config": {{}}}}))
"""
WHO = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
Edit = Callable[[Path], object]


@dataclass
class Repository:
    """:param previews: the folder of what the stand-in prints."""

    root: Path
    previews: Path
    fusion: Fusion
    count: int = field(default=0)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *WHO, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, *edits: Edit) -> str:
        """Edits to what is checked out, committed there."""
        for edit in edits:
            edit(self.root)
        self.git("add", "-A", "-f", "fusions")
        self.git("add", "-A")
        self.git("commit", "-qm", "an edit", "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def pull(self, *edits: Edit, base: str = "main") -> str:
        """The head of a pull request; the base is checked out again afterwards."""
        self.count += 1
        self.git("checkout", "-q", "-b", f"pull-{self.count}", base)
        head = self.commit(*edits)
        self.git("checkout", "-q", "main")
        return head

    def review(self, head: str, *options: str) -> Ran:
        return self.fusion("review", "--base", "main", "--head", head, *options)

    def preview(self, stack: str, document: dict[str, Any]) -> None:
        (self.previews / f"{stack}.json").write_text(json.dumps(document))

    def fail(self, stack: str, why: str) -> None:
        (self.previews / f"{stack}.fails").write_text(why)

    @property
    def previewed(self) -> list[tuple[str, str, str]]:
        """Of each preview the stack, where it ran, and the declaration that it read."""
        return [(stack, place, declared) for stack, place, declared in self._noted("previewed")]

    @property
    def made(self) -> list[tuple[str, str]]:
        """Of each stack that was made its name, and where its state is."""
        return [(stack, state) for stack, state in self._noted("made")]

    def _noted(self, what: str) -> list[list[str]]:
        noted = self.previews / what
        return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        for name in ("fusions", "stacks"):
            shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(CHECKOUT / "Pulumi.yaml", folder)
        (folder / ".gitignore").write_text("/.state/\n")
        (folder / "README.md").write_text("as it was\n")
        for _ in prepare(folder):
            if (folder / REHEARSAL_SECRETS).exists():
                break  # the stacks come next
        for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), (*WHO, "commit", "-qm", "as it was")):
            subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    return prepare_once(tmp_path_factory, "repository", make)


@pytest.fixture
def repository(template: Path, tmp_path: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> Repository:
    root, previews = tmp_path / "checkout", tmp_path / "bin"
    shutil.copytree(template, root, symlinks=True)
    previews.mkdir()
    program = previews / "pulumi"
    program.write_text(PULUMI.format(python=sys.executable, place=str(previews)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{previews}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FUSION_ROOT", str(root))
    for name in [*os.environ]:
        if name.startswith(("GITHUB_", "CI_", "GITLAB_", "PULUMI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(root)
    basis.version_of_engine.cache_clear()
    return Repository(root, previews, fusion)


def replaced(name: str, old: str, new: str) -> Edit:
    """An edit of a declaration, in which `old` stands."""

    def edit(root: Path) -> None:
        path = root / "fusions" / f"{name}.yaml"
        text = path.read_text()
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1))

    return edit


def appended(name: str, text: str) -> Edit:
    def edit(root: Path) -> None:
        path = root / "fusions" / f"{name}.yaml"
        path.write_text(path.read_text() + text)

    return edit


def written(path: str, content: bytes) -> Edit:
    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)

    return edit


def gone(path: str) -> Edit:
    return lambda root: (root / path).unlink()
