"""Each rule that the portal sees to is broken somewhere in `broken_rules`, and each of those changes still applies.

That tests notice them takes minutes: `make rules-proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests import rules_index
from tests.emulator import rules_proof
from tests.emulator.broken_rules import BROKEN, Broken


def test_every_rule_that_the_portal_sees_to_is_broken_once_at_least() -> None:
    enforced = {rule.name for rule in rules_index.rules() if rule.portal}
    assert {broken.rule for broken in BROKEN} == enforced


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.rule}-{broken.file}")
def test_a_broken_rule_is_still_a_change_of_the_source(broken: Broken) -> None:
    changed = rules_proof.applied(broken)
    assert changed != (rules_proof.ROOT / "emulator" / broken.file).read_text("utf-8")
    compile(changed, broken.file, "exec")


RIGHTS = "systems/access_management/rights.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "emulator" / RIGHTS).parent.mkdir(parents=True)
    (tmp_path / "emulator" / RIGHTS).write_text("good = True\n")
    return tmp_path


Run = Callable[[Path, Sequence[str]], CompletedProcess[str]]


@pytest.mark.parametrize(
    ("returned", "printed", "verdict"),
    [
        (1, "FAILED tests/emulator/test_x.py::test_r16_x - assert", "killed by test_x.py::test_r16_x"),
        (0, "1 passed", "SURVIVED"),
        (1, "ERROR tests/emulator/test_x.py - in a fixture", "NO RESULT"),
        (4, "ImportError while loading conftest", "NO RESULT"),
    ],
)
def test_only_a_failing_test_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, returned: int, printed: str, verdict: str
) -> None:
    def run(where: Path, tests: Sequence[str]) -> CompletedProcess[str]:
        assert (where / "emulator" / RIGHTS).read_text() == "good = False\n"
        assert tests
        return CompletedProcess([], returned, stdout=printed + "\n", stderr="")

    monkeypatch.setattr(rules_proof, "run", run)
    assert rules_proof.verdict(folder, Broken("R16", RIGHTS, "True", "False")).startswith(verdict)
    assert (folder / "emulator" / RIGHTS).read_text() == "good = True\n"


@pytest.mark.parametrize("old", ["Maybe", "o"])
def test_a_change_that_does_not_apply_once_is_told(folder: Path, old: str) -> None:
    told = rules_proof.verdict(folder, Broken("R16", RIGHTS, old, "x"))
    assert told.startswith("NO LONGER APPLIES")


def test_the_copy_is_what_runs(tmp_path: Path) -> None:
    """The portal that is tested is the changed copy, and not the one beside these tests."""
    copy = rules_proof.workspace(tmp_path / "copy")
    (copy / "emulator" / RIGHTS).write_text("raise SystemExit('the copy')\n")
    done = rules_proof.run(copy, ["tests/emulator/systems/access_management/test_rights.py"])
    assert "the copy" in done.stdout + done.stderr
