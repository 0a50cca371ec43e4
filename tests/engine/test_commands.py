"""Programs are started, watched and found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands import Step, ask, programs, run
from engine.failures import CommandFailed
from tests.engine.conftest import Printed


def test_a_long_command_shows_that_it_lives(
    step: Step, printed: Printed, program: Callable[[str, str], Path]
) -> None:
    slow = program("slow", "echo working on it; sleep 0.5; echo done >&2")
    assert run(step, "building", [slow], heartbeat=0.2) == "working on it\ndone\n"
    assert printed[0].startswith("setup 3/5 engine: building … 0 s (1 lines, now: working on it)")


def test_a_silent_command_shows_that_it_lives(
    step: Step, printed: Printed, program: Callable[[str, str], Path]
) -> None:
    run(step, "building", [program("silent", "sleep 0.3")], heartbeat=0.2)
    assert printed == ["setup 3/5 engine: building … 0 s (0 lines, now: no output yet)"]


def test_a_failed_command_is_named_with_its_code_and_output(
    step: Step, program: Callable[[str, str], Path]
) -> None:
    with pytest.raises(CommandFailed) as failure:
        run(step, "building", [program("go", "echo broken >&2; exit 3"), "build", "-v"])
    assert failure.value.why == "`go build -v` ended with 3:\n| broken"


def test_a_command_that_is_not_there_is_a_failure_like_others(step: Step, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="`go build` ended with 127"):
        run(step, "building", [tmp_path / "go", "build"])


def test_an_answer_is_none_when_the_command_fails_hangs_or_is_missing(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    assert ask([program("good", "echo v1; echo warning >&2")]) == "v1"
    assert ask([program("bad", "echo v1; exit 1")]) is None
    assert ask([program("hung", "exec sleep 5")], timeout=0.1) is None
    assert ask([tmp_path / "missing"]) is None


def test_programs_are_executable_files_in_the_order_of_the_path(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    second, first = program("b/go", ""), program("a/go", "")
    program("c/go", "").chmod(0o644)
    (tmp_path / "d" / "go").mkdir(parents=True)
    path = ":".join(str(tmp_path / name) for name in "abcd")
    assert list(programs("go", f"{path}:{tmp_path}/nowhere")) == [first, second]


def test_a_steps_last_line_tells_the_time_only_where_it_took_some(
    step: Step, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    step.done("ready")
    monkeypatch.setattr("time.monotonic", lambda: 1e9)
    step.done("ready")
    assert printed[0] == "setup 3/5 engine: ready"
    assert printed[1].endswith(" s")
