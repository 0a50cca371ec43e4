"""A run begins: its first line, and how many runs a ledger keeps."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from providers import ledger
from stacks import beginning
from stacks.beginning import KEPT_RUNS, begin, main, moment_of

STACK = "pajottegem"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.STACK, "")
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    return tmp_path


def begin_run(monkeypatch: pytest.MonkeyPatch, name: str, command: str = "up") -> None:
    monkeypatch.setenv(ledger.RUN, name)
    begin(STACK, command)


def read(project: Path) -> list[dict[str, Any]]:
    path = ledger.file_of(project, STACK)
    return [json.loads(line) for line in path.read_text().split("\n") if line] if path.exists() else []


def ended(number: int) -> str:
    """A run whose process is gone."""
    return f"20250203T0900{number:02}Z-{2**22 + 1}"


@pytest.mark.parametrize(("command", "plain"), [("update", "up"), ("refresh", "refresh"), ("dn", "destroy")])
def test_the_first_line(project: Path, monkeypatch: pytest.MonkeyPatch, command: str, plain: str) -> None:
    begin_run(monkeypatch, f"20250203T090000Z-{os.getpid()}", command)
    (line,) = read(project)
    assert (line["kind"], line["operation"], line["process"]) == ("begin", plain, os.getpid())
    assert line["started"] == moment_of(os.getpid())
    assert line["who"]
    assert line["host"]


def test_a_preview_has_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_run(monkeypatch, ended(1), "preview")
    assert read(project) == []


def test_without_the_look_the_stack_is_told_all_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ledger.RUN, ended(1))
    assert main(Path("nowhere"), ["up", "-ys", STACK]) == 0
    assert capsys.readouterr().out == f"{STACK} "
    assert main(Path("nowhere"), ["up"]) == 0
    assert capsys.readouterr().out == ""
    assert len(read(project)) == 1


def test_the_last_runs_stay_and_those_with_something_uncertain(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(monkeypatch, ended(0))
    assert ledger.ask("PUT", "/REST/chaman/v1/organizations/1010784738/sender")
    for number in range(1, KEPT_RUNS + 5):
        begin_run(monkeypatch, ended(number))
    runs = [line["run"] for line in read(project) if line["kind"] == "begin"]
    assert runs == [ended(0), *(ended(number) for number in range(5, KEPT_RUNS + 5))]
    assert ledger.file_of(project, STACK).stat().st_mode & 0o777 == 0o600


def test_nothing_is_dropped_while_another_run_is_under_way(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(monkeypatch, f"20250203T080000Z-{os.getpid()}")
    for number in range(KEPT_RUNS + 5):
        begin_run(monkeypatch, ended(number))
    assert len(read(project)) == KEPT_RUNS + 6


def test_runs_that_begin_at_once_lose_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever drops old runs puts another file in the place of the one that others have open."""
    monkeypatch.setattr(beginning, "KEPT_RUNS", 10)
    processes = [multiprocessing.get_context("fork").Process(target=_begin_many, args=(n,)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    lines = read(project)
    assert len(lines) == 10
    assert all(line["kind"] == "begin" for line in lines)


def _begin_many(number: int) -> None:
    for turn in range(20):
        os.environ[ledger.RUN] = f"{number}T{turn}-{2**22 + 1}"
        begin(STACK, "up")


def test_a_ledger_that_cannot_be_written_ends_nothing_yet(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.file_of(project, STACK).mkdir(parents=True)
    begin_run(monkeypatch, ended(1))
