"""`fusion preview`, `up`, `refresh` and `destroy` of many stacks, with a `pulumi` that plays runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from operations.commands import fleet_options
from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import PlayedEngine, counted, message_of

SECONDS = 60.0


def begun(engine: PlayedEngine, *stacks: str) -> None:
    """Wait until these are under way."""
    until = monotonic() + SECONDS
    while not all((engine.folder / f"{stack}.begun").exists() for stack in stacks):
        assert monotonic() < until, "nothing began"
        sleep(0.02)


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own, to send signals to."""
    code = "import sys; sys.argv[0] = 'fusion'; from operations.start import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


# -- preview ----------------------------------------------------------------------------------------------------------


def test_many_are_previewed_and_counted_as_the_engine_counts(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", events=[counted(create=2, same=40)])
    ran = fusion("preview", "tielt", "lochristi")
    assert ran.code == 0
    assert ran.out.splitlines()[2].split()[:5] == ["tielt", "2", "0", "0", "40"]
    assert "2 of 2 stacks previewed" in ran.out
    assert "tielt: 2 changes" in ran.err
    assert sorted(engine.runs) == [("preview", "lochristi"), ("preview", "tielt")]


def test_stacks_of_a_second_environment_are_chosen_by_their_name(
    engine: PlayedEngine, fusion: Fusion
) -> None:
    assert fusion("preview", "--stacks", "*.production").code == 0
    assert sorted(stack for _, stack in engine.runs) == ["hasselt.production", "pajottegem.production"]


def test_the_engine_is_called_as_people_call_it(engine: PlayedEngine, fusion: Fusion) -> None:
    """`engine/pulumi.sh` looks at the first argument; which stack people have selected stays so; nobody asks for history."""
    fusion("up", "tielt", "--yes")
    assert [call[:2] for call in engine.calls] == [
        ["stack", "ls"],
        ["version", engine.calls[1][1]],
        ["preview", "--color"],
        ["up", "--yes"],
    ]


@pytest.mark.parametrize(
    ("failing", "changes", "code"),
    [((), 0, 0), ((), 1, 2), (("tielt",), 1, 5), (("tielt", "lochristi"), 0, 1)],
)
def test_where_nobody_expects_a_change_one_has_a_code_of_its_own(
    engine: PlayedEngine, fusion: Fusion, failing: tuple[str, ...], changes: int, code: int
) -> None:
    for stack in ("tielt", "lochristi"):
        events = [counted(update=changes, same=4)]
        engine.play(stack, events=events, code=int(stack in failing))
    assert fusion("preview", "tielt", "lochristi", "--expect-no-changes").code == code


def test_one_that_fails_says_why_and_stops_no_other(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", events=[message_of("error", "fusions/tielt.yaml:3:1: kbo: check digits")], code=255)
    ran = fusion("preview", "tielt", "lochristi", "--jobs", "1")
    assert ran.code == 5
    assert ran.out.splitlines()[-1] == "tielt: fusions/tielt.yaml:3:1: kbo: check digits"
    assert "1 of 2 stacks previewed" in ran.out


def test_what_stops_before_the_engine_begins_is_told(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("tielt", events=[], code=1, says="pulumi: the state of tielt belongs to another portal\n")
    ran = fusion("preview", "tielt")
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == "tielt: the state of tielt belongs to another portal"


def test_warnings_are_told_whoever_they_are_of(engine: PlayedEngine, fusion: Fusion) -> None:
    """R16: who loses access must be read before anybody agrees."""
    engine.play(
        "tielt", events=[message_of("warning", "joris is no longer chief access manager"), counted(update=1)]
    )
    assert "tielt: warning: joris is no longer chief access manager" in fusion("preview", "tielt").out


def test_an_unknown_name_is_refused_before_anything_starts(engine: PlayedEngine, fusion: Fusion) -> None:
    ran = fusion("preview", "tielt", "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: no stack nowhere. There are hasselt.production, ")
    assert engine.runs == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("preview",),
        ("preview", "tielt", "--all"),
        ("preview", "--all", "--stacks", "*"),
        ("preview", "--changed-since", "HEAD", "--stacks", "*"),
        ("up", "--all", "--skip-preview"),
        ("up", "tielt", "--plan", "plan.json", "--yes"),
        ("up", "--approved", f"sha256:{'0' * 64}"),
        ("up", "tielt", "--approved", f"sha256:{'0' * 64}", "--jobs", "2"),
        ("up", "tielt", "--all", "--approved", f"sha256:{'0' * 64}"),
        ("up", "tielt", "--format", "json", "--approved", f"sha256:{'0' * 64}"),
    ],
    ids=" ".join,
)
def test_what_does_not_fit_together_is_told_before_anything_runs(
    engine: PlayedEngine, fusion: Fusion, arguments: tuple[str, ...]
) -> None:
    assert fusion(*arguments).code == 1
    assert engine.calls == []


def test_nothing_that_changed_is_no_failure(
    engine: PlayedEngine, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.plans.choice.find_changed", lambda root, revision: set())
    ran = fusion("preview", "--changed-since", "HEAD")
    assert (ran.code, ran.out) == (0, "0 of 0 stacks previewed in 0 s\n")


def test_for_programs_there_is_a_line_an_event_and_the_result_last(
    engine: PlayedEngine, fusion: Fusion
) -> None:
    engine.play("tielt", events=[message_of("error", "refused")], code=1)
    ran = fusion("preview", "tielt", "lochristi", "--format", "json", "--jobs", "1")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [(line["event"], line.get("stack")) for line in lines] == [
        ("begins", "tielt"),
        ("message", "tielt"),
        ("ends", "tielt"),
        ("begins", "lochristi"),
        ("ends", "lochristi"),
        ("result", None),
    ]
    assert (lines[-1]["exitCode"], ran.code) == (5, 5)
    assert [(one["stack"], one["ending"]) for one in lines[-1]["stacks"]] == [
        ("tielt", "failed"),
        ("lochristi", "passed"),
    ]


def test_what_a_library_in_the_engine_logs_does_not_stand_before_the_error(
    engine: PlayedEngine, fusion: Fusion
) -> None:
    """With an S3-compatible store that sends no checksums: a line for each file that the engine reads."""
    noise = (
        "SDK 2026/11/29 08:03:22 WARN Response has no supported checksum. Not validating response payload.\n"
    )
    locked = "error: the stack is currently locked by 1 lock(s)"
    engine.play("tielt", events=[], code=255, says=f"{noise}{noise}{locked}\n  s3://bucket: created by x\n")
    ran = fusion("preview", "tielt", "--full")
    assert "\ntielt: the stack is currently locked by 1 lock(s)\n  s3://bucket: created by x\n" in ran.out
    assert "checksum" not in ran.out


def test_without_an_engine_it_is_told_once(
    fusion: Fusion, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = fusion("preview", "tielt", "lochristi")
    assert ran.code == 1
    assert ran.err.count("pulumi is not on PATH") == 1


# -- up, refresh, destroy -----------------------------------------------------------------------------------------------


def test_up_previews_each_first_as_the_engines_own_does(engine: PlayedEngine, fusion: Fusion) -> None:
    engine.play("lochristi", "preview", events=[message_of("error", "a guard refuses")], code=1)
    engine.play("tielt", "up", events=[counted(create=2)])
    ran = fusion("up", "lochristi", "tielt", "--yes", "--jobs", "1")
    assert ran.code == 5
    assert engine.runs == [("preview", "lochristi"), ("preview", "tielt"), ("up", "tielt")]
    assert "1 of 2 stacks applied" in ran.out
    assert ran.out.splitlines()[-1] == "lochristi: a guard refuses"


def test_up_can_go_without(engine: PlayedEngine, fusion: Fusion) -> None:
    assert fusion("up", "tielt", "--yes", "--skip-preview").code == 0
    assert engine.runs == [("up", "tielt")]


@pytest.mark.parametrize("command", ["up", "refresh", "destroy"])
def test_where_nobody_can_be_asked_nothing_starts(engine: PlayedEngine, fusion: Fusion, command: str) -> None:
    ran = fusion(command, "tielt")
    assert ran.code == 1
    assert ran.err == "error: there is no terminal, so nobody can be asked. Give --yes to go on without\n"
    assert engine.calls == []


@pytest.mark.parametrize(
    ("command", "preview"),
    [
        ("up", ["preview"]),
        ("refresh", ["refresh", "--preview-only"]),
        ("destroy", ["destroy", "--preview-only"]),
    ],
)
def test_people_are_asked_once_and_see_a_preview_first(
    engine: PlayedEngine, fusion: Fusion, monkeypatch: pytest.MonkeyPatch, command: str, preview: list[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(fleet_options, "require_somebody", lambda yes: None)
    monkeypatch.setattr(f"operations.commands.{command}.require_somebody", lambda yes: None)
    monkeypatch.setattr("click.confirm", lambda question, **_: asked.append(question))
    engine.play("lochristi", preview[0], events=[message_of("error", "no")], code=1)
    ran = fusion(command, "tielt", "lochristi", "--jobs", "1")
    assert ran.code == 5
    assert len(asked) == 1
    assert asked[0].endswith("1 stack, 0 changes?")
    first, second, third = [call for call in engine.calls if "--event-log" in call]
    assert first[: len(preview)] == second[: len(preview)] == preview
    assert third[:2] != preview[:2]
    assert third[0] == command
    assert "--yes" in third


def test_who_does_not_agree_changes_nothing(
    engine: PlayedEngine, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.commands.destroy.require_somebody", lambda yes: None)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    ran = fusion("destroy", "tielt")
    assert ran.code == 130
    assert ran.err.splitlines()[-1] == "interrupted"
    assert [call[:2] for call in engine.calls if "--event-log" in call] == [["destroy", "--preview-only"]]


# -- Ctrl-C ---------------------------------------------------------------------------------------------------------------


def test_the_first_interrupt_lets_what_is_under_way_finish(engine: PlayedEngine, tmp_path: Path) -> None:
    engine.play("lochristi", waits="go on")
    with started("up", "lochristi", "tielt", "--yes", "--skip-preview", "--jobs", "1") as running:
        begun(engine, "lochristi")
        running.send_signal(signal.SIGINT)
        assert running.stderr
        while "goes on to its end" not in running.stderr.readline():
            pass
        (engine.folder / "go on").touch()
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert engine.runs == [("up", "lochristi")]
    assert "1 of 2 stacks applied" in out
    assert [line.split()[-1] for line in out.splitlines()[2:4]] == ["passed", "begun"]
    assert engine.locked == []


@pytest.mark.parametrize("how", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,), (signal.SIGHUP,)])
def test_the_second_interrupt_and_every_other_end_stops_the_engines(
    engine: PlayedEngine, how: tuple[signal.Signals, ...]
) -> None:
    engine.play("lochristi", waits="never")
    engine.play("tielt", waits="never")
    with started(
        "up", "lochristi", "tielt", "pajottegem", "--yes", "--skip-preview", "--jobs", "2"
    ) as running:
        begun(engine, "lochristi", "tielt")
        for one in how:
            running.send_signal(one)
            sleep(0.3)
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "lochristi: broken off. What it had done is in its state" in out
    assert sorted(engine.runs) == [("up", "lochristi"), ("up", "tielt")]
    assert engine.locked == []


def kill_engine(engine: PlayedEngine, *options: str) -> str:
    """End a run of tielt, whose engine does not stop, at once; what it printed."""
    code = (
        "import sys; sys.argv[0] = 'fusion'; from operations.fleet import interruption; "
        "interruption.PATIENCE_SECONDS = 0.5; from operations.start import main; main()"
    )
    command = [sys.executable, "-c", code, "up", "tielt", "--yes", *options]
    how: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **how) as running:
        begun(engine, "tielt")
        assert engine.locked == ["tielt"]
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    return str(out)


def test_an_engine_that_does_not_stop_is_killed_and_its_lock_goes(engine: PlayedEngine) -> None:
    engine.play("tielt", waits="never", stops=False)
    out = kill_engine(engine, "--skip-preview")
    assert "tielt: the engine did not stop in time, and was killed" in out
    assert engine.locked == []


def test_a_lock_that_may_be_somebody_elses_stays(engine: PlayedEngine) -> None:
    """An engine that told nothing yet looks still, or waits for another run."""
    engine.play("tielt", waits="never", stops=False, events=[])
    out = kill_engine(engine, "--skip-preview")
    assert "tielt: the engine was killed before it told anything; its lock, if it had one, is left" in out
    assert "then `pulumi cancel -s tielt`" in out
    assert engine.locked == ["tielt"]


def test_a_preview_has_no_lock_so_one_that_there_is_stays(engine: PlayedEngine) -> None:
    engine.play("tielt", waits="never", stops=False)
    assert "tielt: the engine did not stop in time, and was killed" in kill_engine(engine)
    assert engine.locked == ["tielt"]


# -- metrics ----------------------------------------------------------------------------------------------------------


def test_a_run_writes_its_metrics_also_where_a_stack_failed(
    engine: PlayedEngine, fusion: Fusion, tmp_path: Path
) -> None:
    engine.play("tielt", events=[counted(create=2, same=40)])
    engine.play("lochristi", events=[message_of("error", "no answer")], code=255)
    path = tmp_path / "fusion.prom"
    assert fusion("preview", "tielt", "lochristi", "--metrics", str(path)).code == 5
    told = path.read_text()
    assert 'fusion_stack_resources{operation="preview",stack="tielt",step="create"} 2.0' in told
    assert 'fusion_stack_ended{ending="failed",operation="preview",stack="lochristi"} 1.0' in told


def test_where_metrics_cannot_be_written_nothing_starts(
    engine: PlayedEngine, fusion: Fusion, tmp_path: Path
) -> None:
    refused = fusion("preview", "tielt", "--metrics", str(tmp_path / "gone" / "fusion.prom"))
    assert (refused.code, refused.out) == (1, "")
    assert "is no folder in which this user may write" in refused.err
    assert engine.runs == []
