"""Where the engine keeps stacks, as the engine finds it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stacks.state_folder import StateFolder, read_outputs
from tests.stacks.conftest import FUSIONS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project."""
    shutil.copy2(FUSIONS.parent / "Pulumi.yaml", tmp_path)
    return tmp_path


def test_the_outputs_that_a_state_has(tmp_path: Path) -> None:
    state, told = tmp_path / "tielt.json", {"portal": {"url": "embedded"}}
    resources = [{"type": "fusion:merged:Centre"}, {"type": "pulumi:pulumi:Stack", "outputs": told}]
    state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))
    assert read_outputs(state) == told


@pytest.mark.parametrize(
    "checkpoint",
    [{}, {"latest": None}, {"latest": {}}, {"latest": {"resources": [{"type": "pulumi:pulumi:Stack"}]}}],
)
def test_a_state_of_before_the_first_run_has_none(tmp_path: Path, checkpoint: object) -> None:
    state = tmp_path / "tielt.json"
    state.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))
    assert read_outputs(state) == {}


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"checkpoint": {"latest": {"resources": [7]}}}', '{"checkpoint": 7}']
)
def test_what_is_no_state_has_no_outputs_either(tmp_path: Path, text: str) -> None:
    state = tmp_path / "tielt.json"
    state.write_text(text)
    with pytest.raises(ValueError, match=r"."):
        read_outputs(state)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (None, ".state"),
        ("file://./other?metadata=skip", "other"),
        ("file:///srv/fusion%20state", "/srv/fusion state"),
        ("file://~/states", "~/states"),
    ],
)
def test_the_environment_goes_before_the_projects_file(root: Path, url: str | None, place: str) -> None:
    environment = {} if url is None else {"PULUMI_BACKEND_URL": url}
    folder = StateFolder.find(root, environment)
    assert folder
    expected = root / Path(place).expanduser()
    assert folder.state("tielt") == expected / ".pulumi" / "stacks" / "fusion" / "tielt.json"
    assert folder.copy("tielt") == expected / ".pulumi" / "stacks" / "fusion" / "tielt.json.bak"
    assert folder.locks("organization/fusion/tielt") == (
        expected / ".pulumi" / "locks" / "organization" / "fusion" / "tielt"
    )


@pytest.mark.parametrize("url", ["s3://states", "postgres://els@db/states", "https://api.pulumi.com"])
def test_of_another_backend_nothing_is_known(root: Path, url: str) -> None:
    assert StateFolder.find(root, {"PULUMI_BACKEND_URL": url}) is None


@pytest.mark.parametrize("project", [None, "", "name: fusion", "name: [", "- x"])
def test_of_a_project_that_cannot_be_read_the_engine_says_why(root: Path, project: str | None) -> None:
    file = root / "Pulumi.yaml"
    file.unlink()
    if project is not None:
        file.write_text(project)
    assert StateFolder.find(root, {}) is None
