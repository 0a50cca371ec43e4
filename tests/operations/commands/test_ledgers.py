"""`fusion status` and `fusion log` of several stacks: what cannot be read of one hides nothing of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from operations.commands.log import log
from operations.commands.status import status
from operations.ledgers.choice import find_stacks
from providers import ledger
from schemas.errors import FusionError
from tests.operations.ledgers.written import RUN, STACK, begin, line, write

BROKEN = "lochristi"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One stack with a run, and another whose ledger cannot be read."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    write(tmp_path, begin(), line("stopped", why="no portal"))
    ledger.file_of(tmp_path, BROKEN).mkdir()
    return tmp_path


def ask(command: click.Command, arguments: Sequence[str]) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=True)


@pytest.mark.parametrize("command", [status, log])
def test_a_ledger_that_cannot_be_read_is_told_beside_the_others(root: Path, command: click.Command) -> None:
    answer = ask(command, [])
    assert answer.exit_code == 0
    assert (
        f"{BROKEN}: its runs are not known here: {ledger.file_of(root, BROKEN)} cannot be read"
        in answer.output
    )
    assert f"{BROKEN}: no run is known" not in answer.output
    assert STACK in answer.output
    assert "refused" in answer.output


@pytest.mark.parametrize("command", [status, log])
def test_it_fails_where_its_stack_was_named(root: Path, command: click.Command) -> None:
    answer = ask(command, [STACK, BROKEN])
    assert isinstance(answer.exception, FusionError)
    assert "cannot be read" in str(answer.exception)
    assert ask(command, [STACK]).exit_code == 0


def test_programs_hear_of_it(root: Path) -> None:
    told = json.loads(ask(status, ["--format", "json"]).output)
    assert {one["stack"]: bool(one["why"]) for one in told["stacks"]} == {STACK: False, BROKEN: True}
    told = json.loads(ask(log, ["--format", "json"]).output)
    assert [run["run"] for run in told["runs"]] == [RUN]
    assert "cannot be read" in told["unreadable"][BROKEN]


def test_a_run_may_be_in_what_cannot_be_read(root: Path) -> None:
    assert "in the ledgers that can be read here" in str(ask(log, ["--run", "x"]).exception)
    ledger.file_of(root, BROKEN).rmdir()
    assert "in the ledgers of this machine" in str(ask(log, ["--run", "x"]).exception)


def test_a_mistyped_name_is_no_stack_afterwards(tmp_path: Path) -> None:
    write(tmp_path, begin())
    assert find_stacks(tmp_path) == []
    write(tmp_path, begin(), "{")
    assert find_stacks(tmp_path) == [STACK]
    write(tmp_path, begin())
    settings = tmp_path / "stacks" / f"Pulumi.{STACK}.yaml"
    settings.parent.mkdir()
    settings.write_text("")
    assert find_stacks(tmp_path) == [STACK]
