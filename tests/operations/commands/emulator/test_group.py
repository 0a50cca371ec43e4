"""`fusion emulator`: the rehearsal's clock, journal, faults, supplier and reset from the command line."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import controls
from emulator.embedded import transport
from tests.operations.conftest import Fusion

PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"


# -- clock ------------------------------------------------------------------------------------------------------------


def test_the_clock_says_what_time_it_is_at_the_portal(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock").out == "2024-12-02T09:00:00+01:00\n"


def test_set_forward_it_tells_what_happened_on_the_way(database: Path, fusion: Fusion) -> None:
    """R12, R15; on stderr, so that a script reads the moment alone."""
    ran = fusion("emulator", "clock", "--set", "2025-01-01")
    assert (ran.code, ran.out) == (0, "2025-01-01T09:00:00+01:00\n")
    assert "2025-01-01: OCMW Pajottegem (1010784738) is active, NIS 23106" in ran.err.splitlines()
    assert "the RSZ copied access to 1010784738" in ran.err


def test_it_advances_by_days(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock", "--advance", "10").out == "2024-12-12T09:00:00+01:00\n"
    assert controls.get_clock(database).startswith("2024-12-12")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "2024-11-01"), "cannot go back"),
        (("--set", "tomorrow"), "not a date"),
        (("--advance", "-1"), "cannot go back"),
        (("--advance", "99999999"), "beyond the calendar"),
    ],
)
def test_a_clock_that_cannot_be_set_says_why(
    database: Path, fusion: Fusion, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = fusion("emulator", "clock", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert sentence in ran.err
    assert controls.get_clock(database).startswith("2024-12-02")


# -- journal ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def used(database: Path) -> Path:
    """A portal that was called, without a token: a read and a write at Galmaarden, a read at Pajottegem."""
    sender = "/REST/chaman/v1/organizations/{}/sender"
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        http.get(sender.format(GALMAARDEN))
        controls.advance_clock(database, 1)
        http.put(sender.format(GALMAARDEN), json={})
        http.get(sender.format(PAJOTTEGEM))
    return database


def test_the_journal_is_a_json_array_with_the_calls_of_every_client(used: Path, fusion: Fusion) -> None:
    """Its fields are what scripts rely on."""
    ran = fusion("emulator", "journal", "--format", "json")
    assert ran.code == 0
    assert [call["method"] for call in ran.json] == ["GET", "PUT", "GET"]
    for call in ran.json:
        assert {"at", "method", "path", "actingFor", "client", "status"} <= call.keys()
    assert ran.json[0]["at"] == "2024-12-02T09:00:00+01:00"
    assert ran.json[0]["path"] == f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender"
    assert (ran.json[0]["status"], ran.json[0]["client"]) == (401, None)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (("--writes",), ["PUT"]),
        (("--kbo", GALMAARDEN), ["GET", "PUT"]),
        (("--kbo", "0212.212.343", "--writes"), ["PUT"]),
        (("--since", "2024-12-03"), ["PUT", "GET"]),
        (("--since", "2025-01-01"), []),
    ],
)
def test_fewer_calls_can_be_asked_for(
    used: Path, fusion: Fusion, selection: tuple[str, ...], expected: list[str]
) -> None:
    calls: list[dict[str, Any]] = fusion("emulator", "journal", *selection, "--format", "json").json
    assert [call["method"] for call in calls] == expected


def test_for_people_it_is_a_table(used: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    head, _, *rows = fusion("emulator", "journal").out.splitlines()
    assert head.split() == ["at", "method", "path", "actingFor", "client", "status"]
    assert [row.split()[1] for row in rows] == ["GET", "PUT", "GET"]
    assert "None" not in "".join(rows)


def test_on_a_narrow_terminal_each_call_is_a_list(
    used: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert fusion("emulator", "journal").out.startswith("at: 2024-12-02T09:00:00+01:00\nmethod: GET\n")


def test_no_calls_is_said_where_it_disturbs_nobody(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "journal")
    assert (ran.code, ran.out, ran.err) == (0, "", "none\n")
    assert fusion("emulator", "journal", "--format", "json").json == []


# -- faults -----------------------------------------------------------------------------------------------------------


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


# -- the supplier -----------------------------------------------------------------------------------------------------


def test_an_answer_to_a_request_that_is_not_there_is_an_error(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online", "--accept")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "error: No delegation request found\n"


def test_a_request_that_was_answered_before_is_an_error(database: Path, fusion: Fusion) -> None:
    """R36; numbers are read with their dots."""
    ran = fusion("emulator", "delegation", "0212.212.343", "OCMW Online", "--refuse", "--reason", "too late")
    assert ran.code == 1
    assert "answered this request" in ran.err


# -- reset ------------------------------------------------------------------------------------------------------------


def test_reset_starts_anew_at_a_moment(database: Path, fusion: Fusion) -> None:
    controls.set_clock(database, "2025-02-03")
    ran = fusion("emulator", "reset", "--at", "2024-11-15", "--yes")
    assert (ran.code, ran.out) == (0, "2024-11-15T09:00:00+01:00\n")


def test_reset_without_a_moment_is_the_default_one(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "reset", "--yes").out == "2025-02-03T09:00:00+01:00\n"


def test_reset_brings_as_many_made_up_centres_as_one_asks_for(database: Path, fusion: Fusion) -> None:
    wanted = ("--centres", "4", "--forms", "40", "--seed", "3")
    assert fusion("emulator", "reset", *wanted, "--yes").code == 0
    with closing(sqlite3.connect(database)) as connection:
        (forms,) = connection.execute(
            "SELECT count(*) FROM forms WHERE organization LIKE '1999%' AND kind = 'form' AND status = 'running'"
        ).fetchone()
    assert forms == 40


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


# -- which portal -----------------------------------------------------------------------------------------------------


def test_a_portal_that_is_not_there_yet_is_made(root: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "clock").out == "2025-02-03T09:00:00+01:00\n"
    assert (root / ".state" / "portal.db").exists()


def test_another_file_can_be_named(database: Path, root: Path, fusion: Fusion) -> None:
    other = root / "other.db"
    shutil.copyfile(database, other)
    fusion("emulator", "--database", str(other), "clock", "--advance", "5")
    assert controls.get_clock(other).startswith("2024-12-07")
    assert controls.get_clock(database).startswith("2024-12-02")


def test_an_answer_has_to_be_given(database: Path, fusion: Fusion) -> None:
    """Saying neither is no refusal."""
    ran = fusion("emulator", "delegation", PAJOTTEGEM, "OCMW Online")
    assert ran.code == 1
    assert "--accept" in ran.err


def test_a_moment_that_is_none_is_a_sentence(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "journal", "--since", "yesterday")
    assert ran.code == 1
    assert ran.err.startswith("error: ")


def test_a_file_that_is_no_portal_is_a_sentence(tmp_path: Path, fusion: Fusion) -> None:
    other = tmp_path / "notes.db"
    other.write_text("no database, but long enough to be taken for one " * 50)
    ran = fusion("emulator", "--database", str(other), "clock")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert "fusion emulator reset" in ran.err


def test_a_port_in_use_is_a_sentence(database: Path, fusion: Fusion) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = fusion("emulator", "--port", port)
        sftp = fusion("emulator", "--port", "0", "--sftp-port", port)
    assert (ran.code, sftp.code) == (1, 1)
    assert f"127.0.0.1:{port} cannot be used" in ran.err
    assert "choose another with --port" in ran.err
    assert f"127.0.0.1:{port} cannot be used" in sftp.err
    assert "choose another with --sftp-port" in sftp.err
