"""`fusion smoke`: its report and what it refuses. The runs themselves are the end-to-end tests' part."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.rehearsals import smoke
from operations.rehearsals.smoke import Outcome, report, run
from schemas.errors import UnknownFusion
from tests.operations.conftest import Fusion

WAIT = "Pajottegem, REST account OCMW Online: waits for the supplier's answer (R35); whom: socius"
PASSED = Outcome("pajottegem", created=29, retained=36, waiting=1, pending=0, seconds=5.25, waits=[WAIT])
LEFT = Outcome("hasselt", created=7, adopted=2, retained=12, pending=3, seconds=10.04)
FAILED = Outcome("tielt", seconds=1.0, error="Diagnostics:\n  the portal refuses this")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_passed_is_applied_with_nothing_left() -> None:
    assert [outcome.passed for outcome in (PASSED, LEFT, FAILED)] == [True, False, False]
    assert not Outcome("tielt", pending=0, error="the second preview failed").passed


def test_the_report_is_a_table_a_count_and_what_waits_or_failed() -> None:
    assert report([PASSED, LEFT, FAILED]).splitlines() == [
        "fusion      created  adopted  retained  waiting  left  s",
        "----------  -------  -------  --------  -------  ----  ----",
        "pajottegem       29        0        36        1     0  5.2",
        "hasselt           7        2        12        0     3  10.0",
        "tielt             0        0         0        0  ?     1.0",
        "",
        "left: changes that a second preview still shows",
        "1 of 3 fusions applied, with a second preview without changes, in 16 s",
        f"waiting: {WAIT}",
        "tielt: Diagnostics:",
        "  the portal refuses this",
    ]


def test_for_programs_each_outcome_is_an_object() -> None:
    assert PASSED.as_json() == {
        "fusion": "pajottegem",
        "created": 29,
        "adopted": 0,
        "retained": 36,
        "waiting": 1,
        "pending": 0,
        "seconds": 5.25,
        "waits": [WAIT],
        "error": "",
        "passed": True,
    }


def test_names_without_a_declaration_are_refused_all_at_once_with_those_there_are(root: Path) -> None:
    with pytest.raises(
        UnknownFusion, match=r"no declaration for pajotegem, tielt. There are lochristi, pajottegem$"
    ):
        run(root, ["pajotegem", "lochristi", "tielt"], print)
    assert not (root / ".state").exists()


Rehearse = Callable[[Path, str, str, smoke.Say], Outcome]


@pytest.fixture
def rehearsed(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """`run` without the engine: each fusion ends as this says, by default well."""
    outcomes: dict[str, Outcome] = {}

    def one(folder: Path, name: str, prefix: str, say: smoke.Say) -> Outcome:
        say(f"{prefix} {name}")
        assert (folder / "fusions" / f"{name}.yaml").is_file()
        return outcomes.get(name, Outcome(name, pending=0))

    monkeypatch.setattr(smoke, "_rehearse", one)
    monkeypatch.setattr(smoke, "prepare", lambda folder, environment: iter(()))
    (root / "Pulumi.yaml").write_text("name: fusion\n")
    (root / "stacks").mkdir()
    return outcomes


def test_all_are_rehearsed_in_a_folder_of_their_own_which_then_goes(
    rehearsed: dict[str, Outcome], root: Path
) -> None:
    said: list[str] = []
    outcomes = run(root, [], said.append)
    assert [outcome.fusion for outcome in outcomes] == ["lochristi", "pajottegem"]
    assert said[0] == "a fresh portal and 2 stacks in .state/rehearsal-run"
    assert said[1:] == ["[1/2] lochristi", "[2/2] pajottegem"]
    assert not (root / ".state" / "rehearsal-run").exists()


def test_only_those_that_are_named(rehearsed: dict[str, Outcome], root: Path) -> None:
    assert [outcome.fusion for outcome in run(root, ["pajottegem"], lambda _: None)] == ["pajottegem"]


def test_the_folder_stays_for_a_look_when_asked_or_when_one_failed(
    rehearsed: dict[str, Outcome], root: Path
) -> None:
    folder = root / ".state" / "rehearsal-run"
    run(root, [], lambda _: None, keep=True)
    assert folder.exists()
    (folder / "old").touch()
    rehearsed["lochristi"] = FAILED
    run(root, [], lambda _: None)
    assert folder.exists()
    assert not (folder / "old").exists(), "each rehearsal starts on a fresh portal"


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({}, 0),
        ({"lochristi": LEFT}, 5),
        ({"lochristi": LEFT, "pajottegem": FAILED}, 1),
    ],
)
def test_exit_codes_tell_done_partly_done_and_failed(
    rehearsed: dict[str, Outcome], fusion: Fusion, ends: dict[str, Outcome], code: int
) -> None:
    rehearsed.update(ends)
    ran = fusion("smoke", "--format", "json")
    assert ran.code == code
    assert len(json.loads(ran.out)) == 2
    assert "[1/2] lochristi" in ran.err


def test_of_the_engines_output_the_diagnostics_count() -> None:
    text = "Updating (pajottegem)\n +  created\nDiagnostics:\n  refused\n"
    assert smoke._reason(Exception(text)) == "Diagnostics:\n  refused\n"
    assert smoke._reason(Exception("code: 255")) == "code: 255"
