"""The look before a run begins the run's ledger: which portal it is at, what stopped it, and what is no run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from providers import ledger
from stacks import findings
from stacks.findings import REFUSED, main
from tests.stacks.conftest import Answer, set_up

REAL: dict[str, object] = {"portalUrl": "https://portal.example"}


@pytest.fixture
def engine(answering_engine: Answer) -> Answer:
    """It answers what the test says."""
    return answering_engine


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a run that may write."""
    name = f"20250203T090000Z-{2**22 + 1}"
    monkeypatch.setenv(ledger.RUN, name)
    monkeypatch.setenv(ledger.STACK, "")
    return name


def read_ledger(project: Path) -> list[dict[str, object]]:
    path = ledger.file_of(project, "pajottegem")
    return [json.loads(line) for line in path.read_text().split("\n") if line] if path.exists() else []


@pytest.mark.parametrize(
    ("settings", "identity", "portal"),
    [
        ({}, "ab12", "embedded"),
        (REAL, "ab12", "ab12"),
        (REAL, "", "https://portal.example"),
        ({**REAL, "nonsense": 1}, "ab12", "https://portal.example"),
    ],
)
def test_a_runs_first_line_says_which_portal_it_is_at(
    settings: dict[str, object],
    identity: str,
    portal: str,
    run: str,
    project: Path,
    engine: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its identity where the look learnt it, else its address: the calls of a run are settled at its own portal only."""
    monkeypatch.setattr(findings, "_ask_identity", lambda *_: identity)
    monkeypatch.setattr(findings, "find_rehearsal_values", lambda *_: [])
    set_up(project, "pajottegem", **settings)
    main(engine(""), ["up", "-s", "pajottegem"])
    (line,) = read_ledger(project)
    assert (line["kind"], line["run"], line["portal"]) == ("begin", run, portal)


@pytest.mark.parametrize("only", [["--preview-only"], ["-h"]])
def test_what_only_looks_is_no_run(
    only: list[str], run: str, project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(engine(""), ["destroy", "-s", "pajottegem", *only]) == 0
    assert capsys.readouterr().out == ("/ ab12" if only == ["--preview-only"] else "/ ")
    assert (run, read_ledger(project)) == (os.environ[ledger.RUN], [])


def test_a_run_that_the_look_stops_is_told(run: str, project: Path, engine: Answer) -> None:
    other = engine(json.dumps({"url": "embedded", "identity": "cd34"}))
    assert main(other, ["up", "-s", "pajottegem"]) == REFUSED
    begun, stopped = read_ledger(project)
    assert (begun["kind"], stopped["kind"], stopped["run"]) == ("begin", "stopped", run)
    assert "belongs to the portal embedded (cd34)" in str(stopped["why"])


def test_lines_of_another_shape_do_not_switch_off_the_look(
    run: str, project: Path, engine: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ledger.file_of(project, "pajottegem")
    path.parent.mkdir(parents=True)
    path.write_text(f'\n{{"kind": "settled", "run": "{run}", "at": "x", "calls": 5}}')
    monkeypatch.setattr("stacks.beginning.KEPT_RUNS", 1)
    other = engine(json.dumps({"url": "embedded", "identity": "cd34"}))
    assert main(other, ["up", "-s", "pajottegem"]) == REFUSED
