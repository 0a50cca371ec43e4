"""Every case file says what is wrong with it: line, column, rule and words, all of it and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.document import Document, parse
from schemas.findings import in_words
from schemas.loading import examine
from schemas.rules import RULES
from schemas.secrets import Secrets
from tests.schemas.cases import DIRECTORY, expected_in, findings_of, name_of
from tests.schemas.conftest import made_up_ssin

CASES = sorted(DIRECTORY.glob("*.yaml"))
# Found in the secrets file or by the JSON Schema, or about files that no case can be; each has a test of its own.
ELSEWHERE = {"R31", "file", "json-schema"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, directory: Path, secrets: Secrets) -> None:
    expected = expected_in(case.read_text("utf-8"))
    findings = findings_of(case, directory, secrets)
    assert [(f.line, f.column, f.rule) for f in findings] == [(e.line, e.column, e.rule) for e in expected]
    for finding, wanted in zip(findings, expected, strict=True):
        assert finding.message.startswith(wanted.words)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_findings_are_the_same_when_all_stands_on_one_line(
    case: Path, directory: Path, secrets: Secrets
) -> None:
    """A finding is known by what it is about: in block style a section and its first key begin at one place."""
    block = parse(case.read_bytes(), name_of(case))
    data = parse(block.text, block.name).data
    flow = parse(json.dumps(data, ensure_ascii=False), block.name)
    if block.findings or block.data is None:
        return  # it is about the text itself

    def facts(document: Document) -> list[tuple[str, str, str]]:
        _, findings = examine(document, directory, secrets)
        return sorted((f.rule, f.message, in_words(f.path)) for f in findings if f.path is not None)

    assert facts(flow) == facts(block)


def test_every_rule_has_a_case() -> None:
    cited = {expected.rule for case in CASES for expected in expected_in(case.read_text("utf-8"))}
    assert cited | ELSEWHERE == set(RULES)


def test_a_case_without_expectations_is_called_good() -> None:
    assert all(expected_in(case.read_text("utf-8")) for case in CASES if not case.stem.startswith("good-"))


def test_no_message_repeats_an_insz_or_a_password(directory: Path, secrets: Secrets) -> None:
    findings = findings_of(DIRECTORY / "secrets.yaml", directory, secrets)
    told = "\n".join(map(str, findings))
    for secret in ("024111001", "02.41.11-001", "Geheim", made_up_ssin(1)):
        assert secret not in told
