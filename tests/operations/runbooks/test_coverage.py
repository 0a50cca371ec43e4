"""docs/runbook.md: which step covers which rule of the manual. None is missing, and the table is today's."""

from __future__ import annotations

import pytest

from operations.runbooks import coverage
from operations.runbooks.coverage import ELSEWHERE, PAGE, manual_rules, page, steps_by_rule, uncovered
from operations.runbooks.manual import STEPS

RULES = [f"R{number:02}" for number in range(1, 71)]


def test_no_rule_is_missing() -> None:
    assert uncovered() == []
    assert sorted(manual_rules()) == RULES


def test_the_table_is_todays() -> None:
    text = PAGE.read_text("utf-8")
    assert page(text) == text, "run `python -m operations.runbooks.coverage`"
    for rule in RULES:
        assert text.count(f"| [{rule}](") == 1


def test_a_missing_rule_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "STEPS", tuple(step for step in STEPS if step.name != "hand-over"))
    assert uncovered() == ["R32"]
    text = PAGE.read_text("utf-8")
    assert page(text) != text


def test_a_reason_is_only_for_what_no_step_covers() -> None:
    covered = steps_by_rule()
    assert [rule for rule in ELSEWHERE if covered[rule]] == []
