"""What benchmarks find is said, kept where that is asked for, and drawn beside its aim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.plot import GOOD, OVER, PLAIN, draw, read
from benchmarks.results import Recorder, Result

SLOW = Result("thirteen at once / one by one", 0.9, aim=0.6, mebibytes=712.4)
QUICK = Result("thirteen at once / one by one", 0.5, aim=0.6)
OTHER = Result("an up / the engine's floor", 1.25)


def test_a_result_says_its_aim_and_its_memory(capsys: pytest.CaptureFixture[str]) -> None:
    recorder = Recorder(None)
    recorder.tell(SLOW)
    recorder.tell(OTHER)
    assert capsys.readouterr().out.splitlines() == [
        "thirteen at once / one by one: 0.90 (aim: 0.6 or less), 712 MiB at most",
        "an up / the engine's floor: 1.25",
    ]


def test_the_history_grows_by_a_line_a_result_with_its_commit(tmp_path: Path) -> None:
    history = tmp_path / "results" / "history.jsonl"
    for result in (SLOW, OTHER):
        Recorder(history).tell(result)
    lines = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    assert [line["ratio"] for line in lines] == [0.9, 1.25]
    assert all(line["commit"] and line["moment"] for line in lines)


def test_the_last_of_each_comparison_is_drawn_beside_its_aim(tmp_path: Path) -> None:
    history = tmp_path / "results" / "history.jsonl"
    for result in (SLOW, OTHER, QUICK):
        Recorder(history).tell(result)
    assert read(history) == [QUICK, OTHER]
    drawn = draw(read(history))
    assert all(
        f">{text}</text>" in drawn for text in (QUICK.what, "0.50", "an up / the engine's floor", "1.25")
    )
    assert "0.90" not in drawn
    assert (drawn.count(GOOD), drawn.count(OVER), drawn.count(PLAIN)) == (1, 0, 1)


def test_what_is_over_its_aim_is_seen_at_once() -> None:
    assert (draw([SLOW]).count(OVER), draw([SLOW]).count(GOOD)) == (1, 0)
