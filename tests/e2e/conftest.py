"""Workspaces for the end-to-end tests: the expensive first `up` happens once, every test goes on from a copy of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prepared import prepare_once
from tests.support.workspace import Workspace


@pytest.fixture(scope="session")
def fresh_template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    def make(folder: Path) -> None:
        Workspace.make(folder, "pajottegem", "hasselt")

    return Workspace(prepare_once(tmp_path_factory, "fresh", make))


@pytest.fixture(scope="session")
def pajottegem_template(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    def make(folder: Path) -> None:
        # With its own preview first, as people run it.
        fresh_template.copy(folder).pulumi("up", "-s", "pajottegem", "--yes")

    return Workspace(prepare_once(tmp_path_factory, "pajottegem", make))


@pytest.fixture(scope="session")
def antwerpen_template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    def make(folder: Path) -> None:
        Workspace.make(folder, "antwerpen")

    return Workspace(prepare_once(tmp_path_factory, "antwerpen", make))


@pytest.fixture
def antwerpen(antwerpen_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Antwerpen, and nothing applied yet."""
    workspace = antwerpen_template.copy(tmp_path / "antwerpen")
    yield workspace
    workspace.close()


@pytest.fixture
def fresh(fresh_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Nothing applied yet."""
    workspace = fresh_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()


@pytest.fixture
def pajottegem(pajottegem_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Pajottegem is applied."""
    workspace = pajottegem_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()
