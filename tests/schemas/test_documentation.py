"""docs/declaration.md says what the code does: its tables are generated, its examples load, all rules are there."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.document import parse
from schemas.documentation import PAGE, page
from schemas.loading import examine
from schemas.rules import RULES
from tests.schemas.cases import DIRECTORY, expected_in

TEXT = PAGE.read_text("utf-8")


def test_the_generated_tables_are_up_to_date() -> None:
    assert page(TEXT) == TEXT, "run: python -m schemas.documentation"


def test_every_rule_is_documented() -> None:
    for rule in RULES:
        assert f"| `{rule}` |" in TEXT


def test_every_rule_that_the_code_cites_is_known() -> None:
    """Those of findings: `rights` has what plans and checks warn of, and R44 sets no limit that a file could break."""
    sources = [path for path in Path(PAGE.parent.parent, "schemas").glob("*.py") if path.stem != "rights"]
    cited = {rule for path in sources for rule in re.findall(r'"(R\d\d)"', path.read_text("utf-8"))}
    assert cited - {"R44"} == {rule for rule in RULES if rule.startswith("R")}


def test_the_example_is_a_good_declaration() -> None:
    example = re.search(r"```yaml\n(# yaml-language-server.*?)```", TEXT, re.DOTALL)
    assert example
    assert examine(parse(example[1], "hasselt.yaml"))[1] == []


def test_the_example_of_a_finding_is_one() -> None:
    example = re.search(r"```yaml\n(# yaml-language-server.*?)```", TEXT, re.DOTALL)
    assert example
    wrong = example[1].replace("ocmw: {kbo: 0212.216.402", "ocmw: {kbo: 0212.189.577")
    [finding] = examine(parse(wrong, "fusions/hasselt.yaml"))[1]
    assert str(finding) in TEXT


def test_rules_of_the_cases_are_documented() -> None:
    for case in DIRECTORY.glob("*.yaml"):
        assert {expected.rule for expected in expected_in(case.read_text("utf-8"))} <= set(RULES)
