"""What the program tells the ledger of how far the engine came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from providers import ledger
from tests.stacks.conftest import Engine, shipped

STACK = "pajottegem"
SENDER, FORMS = "1010784738/SenderContact", "0212212343/dossiers/forms"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger of an `up` that goes on."""
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    monkeypatch.setenv(ledger.RUN, "20250203T090000Z-1")
    monkeypatch.setenv(ledger.STACK, STACK)
    return ledger.file_of(tmp_path, STACK)


def read(path: Path, kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text().split("\n") if line]
    return [line for line in lines if line["kind"] == kind]


def test_what_the_engine_is_done_with_is_reached(engine: Engine, run: Path) -> None:
    engine.register(STACK)
    (planned,) = read(run, "planned")
    assert {line["thing"] for line in read(run, "reached")} == planned["things"].keys()
    assert {SENDER, FORMS} <= planned["things"].keys()


def test_what_an_up_of_a_part_leaves_out_is_not(engine: Engine, run: Path) -> None:
    """It is registered all the same: without what its provider would say."""
    plan = shipped(STACK)
    sender = plan.named("pajottegem-sender")
    (forms,) = [item for item in plan.at(FORMS[:10]) if item.props.get("kind") == "forms"]
    engine.portal.outputs = {sender.name: {"origin": None}, forms.name: {"stopped": None}}
    engine.register(STACK)
    (planned,) = read(run, "planned")
    assert planned["things"].keys() - {line["thing"] for line in read(run, "reached")} == {SENDER, FORMS}
