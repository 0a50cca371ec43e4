"""Before a preview: has the stack that is asked for findings?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.findings import FOUND, main
from tests.stacks.conftest import secrets_text

Answer = Callable[[str], Path]


@pytest.fixture
def project(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sound declarations and secrets; nothing in the environment chooses a stack."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    (root / "stacks").mkdir()
    (root / ".state" / "rehearsal").mkdir(parents=True)
    (root / ".state" / "rehearsal" / "secrets.yaml").write_text(secrets_text())
    set_up(root, "pajottegem")
    return root


@pytest.fixture
def engine(tmp_path: Path) -> Answer:
    """An engine that writes down what it was asked, and answers this."""

    def make(answer: str) -> Path:
        program = tmp_path / "engine"
        (tmp_path / "answer").write_text(answer)
        program.write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\ncat "{tmp_path}/answer"\n')
        program.chmod(0o755)
        return program

    return make


def set_up(project: Path, stack: str, **settings: object) -> None:
    config = {f"fusion:{key}": value for key, value in settings.items()}
    (project / "stacks" / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))


def spoil(project: Path, name: str = "pajottegem") -> None:
    file = project / "fusions" / f"{name}.yaml"
    file.write_text(file.read_text() + "nonsense: 1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["preview", "-s", "pajottegem"],
        ["up", "--yes", "--stack", "pajottegem", "--target", "x"],
        ["up", "--stack=pajottegem"],
        ["preview", "-spajottegem", "--diff"],
        ["up", "-yfs", "pajottegem"],
    ],
    ids=" ".join,
)
def test_the_stack_that_is_named(arguments: list[str], project: Path, engine: Answer) -> None:
    assert main(engine("lochristi"), arguments) == 0
    spoil(project, "lochristi")
    assert main(engine("lochristi"), arguments) == 0
    spoil(project)
    assert main(engine("lochristi"), arguments) == FOUND
    assert not (project / "asked").exists()


def test_the_stack_that_is_chosen(project: Path, engine: Answer) -> None:
    spoil(project)
    assert main(engine("pajottegem\n"), ["up"]) == FOUND
    assert (project / "asked").read_text() == "--non-interactive stack --show-name\n"


def test_the_stack_of_the_environment(project: Path, engine: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(project)
    monkeypatch.setenv("PULUMI_STACK", "pajottegem")
    assert main(engine("lochristi"), ["up"]) == FOUND


def test_no_declaration_is_a_finding(project: Path, engine: Answer) -> None:
    set_up(project, "nowhere")
    assert main(engine(""), ["up", "-s", "nowhere"]) == FOUND


def test_findings_in_the_secrets_file(project: Path, engine: Answer) -> None:
    set_up(project, "pajottegem", secretsFile="mine.yaml")
    (project / "mine.yaml").write_text(secrets_text())
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
    (project / "mine.yaml").write_text(secrets_text(passwords={}))
    assert main(engine(""), ["up", "-s", "pajottegem"]) == FOUND


def test_secrets_of_the_stacks_own_are_decrypted_by_the_engine(project: Path, engine: Answer) -> None:
    set_up(project, "pajottegem", secrets={"secure": "v1:not:read"})
    assert main(engine(secrets_text()), ["up", "-s", "pajottegem"]) == 0
    assert main(engine(secrets_text(passwords={})), ["up", "-s", "pajottegem"]) == FOUND
    assert "config get fusion:secrets --stack pajottegem" in (project / "asked").read_text()


def test_a_stack_without_settings_has_the_rehearsals(project: Path, engine: Answer) -> None:
    (project / "stacks" / "Pulumi.pajottegem.yaml").unlink()
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
    spoil(project)
    assert main(engine(""), ["up", "-s", "pajottegem"]) == FOUND


@pytest.mark.parametrize("elsewhere", [["--config-file", "x.yaml"], ["-c", "fusion:secretsFile=x.yaml"]])
def test_with_settings_from_elsewhere_it_does_not_know(
    elsewhere: list[str], project: Path, engine: Answer
) -> None:
    spoil(project)
    assert main(engine(""), ["up", "-s", "pajottegem", *elsewhere]) == 0


@pytest.mark.parametrize("ends", ["exit 1", "exec sleep 60"])
def test_an_engine_that_gives_no_answer(
    ends: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stack is chosen, or the state's place is not reached."""
    spoil(project)
    monkeypatch.setattr("stacks.findings.PATIENCE_SECONDS", 0.5)
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\n{ends}\n")
    broken.chmod(0o755)
    assert main(broken, ["up"]) == 0


def test_where_the_settings_cannot_be_read_it_does_not_know(project: Path, engine: Answer) -> None:
    spoil(project)
    (project / "stacks" / "Pulumi.pajottegem.yaml").write_text("config: [")
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
