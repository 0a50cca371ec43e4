"""`fusion preview`, `up`, `refresh` and `destroy` of many stacks, with a `pulumi` that plays runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.commands import fleet_options
from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import PlayedEngine, counted, message_of

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
    assert engine.runs == [("up", "lochristi"), ("up", "tielt")]
    assert "--skip-preview" not in engine.calls[-1]
    assert "1 of 2 stacks applied" in ran.out
    assert ran.out.splitlines()[-1] == "lochristi: a guard refuses"


def test_people_decide_how_often_an_engine_looks_for_garbage(
    engine: PlayedEngine, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOGC", "50")
    fusion("preview", "tielt")
    assert engine.variables[-1] == {"GOGC": "50", "GOMEMLIMIT": "256MiB"}


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
