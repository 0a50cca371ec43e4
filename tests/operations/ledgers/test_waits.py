"""Since when what waits stands in the state."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from operations.ledgers.reading import read_ledger
from operations.ledgers.waits import read_waits
from tests.operations.ledgers.written import STACK, THING, begin, line, write
from tests.support.workspace import CHECKOUT

LATER, AT = "20250204T080000Z-1", "2025-02-04T08:00:00.000+00:00"
WAITING = {"Gooik, Uniek verslag": "waits for the Uniek verslag"}
DONE = (line("planned", things={THING: "x"}), line("reached", thing=THING), line("ended"))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    shutil.copy2(CHECKOUT / "Pulumi.yaml", tmp_path)
    return tmp_path


def save(root: Path, written: str | None) -> None:
    """A state, and when the engine wrote it."""
    latest: dict[str, Any] = {
        "resources": [{"type": "pulumi:pulumi:Stack", "urn": "x", "outputs": {"waiting": WAITING}}]
    }
    if written:
        latest["manifest"] = {"time": written}
    folder = root / ".state" / ".pulumi" / "stacks" / "fusion"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{STACK}.json").write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def since(root: Path) -> datetime | None:
    found = read_waits(root, read_ledger(root, STACK))
    assert (found.things, found.why) == (WAITING, "")
    return found.since


def test_it_is_the_last_up_that_wrote_its_outputs(root: Path) -> None:
    write(
        root,
        begin(),
        *DONE,
        line("begin", LATER, AT, operation="refresh", host="x"),
        line("ended", LATER, AT),
    )
    save(root, "2025-02-04T08:00:01.123456789Z")
    assert since(root) == datetime.fromisoformat("2025-02-03T08:00:00Z")


def test_a_run_whose_state_was_not_written_is_not_it(root: Path) -> None:
    """Its program came to the end, and the disk was full; or an older state is in the place of the run's."""
    later = [line("planned", LATER, AT, things={}), line("ended", LATER, AT)]
    write(root, begin(), *DONE, line("begin", LATER, AT, operation="up", host="x"), *later)
    save(root, "2025-02-03T08:00:01Z")
    assert since(root) == datetime.fromisoformat("2025-02-03T08:00:00Z")
    save(root, "2025-02-02T08:00:00Z")
    assert since(root) is None
    save(root, None)
    assert since(root) is None
