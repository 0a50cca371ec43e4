"""`fusion emulator faults`, `limit`: what makes a rehearsal hard."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import controls
from tests.operations.conftest import Fusion


def test_faults_are_added_listed_and_cleared(database: Path, fusion: Fusion) -> None:
    fusion(
        "emulator",
        "faults",
        "--status",
        "503",
        "--share",
        "0.33",
        "--path",
        "/REST/chaman/*",
        "--retry-after",
        "1",
    )
    fusion("emulator", "faults", "--kind", "reset", "--method", "PUT", "--after-write", "--max-count", "2")
    first, second = controls.list_faults(database)
    assert (first["rule"].status, first["rule"].share, first["rule"].path_pattern) == (
        503,
        0.33,
        "/REST/chaman/*",
    )
    assert first["rule"].retry_after_seconds == 1
    assert (second["rule"].kind, second["rule"].method) == ("reset", "PUT")
    assert (second["rule"].after_write, second["rule"].max_count) == (True, 2)
    listed = fusion("emulator", "faults", "--format", "json").json
    assert [(rule["met"], rule["made"]) for rule in listed] == [(0, 0), (0, 0)]
    assert fusion("emulator", "faults", "--clear").err == "none\n"
    assert controls.list_faults(database) == []


def test_listing_adds_none(database: Path, fusion: Fusion) -> None:
    fusion("emulator", "faults")
    assert controls.list_faults(database) == []


@pytest.mark.parametrize(
    "arguments", [("--status", "418"), ("--share", "2"), ("--kind", "fire"), ("--retry-after", "soon")]
)
def test_a_fault_that_there_is_not_is_refused(
    database: Path, fusion: Fusion, arguments: tuple[str, str]
) -> None:
    ran = fusion("emulator", "faults", *arguments)
    assert ran.code == 1
    assert arguments[0] in ran.err
    assert controls.list_faults(database) == []


def test_faults_are_a_table_to_read(database: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    fusion(
        "emulator",
        "faults",
        "--status",
        "503",
        "--share",
        "0.33",
        "--path",
        "/REST/chaman/*",
        "--retry-after",
        "1",
    )
    fusion("emulator", "faults", "--kind", "reset", "--method", "PUT", "--after-write", "--max-count", "2")
    out = fusion("emulator", "faults", "--kind", "latency", "--delay-ms", "50").out
    head, _, *rows = out.splitlines()
    assert head.split() == ["id", "calls", "share", "fault", "met", "failed"]
    assert [" ".join(row.split()) for row in rows] == [
        "1 all /REST/chaman/* 33% status 503, Retry-After 1 0 0",
        "2 PUT 100% reset, after the call was carried out, at most 2 0 0",
        "3 all 100% latency, after 50 ms 0 0",
    ]
    first = fusion("emulator", "faults", "--format", "json").json[0]
    assert (first["pathPattern"], first["retryAfterSeconds"], first["status"]) == ("/REST/chaman/*", 1, 503)


def test_the_rate_limit_is_shown_set_and_taken_back(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "limit").out == "5000 calls a second, 10000 at once\n"
    assert fusion("emulator", "limit", "--per-second", "5").out == "5 calls a second, 5 at once\n"
    set_ = fusion("emulator", "limit", "--per-second", "0.5", "--burst", "3")
    assert set_.out == "0.5 calls a second, 3 at once\n"
    assert controls.get_rate_limit(database) == controls.Limit(0.5, 3)
    assert fusion("emulator", "limit", "--default").out == "5000 calls a second, 10000 at once\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--per-second", "0"),
        ("--burst", "3"),
        ("--per-second", "1", "--burst", "0"),
        ("--default", "--per-second", "1"),
    ],
)
def test_a_limit_that_is_none_is_refused(database: Path, fusion: Fusion, arguments: tuple[str, ...]) -> None:
    assert fusion("emulator", "limit", *arguments).code == 1
    assert controls.get_rate_limit(database).per_second == 5000


def test_a_method_is_a_method_in_any_case(fusion: Fusion, database: Path) -> None:
    """One that no call has would never fail, and look like resilience."""
    assert fusion("emulator", "faults", "--status", "503", "--method", "get").code == 0
    assert [fault["rule"].method for fault in controls.list_faults(database)] == ["GET"]
    assert fusion("emulator", "faults", "--status", "503", "--method", "PATCH").code == 1
