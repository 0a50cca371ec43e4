"""`fusion smoke`: its report and what it refuses. The runs themselves are the end-to-end tests' part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from operations.fleet.interruption import Interruption
from operations.fleet.progress import Progress
from operations.fleet.results import Operation
from operations.fleet.run import OnEvent
from operations.rehearsals import smoke
from operations.rehearsals.smoke import Outcome, report, run
from schemas.errors import EngineError, UnknownFusion
from tests.operations.conftest import Fusion
from tests.operations.fleet.events import stack_outputs, summary_of

WAIT = "Pajottegem, REST account OCMW Online: waits for the supplier's answer (R35); whom: socius"
PASSED = Outcome("pajottegem", created=29, retained=36, waiting=1, pending=0, seconds=5.25, waits=[WAIT])
LEFT = Outcome("hasselt", created=7, adopted=2, retained=12, pending=3, seconds=10.04)
FAILED = Outcome("tielt", seconds=1.0, error="Diagnostics:\n  the portal refuses this")


def smoke_run(
    root: Path, names: list[str], say: Callable[[str], Any] = print, *, keep: bool = False
) -> list[Outcome]:
    return run(root, names, Progress(say), Interruption(), keep=keep)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_passed_is_applied_with_nothing_left() -> None:
    assert [outcome.passed for outcome in (PASSED, LEFT, FAILED)] == [True, False, False]
    assert not Outcome("tielt", pending=0, error="the second preview failed").passed


def test_the_report_is_a_table_a_count_and_what_waits_or_failed() -> None:
    assert report([PASSED, LEFT, FAILED], 9.6).splitlines() == [
        "fusion      created  adopted  retained  waiting  left  s",
        "----------  -------  -------  --------  -------  ----  ----",
        "pajottegem       29        0        36        1     0  5.2",
        "hasselt           7        2        12        0     3  10.0",
        "tielt             0        0         0        0  ?     1.0",
        "",
        "left: changes that a second preview still shows",
        "1 of 3 fusions applied, with a second preview without changes, in 10 s",
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
        smoke_run(root, ["pajotegem", "lochristi", "tielt"])
    assert not (root / ".state").exists()


class SmokeEngine:
    """Applies at once: `changes` has what a stack's second preview still shows, `fails` why its `up` fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changes: dict[str, int] = {}
        self.fails: dict[str, str] = {}
        self.interrupts = False

    def run(
        self, stack: str, operations: Sequence[Operation], on_event: OnEvent, interruption: Interruption
    ) -> None:
        (operation,) = operations
        assert (self.folder / "fusions" / f"{stack}.yaml").is_file()
        if self.interrupts:
            interruption.ask()
        if operation is Operation.UP:
            if stack in self.fails:
                raise EngineError(self.fails[stack])
            summary = {"created": 7, "adopted": 2, "retained": 12, "waiting": 1}
            outputs = {"summary": summary, "waiting": {"Herne, Uniek verslag": "waits"}}
            on_event(operation, stack_outputs(outputs))
        else:
            on_event(operation, summary_of({"same": 20, "update": self.changes.get(stack, 0)}))

    def find_done(self, stack: str) -> tuple[str, Mapping[str, int]]:
        """It keeps no ledger."""
        return "", {}


@pytest.fixture
def engine(root: Path, monkeypatch: pytest.MonkeyPatch) -> SmokeEngine:
    """Instead of the real one, which the end-to-end tests have."""
    engine = SmokeEngine(root / ".state" / "rehearsal-run")
    monkeypatch.setattr(smoke, "_find_engine", lambda *_: engine)
    monkeypatch.setattr(smoke, "prepare", lambda folder, environment: iter(()))
    (root / "Pulumi.yaml").write_text("name: fusion\n")
    (root / "stacks").mkdir()
    return engine


def test_all_are_rehearsed_in_a_folder_of_their_own_which_then_goes(engine: SmokeEngine, root: Path) -> None:
    said: list[str] = []
    outcomes = smoke_run(root, [], said.append)
    assert [outcome.fusion for outcome in outcomes] == ["lochristi", "pajottegem"]
    assert said[0] == "a fresh portal and 2 stacks in .state/rehearsal-run"
    assert not engine.folder.exists()


def test_what_the_stack_says_of_itself_is_the_outcome(engine: SmokeEngine, root: Path) -> None:
    engine.changes["pajottegem"] = 3
    (outcome,) = smoke_run(root, ["pajottegem"])
    assert (outcome.created, outcome.adopted, outcome.retained, outcome.waiting) == (7, 2, 12, 1)
    assert (outcome.pending, outcome.passed) == (3, False)
    assert outcome.waits == ["Herne, Uniek verslag: waits"]


def test_one_that_fails_is_not_previewed_again_and_says_why(engine: SmokeEngine, root: Path) -> None:
    engine.fails["lochristi"] = "the portal refuses this"
    first, second = smoke_run(root, [])
    assert (first.fusion, first.pending, first.error) == ("lochristi", -1, "the portal refuses this")
    assert second.passed


def test_only_those_that_are_named(engine: SmokeEngine, root: Path) -> None:
    assert [outcome.fusion for outcome in smoke_run(root, ["pajottegem"])] == ["pajottegem"]


def test_the_folder_stays_for_a_look_when_asked_or_when_one_failed(engine: SmokeEngine, root: Path) -> None:
    smoke_run(root, [], keep=True)
    assert engine.folder.exists()
    (engine.folder / "old").touch()
    engine.fails["lochristi"] = "refused"
    smoke_run(root, [])
    assert engine.folder.exists()
    assert not (engine.folder / "old").exists(), "each rehearsal starts on a fresh portal"


@pytest.mark.parametrize(
    ("changes", "fails", "code"),
    [({}, {}, 0), ({"lochristi": 3}, {}, 5), ({"lochristi": 3}, {"pajottegem": "refused"}, 1)],
)
def test_exit_codes_tell_done_partly_done_and_failed(
    engine: SmokeEngine, fusion: Fusion, changes: dict[str, int], fails: dict[str, str], code: int
) -> None:
    engine.changes, engine.fails = changes, fails
    ran = fusion("smoke", "--format", "json", "--jobs", "1")
    assert ran.code == code
    assert [outcome["fusion"] for outcome in ran.json] == ["lochristi", "pajottegem"]
    assert "lochristi: applying" in ran.err


def test_an_interrupt_ends_with_what_there_is_so_far(engine: SmokeEngine, fusion: Fusion) -> None:
    engine.interrupts = True
    ran = fusion("smoke", "--format", "json", "--jobs", "1")
    assert ran.code == 130
    assert [outcome["passed"] for outcome in ran.json] == [False, False]
    assert ran.json[1]["error"] == "nothing was begun: the run was interrupted"
