"""Runs as people read them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.ledgers.model import Waits
from operations.ledgers.reading import read_ledger
from operations.ledgers.rendering import render_log, render_status
from tests.operations.ledgers.written import RUN, STACK, THING, asked, begin, line, write

LATER = "20250204T080000Z-1"
KILLED = (
    begin(host="elsewhere"),
    line("planned", things={THING: "Pajottegem, sender", "1010784738/Mutations": "Pajottegem, mutations"}),
    asked("aa11"),
    line("answered", call="aa11", status=504, trace="bb22"),
    asked("cc33"),
    line("left"),
)


@pytest.fixture(autouse=True)
def in_belgium(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Brussels")
    monkeypatch.setenv("COLUMNS", "120")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def log(root: Path, *lines: str) -> str:
    write(root, *lines)
    ledger = read_ledger(root, STACK)
    return render_log([ledger], ledger.runs)


def test_a_killed_run_call_by_call(tmp_path: Path) -> None:
    path = "/REST/chaman/v1/organizations/1010784738/sender"
    assert log(tmp_path, *KILLED).splitlines() == [
        "pajottegem: up of 2025-02-03 09:00, by els@elsewhere: killed",
        f"  run {RUN}, 0 s: 1 unfinished, 1 not attempted, 2 uncertain",
        "  its engine or its provider host ended without noting an end",
        "  unfinished: Pajottegem, sender",
        f"    PUT {path}: answered 504, uncertain; centre 1010784738; at 2025-02-03 09:00:00; trace bb22",
        f"    PUT {path}: no answer (none is noted), uncertain; attempt 2; centre 1010784738; at 2025-02-03 09:00:00; "
        "sent as trace cc33",
        "  not attempted: Pajottegem, mutations",
    ]


def test_what_the_engine_counted_is_told(tmp_path: Path) -> None:
    told = line("result", result="passed", why="", counts={"update": 6, "same": 108})
    assert log(tmp_path, begin(operation="refresh", host="elsewhere"), line("ended"), told).splitlines()[
        1:
    ] == [
        f"  run {RUN}, 0 s: nothing",
        "  the engine counted 6 update, 108 same",
    ]


def test_the_run_after_it_says_what_it_settled_and_the_first_says_so_too(tmp_path: Path) -> None:
    settled = line("settled", LATER, thing=THING, found="absent", calls=["aa11", "cc33"])
    text = log(tmp_path, *KILLED, begin(LATER), settled, line("stopped", LATER, why="no portal"))
    assert text.count(", uncertain then: the portal does not have it;") == 2
    assert (
        f"settled: {THING}: PUT /REST/chaman/v1/organizations/1010784738/sender of run {RUN}: the portal does"
        in text
    )
    assert "  no portal\n" in text


def test_the_last_runs_with_what_is_uncertain_and_what_waits(tmp_path: Path) -> None:
    write(tmp_path, *KILLED)
    ledger = read_ledger(tmp_path, STACK)
    waits = Waits({"Gooik, Uniek verslag": "waits for the Uniek verslag; until: 2025-02-28"})
    text = render_status([(ledger, ledger.runs, waits)])
    assert (
        "pajottegem  2025-02-03 09:00  up   els@elsewhere  killed  1 unfinished, 1 not attempted, 2 uncertain"
        in text
    )
    assert text.count("pajottegem: uncertain: PUT") == 2
    assert (
        "1 thing waits, by its state, since an `up` that is not in the ledger:\n  Gooik, Uniek verslag: waits"
        in text
    )


def test_on_a_narrow_terminal_each_value_has_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    write(tmp_path, *KILLED)
    ledger = read_ledger(tmp_path, STACK)
    assert "fusion: pajottegem\nbegan: 2025-02-03 09:00\nrun: up\n" in render_status(
        [(ledger, ledger.runs, Waits())]
    )


def test_a_call_that_never_went_out_was_not_sent(tmp_path: Path) -> None:
    text = log(
        tmp_path,
        begin(),
        asked("aa11"),
        line("unanswered", call="aa11", sent=False, why="ConnectError: refused"),
    )
    assert "/sender: not sent (ConnectError: refused); centre" in text
    assert "no answer" not in text


def test_a_run_that_never_began_to_work_points_to_what_the_engine_said(tmp_path: Path) -> None:
    assert log(tmp_path, begin()).splitlines()[::2] == [
        f"pajottegem: up of 2025-02-03 09:00, by els@{socket.gethostname()}: not begun",
        "  it ended before it began to work: the engine said why",
    ]


def test_lines_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert log(tmp_path, begin(), "{").startswith(
        "pajottegem: 1 line of the ledger cannot be read, and did not count"
    )


def test_a_state_that_cannot_be_read_is_not_nothing_that_waits(tmp_path: Path) -> None:
    text = render_status(
        [(read_ledger(tmp_path, STACK), [], Waits(why="the state is in no folder of this machine"))]
    )
    assert text.splitlines() == [
        "pajottegem: no run is known here",
        "pajottegem: what waits is not known here: the state is in no folder of this machine; `pulumi stack output waiting "
        "-s pajottegem` asks the engine",
    ]
