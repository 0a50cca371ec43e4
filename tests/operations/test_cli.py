"""The `fusion` command as a whole: what it prints where, and the exit codes that scripts rely on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from operations import cli, exit_codes
from schemas import errors
from schemas.findings import Finding
from tests.operations.conftest import Fusion, Ran

FINDINGS = [
    Finding("b.yaml", 2, 1, "R30", "second"),
    Finding("a.yaml", 1, 5, "nis-code", "first"),
]


Failing = Callable[[BaseException], Ran]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, fusion: Fusion) -> Failing:
    """`failing(error)`: a command that ends with this error."""

    def run(error: BaseException) -> Ran:
        def fail(**_: object) -> None:
            raise error

        monkeypatch.setattr(cli.fusion, "main", fail)
        return fusion("anything")

    return run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.FusionError("broken"), 1),
        (errors.EngineError("no engine"), 1),
        (errors.RehearsalError("the clock cannot go back"), 1),
        (errors.NotFound(method="GET", path="/x", status=404), 1),
        (errors.PreconditionFailed(status=412), 1),
        (errors.PortalUnreachable(detail="no route"), 3),
        (errors.DeadlineExceeded(detail="503"), 3),
        (errors.LoginRefused(detail="invalid_client"), 3),
        (errors.PortalRefused(detail="R34"), 4),
        (errors.AlreadyExists(detail="taken"), 4),
        (errors.NotYetAvailable(reason="screenNotOpen"), 4),
    ],
)
def test_each_error_has_its_exit_code_and_its_own_words(
    error: errors.FusionError, code: int, failing: Failing
) -> None:
    ran = failing(error)
    assert (ran.code, ran.out, ran.err) == (code, "", f"error: {error}\n")


def test_every_error_of_the_project_has_an_exit_code() -> None:
    def below(kind: type[errors.FusionError]) -> set[type[errors.FusionError]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    for kind in below(errors.FusionError):
        assert any(issubclass(kind, known) for known, _ in exit_codes._OF_ERRORS)


def test_findings_are_printed_as_they_are_one_a_line(failing: Failing) -> None:
    ran = failing(errors.DeclarationError(FINDINGS))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "a.yaml:1:5: nis-code: first\nb.yaml:2:1: R30: second\n"


def test_an_interruption_is_no_error_of_ours(failing: Failing) -> None:
    ran = failing(click.Abort())
    assert (ran.code, ran.err) == (130, "interrupted\n")


def test_each_way_to_end_has_its_code_in_one_place(fusion: Fusion) -> None:
    """Also what click makes of a slip, of no arguments and of Ctrl-C, and a rehearsal that ended early."""
    assert exit_codes.of_error(click.UsageError("a slip")) == 1
    assert exit_codes.of_error(click.Abort()) == 130
    context = click.Context(click.Command("any"))
    assert exit_codes.of_error(click.exceptions.NoArgsIsHelpError(context)) == fusion().code == 0
    assert exit_codes.of_runs([True, False], interrupted=True) == 130
    assert [exit_codes.of_runs(passed) for passed in ([True], [True, False], [False])] == [0, 5, 1]


def test_a_mistake_of_ours_is_not_hidden(failing: Failing) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError())


@pytest.mark.parametrize(
    "arguments", [("validat",), ("validate", "--forma", "json"), ("validate", "--format", "xml")]
)
def test_a_misspelt_command_is_an_input_error(arguments: tuple[str, ...], fusion: Fusion) -> None:
    ran = fusion(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "Usage: " in ran.err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str, fusion: Fusion) -> None:
    ran = fusion(option)
    assert ran.code == 0
    for name, command in cli.fusion.commands.items():
        assert (f"\n  {name} " in ran.out) != command.hidden


@pytest.mark.parametrize("command", sorted(cli.fusion.commands))
def test_every_command_explains_itself(command: str, fusion: Fusion) -> None:
    ran = fusion(command, "--help")
    assert ran.code == 0
    assert len(ran.out.splitlines()) > 4


def test_the_schema_is_printed_as_it_is_committed(fusion: Fusion) -> None:
    committed = Path(__file__).parents[2] / "schemas" / "fusion.schema.json"
    assert fusion("schema").out == committed.read_text()


def test_the_schema_can_be_written(fusion: Fusion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from schemas import jsonschema

    monkeypatch.setattr(jsonschema, "FILE", tmp_path / "fusion.schema.json")
    ran = fusion("schema", "--write")
    assert (ran.code, ran.out, ran.err) == (0, "", "wrote fusion.schema.json\n")
    assert jsonschema.FILE.read_text() == jsonschema.as_text()


def test_what_is_no_text_is_refused_by_its_place(fusion: Fusion, tmp_path: Path) -> None:
    """Bytes that are not UTF-8 reach Python as lone surrogates."""
    ran = fusion(
        "emulator", "--database", str(tmp_path / "portal.db"), "request", "0212212343", "--subject", "a\udcff"
    )
    assert (ran.code, ran.out) == (1, "")
    assert "argument 7 is not text" in ran.err
    assert not (tmp_path / "portal.db").exists()


def test_packages_elsewhere_do_not_stand_in_for_ours(tmp_path: Path) -> None:
    for name in ("schemas", "providers", "stacks", "emulator"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    checkout = Path(cli.__file__).parents[1]
    command = [
        str(Path(sys.executable).with_name("fusion")),
        "validate",
        str(checkout / "fusions" / "hasselt.yaml"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
