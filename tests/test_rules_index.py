"""Every rule that the portal sees to has its test, and the page that lists them is up to date."""

from __future__ import annotations

import ast

import pytest

from tests import rules_index


def test_the_page_is_up_to_date() -> None:
    assert rules_index.PAGE.read_text("utf-8") == rules_index.page(), f"stale: {rules_index.COMMAND}"


@pytest.mark.parametrize("rule", [rule.name for rule in rules_index.rules() if rule.portal])
def test_a_rule_that_the_portal_sees_to_has_a_test_of_the_portal(rule: str) -> None:
    assert rules_index.emulator_tests(rule), f"no test under tests/emulator is about {rule}"


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("def test_r16_r17_x() -> None: ...", ["R16", "R17"]),
        ("def test_x() -> None:\n    '''R06-R08, R70.'''", ["R06", "R07", "R08", "R70"]),
        ("def test_error_500_of_r2d2() -> None: '''Rows of R2.'''", []),
    ],
)
def test_rules_are_found_in_names_and_docstrings(source: str, rules: list[str]) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert list(rules_index.cited(function)) == rules
