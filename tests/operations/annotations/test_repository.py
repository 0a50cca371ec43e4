"""A platform calls a file by its path in the repository, wherever people stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from operations.annotations.repository import path_in_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A working tree of git with a declaration; a linked one has a file of that name."""
    (tmp_path / "checkout" / "fusions").mkdir(parents=True)
    (tmp_path / "checkout" / ".git").write_text("gitdir: elsewhere\n")
    (tmp_path / "checkout" / "fusions" / "a.yaml").touch()
    return tmp_path / "checkout"


@pytest.mark.parametrize(
    ("stands", "named"),
    [
        (".", "fusions/a.yaml"),
        (".", "./fusions/a.yaml"),
        (".", "fusions/../fusions/a.yaml"),
        ("fusions", "a.yaml"),
        ("fusions", "../fusions/a.yaml"),
        ("..", "checkout/fusions/a.yaml"),
        ("/", "{repository}/fusions/a.yaml"),
    ],
)
def test_wherever_people_stand_and_however_they_name_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch, stands: str, named: str
) -> None:
    monkeypatch.chdir(repository / stands)
    assert path_in_repository(named.format(repository=repository)) == "fusions/a.yaml"


def test_another_checkout_s_file_is_called_by_its_own_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program of one branch looks at the files of another."""
    (tmp_path / "base" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "base")
    assert path_in_repository("../checkout/fusions/a.yaml") == "fusions/a.yaml"


def test_a_file_that_is_not_there_has_a_path_too(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    assert path_in_repository("fusions/nowhere.yaml") == "fusions/nowhere.yaml"


def test_a_link_is_a_file_of_the_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "fusions" / "b.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (repository / "fusions" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "linked").symlink_to(repository)
    monkeypatch.chdir(tmp_path / "linked")
    assert path_in_repository("fusions/b.yaml") == "fusions/b.yaml"
    assert path_in_repository("fusions/loop.yaml") == "fusions/loop.yaml"


def test_without_a_repository_it_is_from_where_people_stand_or_the_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any(os.path.lexists(folder / ".git") for folder in tmp_path.parents):
        pytest.skip("temporary files are in a repository here")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert path_in_repository("./a.yaml") == "a.yaml"
    assert path_in_repository("../a.yaml") == str(tmp_path / "a.yaml")


def test_a_name_that_no_file_can_have_is_no_error(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    long = "x" * 5000
    assert path_in_repository(f"{long}/a.yaml") == f"{long}/a.yaml"
