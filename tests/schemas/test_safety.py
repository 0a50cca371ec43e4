"""Every safety rule has its line in docs, is cited where the table says that it is decided, and has a test."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import yaml

from schemas import safety
from schemas.exceptions import SafetyException
from schemas.safety import SAFETY_RULES, Wanted, propose

ROOT = Path(__file__).parents[2]
NAMES = {
    value: name for name, value in vars(safety).items() if isinstance(value, str) and value in SAFETY_RULES
}
"""The constants of the rules, by their values."""


@pytest.mark.parametrize("rule", SAFETY_RULES)
def test_a_rule_is_cited_where_it_is_decided(rule: str) -> None:
    modules = re.findall(r"`(\w+/\w+\.py)`", SAFETY_RULES[rule].decided)
    assert modules
    assert any(re.search(rf"\b{NAMES[rule]}\b", (ROOT / module).read_text()) for module in modules)


@pytest.mark.parametrize("rule", SAFETY_RULES)
def test_a_rule_has_a_test_that_reads_it_in_a_refusal(rule: str) -> None:
    texts = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
    assert any(f"safety rule {rule}" in text for text in texts)


def test_exceptions_are_those_of_the_table() -> None:
    overridden = {rule for rule, row in SAFETY_RULES.items() if row.override.startswith("`exceptions`")}
    assert overridden == set(get_args(SafetyException.model_fields["rule"].annotation))


@pytest.mark.parametrize(
    "centre", ["Pajottegem", "Nazareth-De Pinte", "Sint-Job, 't Goor: noord", "null", "'t Goor"]
)
def test_the_proposed_lines_are_yaml_and_say_what_was_meant(centre: str) -> None:
    read = yaml.safe_load(propose([Wanted("removals", centre, "users", 12)], date(2025, 2, 26)))
    (entry,) = read["exceptions"]
    assert (entry["centre"], entry["atMost"], entry["until"]) == (centre, 12, date(2025, 3, 5))
