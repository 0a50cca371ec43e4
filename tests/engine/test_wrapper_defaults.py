"""What `.venv/bin/pulumi` chooses where nobody else has."""

from importlib.metadata import distributions
from pathlib import Path

import pytest

from providers.settings import REHEARSAL_PASSPHRASE
from tests.engine.conftest import start


@pytest.mark.parametrize(
    ("variables", "passphrase"),
    [
        ({}, REHEARSAL_PASSPHRASE),
        ({"PULUMI_CONFIG_PASSPHRASE": "mine"}, "mine"),
        ({"PULUMI_CONFIG_PASSPHRASE": ""}, ""),
        ({"PULUMI_CONFIG_PASSPHRASE_FILE": "/run/secrets/passphrase"}, "unset"),
        ({"PULUMI_BACKEND_URL": "file:///srv/state"}, REHEARSAL_PASSPHRASE),
        ({"PULUMI_BACKEND_URL": "s3://shared"}, "unset"),
        ({"PULUMI_BACKEND_URL": "s3://shared", "PULUMI_CONFIG_PASSPHRASE": "mine"}, "mine"),
    ],
)
def test_the_rehearsals_defaults_give_way_to_ones_own(
    checkout: Path, variables: dict[str, str], passphrase: str
) -> None:
    answer = start([checkout / ".venv/bin/pulumi", "up"], checkout, **variables)
    assert answer.stdout.splitlines()[0] == f"passphrase={passphrase} check=true once=true args=up"
    chosen = {"PULUMI_SKIP_UPDATE_CHECK": "false", "PULUMI_SKIP_CHECKPOINTS": "false"}
    assert "check=false once=false" in start([checkout / ".venv/bin/pulumi"], checkout, **chosen).stdout


def test_no_package_is_listed_but_for_people(checkout: Path) -> None:
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${PIP_PATH-unset}"\n')
    wrapper = checkout / ".venv/bin/pulumi"
    assert start([wrapper, "up"], checkout).stdout == f"{checkout}/.venv/engine\n"
    assert start([wrapper, "about"], checkout).stdout == "unset\n"
    assert start([wrapper, "up"], checkout, PIP_PATH="mine").stdout == "mine\n"


def test_no_package_of_the_environment_brings_a_plugin() -> None:
    """Else the engine would have to be told of it (`PIP_PATH` in engine/pulumi.sh)."""
    names = [distribution.name for distribution in distributions()]
    assert "pulumi" in names
    assert [name for name in names if name.startswith("pulumi-")] == []
    files = [str(file) for distribution in distributions() for file in distribution.files or ()]
    assert [file for file in files if file.endswith("/pulumi-plugin.json")] == []


@pytest.mark.parametrize("backend", ["backend:\n  url: s3://shared\n", 'backend: {url: "s3://shared"}\n', ""])
def test_a_project_with_a_shared_backend_gets_no_passphrase_by_default(checkout: Path, backend: str) -> None:
    (checkout / "Pulumi.yaml").write_text(f"name: fusion\n{backend}")
    assert "passphrase=unset" in start([checkout / ".venv/bin/pulumi"], checkout).stdout
