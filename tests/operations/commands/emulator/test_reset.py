"""`fusion emulator reset`: a portal anew, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import controls
from tests.operations.conftest import Fusion
from tests.support import portal_tables


def test_reset_starts_anew_at_a_moment(database: Path, fusion: Fusion) -> None:
    controls.set_clock(database, "2025-02-03")
    ran = fusion("emulator", "reset", "--at", "2024-11-15", "--yes")
    assert (ran.code, ran.out) == (0, "2024-11-15T09:00:00+01:00\n")


def test_reset_without_a_moment_is_the_default_one(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "reset", "--yes").out == "2025-02-03T09:00:00+01:00\n"


def test_reset_brings_as_many_made_up_centres_as_one_asks_for(database: Path, fusion: Fusion) -> None:
    wanted = ("--centres", "4", "--forms", "40", "--seed", "3")
    assert fusion("emulator", "reset", *wanted, "--yes").code == 0
    assert portal_tables.count_running_forms(database, "1999%") == 40


def test_reset_makes_forms_for_made_up_centres_only(used: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "reset", "--forms", "40", "--yes")
    assert ran.code == 1
    assert "--centres" in ran.err
    assert controls.journal(used)


def test_reset_to_no_moment_forgets_nothing(used: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "reset", "--at", "tomorrow", "--yes")
    assert ran.code == 1
    assert "not a date" in ran.err
    assert controls.journal(used)


def test_reset_asks_first(used: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an answer (a script, Ctrl-C) nothing is forgotten."""
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert fusion("emulator", "reset").code != 0
    assert controls.journal(used)
