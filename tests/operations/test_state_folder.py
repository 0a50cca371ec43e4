"""Where the engine keeps stacks, as the engine finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.state_folder import StateFolder


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
