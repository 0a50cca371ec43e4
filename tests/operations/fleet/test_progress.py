"""How a run goes: lines with the time, a table on a terminal, a JSON object a line for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from rich.console import Console

from operations import heartbeat
from operations.commands import fleet_options
from operations.fleet.json_lines import JsonLines
from operations.fleet.live_table import LiveTable, choose_rows
from operations.fleet.progress import PlainLines, Progress, format_seconds
from operations.fleet.results import Ending, Operation
from operations.fleet.standing import Standing
from tests.operations.fleet.events import begins, done, failed, message, summary_of

LONGEST = "beveren-kruibeke-zwijndrecht.production"


def waiting(stack: str) -> Standing:
    return Standing(stack, Operation.UP)


def under_way(stack: str) -> Standing:
    standing = waiting(stack)
    standing.begin(Operation.UP)
    standing.note(done(f"{stack}-sender", "create"))
    standing.note(begins(f"{stack}-ftp-account", "create"))
    return standing


def ended(stack: str, ending: Ending = Ending.PASSED) -> Standing:
    standing = under_way(stack)
    standing.note(summary_of({"create": 46}))
    standing.end(ending, "" if ending is Ending.PASSED else "why")
    return standing


def lines_of(standings: Sequence[Standing], *, quiet: bool = False) -> list[str]:
    said: list[str] = []
    plain = PlainLines(said.append)
    with plain.showing(standings):
        for standing in standings:
            if standing.result is not None:
                plain.end(standing.result)
            elif standing.is_under_way:
                plain.begin(standing)
        if not quiet:
            plain.tick()
    return said


def test_lines_have_the_time_since_the_beginning() -> None:
    assert lines_of(
        [ended("hasselt"), ended("tielt", Ending.FAILED), under_way("lokeren"), waiting("x")]
    ) == [
        "0:00 hasselt: 46 changes, 0 s (2 of 4)",
        "0:00 tielt: failed, 0 s (2 of 4)",
        "0:00 lokeren: applying",
    ]


def test_a_long_silence_is_broken_by_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "FIRST_SECONDS", 0.0)
    assert lines_of([ended("hasselt"), under_way("lokeren")])[-1] == (
        "0:00 1 of 2 done; lokeren applying, 1 resource, 1 change"
    )


@pytest.mark.parametrize(("seconds", "shown"), [(0.9, "0:00"), (61, "1:01"), (3725, "62:05")])
def test_time_is_told_in_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert format_seconds(seconds) == shown


def draw(standings: Sequence[Standing], width: int, height: int = 24) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=True, color_system=None)
    table = LiveTable(console)
    Progress.showing(table, standings).__enter__()
    console.print(table.draw())
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80])
def test_the_table_has_a_line_a_stack_and_fits(width: int) -> None:
    shown = draw([ended("hasselt"), under_way(LONGEST), ended("tielt", Ending.FAILED), waiting("x")], width)
    assert len(shown) == 6
    assert max(map(len, shown)) <= width
    assert shown[1].split() == ["hasselt", "passed", "46", "0:00"]
    assert shown[2].startswith("beveren-kruibeke")
    assert "applying" in shown[2]
    assert shown[3].split() == ["tielt", "failed", "0:00"]
    assert shown[4].split() == ["x", "waits"]
    assert shown[5].startswith("2 of 4 done")


def test_a_low_terminal_shows_what_is_under_way_and_what_failed() -> None:
    stacks = [ended("a", Ending.FAILED), *(ended(f"b{n}") for n in range(9)), under_way("c"), under_way("d")]
    stacks += [waiting(f"e{n}") for n in range(9)]
    assert [one.stack for one in choose_rows(stacks, 5)] == ["a", "b8", "c", "d", "e0"]
    assert [one.stack for one in choose_rows(stacks, 2)] == ["c", "d"]
    assert len(draw(stacks, 80, height=10)) == 8


def test_the_live_table_goes_at_its_end_and_what_is_said_stays() -> None:
    file = io.StringIO()
    table = LiveTable(Console(file=file, width=80, height=24, force_terminal=True, color_system=None))
    with table.showing([under_way("hasselt")]):
        table.say("interrupted: [what] is under way")
    assert "interrupted: [what] is under way" in file.getvalue()
    assert file.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("terminal", "kind", "shown"),
    [(True, "xterm-256color", LiveTable), (True, "dumb", PlainLines), (False, "xterm-256color", PlainLines)],
)
def test_only_a_terminal_that_can_draw_gets_the_table(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, kind: str, shown: type[Progress]
) -> None:
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert type(fleet_options.choose_progress()) is shown


def test_without_the_extra_there_are_lines_and_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(fleet_options, "find_spec", lambda name: None)
    assert type(fleet_options.choose_progress()) is PlainLines
    assert "needs the extra `fleet`: `make setup` installs it" in capsys.readouterr().err


def test_for_programs_each_event_is_an_object() -> None:
    lines: list[str] = []
    for_programs = JsonLines(print, lines.append)
    standing = under_way("hasselt")
    with for_programs.showing([standing]):
        for_programs.begin(standing)
        for event in (
            begins("hasselt-ftp-account", "create"),
            done("hasselt-ftp-account", "create"),
            failed("hasselt-sender", "update"),
            message("warning", "somebody loses access"),
            message("info", "29 forms to stop"),
        ):
            for_programs.note(standing, event)
        result = standing.end(Ending.FAILED, "refused")
        for_programs.end(result)
        for_programs.conclude(Operation.UP, [result], 1)
    told = [json.loads(line) for line in lines]
    assert all(one.pop("at").endswith("+00:00") for one in told)
    kind = "pulumi-python:dynamic/chaman:FtpAccount"
    assert told[:4] == [
        {"event": "begins", "stack": "hasselt", "operation": "up"},
        {"event": "resource", "stack": "hasselt", "step": "create", "resource": "hasselt-ftp-account", "type": kind,
         "failed": False},
        {"event": "resource", "stack": "hasselt", "step": "update", "resource": "hasselt-sender", "type": kind,
         "failed": True},
        {"event": "message", "stack": "hasselt", "severity": "warning", "message": "somebody loses access"},
    ]  # fmt: skip
    assert (told[4]["event"], told[4]["ending"], told[4]["error"]) == ("ends", "failed", "refused")
    assert (told[5]["event"], told[5]["operation"], told[5]["exitCode"]) == ("result", "up", 1)
    assert [one["stack"] for one in told[5]["stacks"]] == ["hasselt"]
    assert len(told) == 6
