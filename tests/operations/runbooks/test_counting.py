"""How many steps a plan says are done: those of the runbook, by the same preview and the same notes."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from operations.plans.model import FusionPlan, Plan, StepCounts
from operations.plans.reading import by_hand, without_plan
from operations.runbooks.counting import count_steps, with_steps
from operations.runbooks.manual.step import Kind, Who
from operations.runbooks.notes import add_notes
from operations.runbooks.standing import State
from schemas.errors import FusionError
from tests.operations.plans.conftest import PLANNED, planned
from tests.operations.runbooks.conftest import FUSIONS, NAMES, runbook, steps


@pytest.fixture
def declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(FUSIONS, tmp_path / "fusions")
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    return tmp_path / "fusions" / "pajottegem.yaml"


def counts_of(preview: FusionPlan, stack: str = "pajottegem") -> StepCounts:
    found = count_steps(stack, None if preview.is_by_hand else preview)
    assert found is not None
    return found


@pytest.mark.parametrize("sample", PLANNED)
def test_every_step_that_somebody_does_is_done_waits_or_is_open(declaration: Path, sample: str) -> None:
    stack = "antwerpen" if sample == "clean-up" else "pajottegem"
    found = counts_of(planned(sample), stack)
    made = runbook(stack, planned(sample))
    asked = [todo for todo in made.steps.todos if todo.is_for_people]
    assert found.total == len(asked) == found.done + found.waits + found.open
    assert found.done == sum(made.standings[todo.id].state is State.DONE for todo in asked)
    assert {todo.step.kind for todo in asked} == {Kind.ACTION}
    assert Who.NOBODY not in {todo.step.who for todo in asked}
    assert found.noted == 0


def test_a_note_counts_where_no_portal_says_it(declaration: Path) -> None:
    """One that the portal contradicts does not."""
    before = counts_of(planned("first"))
    add_notes(declaration, ["pajottegem-hand-over", "pajottegem-sender"], "tom.maes", date(2025, 1, 6))
    after = counts_of(planned("first"))
    assert (after.done, after.noted, after.open) == (before.done + 1, 1, before.open - 1)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_portal_all_is_by_notes(declaration: Path, name: str) -> None:
    total = sum(todo.is_for_people for todo in steps(name).todos)
    nothing = StepCounts(total=total, done=0, noted=0, waits=0, open=total)
    assert counts_of(by_hand(name), name) == nothing
    add_notes(declaration.with_stem(name), ["scenario"], "tom.maes", date(2025, 1, 6))
    assert counts_of(by_hand(name), name) == nothing.model_copy(
        update={"done": 1, "noted": 1, "open": total - 1}
    )


def test_without_a_plan_nothing_is_counted(declaration: Path) -> None:
    """Only the engine would know."""
    assert count_steps("pajottegem", without_plan("pajottegem", "no portal answered")) is None


def test_a_declaration_that_is_not_there_is_said(declaration: Path) -> None:
    declaration.unlink()
    with pytest.raises(FusionError):
        count_steps("pajottegem", planned("first"))
    said: list[str] = []
    plan = with_steps(Plan(fusions=(planned("first"), by_hand("hasselt")), digest="sha256:1"), said.append)
    assert [one.steps is None for one in plan.fusions] == [True, False]
    assert plan.digest == "sha256:1"
    (line,) = said
    assert line.startswith("pajottegem: the steps of its runbook are not counted: ")
