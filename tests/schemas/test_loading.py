"""Whatever a declaration holds, it is a fusion or it has findings, and never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

from schemas.document import parse
from schemas.jsonschema import structural_findings
from schemas.loading import examine
from schemas.secrets import Secrets
from tests.schemas.test_jsonschema import faults, planted

FUSIONS = Path(__file__).parent.parent.parent / "fusions"
CASES = Path(__file__).parent / "cases"
SCRAPS = [*"[]{}:#~\"'|&*!", "\n", "\t", "- ", "none", "&a", "*a", "!!x", "é", "0", "null", "\x00", "٣"]


def test_every_planted_fault_is_a_fusion_or_has_findings(directory: Path, secrets: Secrets) -> None:
    text = (CASES / "good-scenario-1.yaml").read_text("utf-8")
    data = parse(text, "testdorp.yaml").data
    assert data is not None
    for path, replacement in faults(data):
        document = parse(text, "testdorp.yaml")
        document.data = planted(data, path, replacement)
        fusion, findings = examine(document, directory, secrets)
        assert fusion is not None or findings, (path, replacement)


def test_slips_of_the_keyboard_are_a_fusion_or_have_findings(secrets: Secrets) -> None:
    chance = random.Random(2025)  # noqa: S311 - the same slips in every run
    texts = [path.read_text("utf-8") for path in sorted(FUSIONS.glob("*.yaml"))]
    for _ in range(400):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            if chance.random() < 0.5:
                text = text[:at] + text[at + chance.randint(1, 12) :]
            else:
                text = text[:at] + chance.choice(SCRAPS) + text[at:]
        document = parse(text, "slip.yaml")
        fusion, findings = examine(document, FUSIONS, secrets)
        structural_findings(document)
        assert fusion is not None or findings, text
        assert findings == sorted(findings)
