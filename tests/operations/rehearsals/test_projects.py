"""Project folders of their own, and what of this process's environment they change."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from operations.rehearsals import projects
from schemas.errors import EngineError
from tests.operations.conftest import Fusion


def test_a_project_has_the_named_declarations_and_nobodys_stack_settings(root: Path, tmp_path: Path) -> None:
    (root / "Pulumi.yaml").write_text("name: fusion\n")
    (root / "stacks").mkdir()
    (root / "stacks" / "Pulumi.pajottegem.yaml").write_text(
        "config: {fusion:portalUrl: https://portal.example}\n"
    )
    (root / "stacks" / "plan.py").touch()
    folder = tmp_path / "project"
    (root / "fusions" / "._lochristi.yaml").write_bytes(b"\x00\x05\x16\x07")
    (root / "fusions" / ".#tielt.yaml").symlink_to("somebody@host.4711:1")
    os.mkfifo(root / "fusions" / "pipe.yaml")
    projects.make_project(root, folder, ["lochristi"])
    assert [path.name for path in (folder / "fusions").glob("*.yaml")] == ["lochristi.yaml"]
    assert [path.name for path in (folder / "stacks").iterdir()] == ["plan.py"]
    (folder / "old").touch()
    projects.make_project(root, folder)
    assert not (folder / "old").exists()
    assert len(list((folder / "fusions").glob("*.yaml"))) == 2


def test_the_process_works_in_a_project_and_then_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_ROOT", "before")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    with projects.working_in(tmp_path):
        assert os.environ["FUSION_ROOT"] == str(tmp_path)
        assert os.environ["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/.state?metadata=skip"
    assert os.environ["FUSION_ROOT"] == "before"
    assert "PULUMI_BACKEND_URL" not in os.environ


ALONE = """
import pathlib, sys
from operations.rehearsals.projects import exclusive
with exclusive(pathlib.Path(sys.argv[1])):
    print("alone", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(("command", "name"), [("rehearse", "stories"), ("smoke", "rehearsal-run")])
def test_a_second_rehearsal_leaves_the_first_ones_folder_alone(
    root: Path, fusion: Fusion, command: str, name: str
) -> None:
    folder = root / ".state" / name
    folder.mkdir(parents=True)
    (folder / "of the first").touch()
    first = subprocess.Popen(
        [sys.executable, "-c", ALONE, folder],
        cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with first:
        assert first.stdout
        assert first.stdout.readline() == "alone\n"
        ran = fusion(command, "lochristi")
        first.kill()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"error: another rehearsal is at work in {folder}. Wait for its end, then run the same command again\n"
    )
    assert (folder / "of the first").exists()
    with projects.exclusive(folder):
        pass  # whoever was killed is out of the way


def test_the_lock_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with projects.exclusive(tmp_path / "run"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.lock").stat().st_mode) == 0o600


def test_an_engine_that_tells_nothing_is_an_error_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'error: the passphrase is wrong' >&2\nexit 255\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with pytest.raises(EngineError, match=r"`pulumi up -s tielt` failed:\nerror: the passphrase is wrong"):
        projects.run_engine(tmp_path, "tielt", "up")


@pytest.mark.parametrize("name", ["plain", "a b", "a#b", "a?b", "a%20b"])
def test_a_projects_state_is_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    """The engine reads it as a URL."""
    url = urlsplit(projects.backend(tmp_path / name))
    assert (unquote(url.path), url.query) == (str(tmp_path / name / ".state"), "metadata=skip")
