"""`fusion emulator journal`, `mails`, `mutations`, `folders`, `request`: what happened at the portal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import controls
from emulator.core import journal, store
from emulator.embedded import transport
from tests.operations.conftest import Fusion

PAJOTTEGEM = "1010784738"
GALMAARDEN = "0212212343"


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


@pytest.fixture
def written(database: Path) -> Path:
    """A portal that was called, without a token: a read and a write at Galmaarden."""
    sender = f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender"
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        http.get(sender)
        http.put(sender, json={})
        http.get("/nothing")
    return database


@pytest.mark.parametrize(
    ("selection", "methods"),
    [
        (("--path", "*/sender"), ["GET", "PUT"]),
        (("--path", "/nothing"), ["GET"]),
        (("--status", "404"), ["GET"]),
        (("--status", "4xx", "--writes"), ["PUT"]),
        (("--status", "2xx"), []),
    ],
)
def test_the_journal_by_path_and_answer(
    written: Path, fusion: Fusion, selection: tuple[str, ...], methods: list[str]
) -> None:
    calls = fusion("emulator", "journal", *selection, "--format", "json").json
    assert [call["method"] for call in calls] == methods


def test_whether_anything_was_written_under_a_number_is_an_exit_code(
    written: Path, fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    question = ("emulator", "journal", "--writes", "--expect-none", "--kbo")
    none = fusion(*question, PAJOTTEGEM)
    assert (none.code, none.out, none.err) == (0, "", "none\n")
    # One that was refused is shown, and was none.
    refused = fusion(*question, "0212.212.343", "--format", "json")
    assert (refused.code, [call["outcome"] for call in refused.json]) == (0, [401])
    made = journal.Entry("PUT", f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender", fault="reset, after it")
    with closing(store.connect(written)) as connection:
        journal.write(connection, "2025-02-03T09:00:00+01:00", made, 0, 201)
    some = fusion(*question, "0212.212.343", "--format", "json")
    assert some.code == 1
    assert [call["outcome"] for call in some.json] == [401, 201]
    assert fusion("emulator", "journal").out.splitlines()[0].split()[-2:] == ["outcome", "fault"]
    assert some.err == "1 calls where none was expected\n"


def test_a_status_that_is_none_is_a_sentence(written: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "journal", "--status", "all")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: --status: a status")


def test_a_moment_that_is_none_is_a_sentence(database: Path, fusion: Fusion) -> None:
    ran = fusion("emulator", "journal", "--since", "yesterday")
    assert ran.code == 1
    assert ran.err.startswith("error: ")


def test_r55_a_citizen_asks_for_help_and_the_mail_can_be_looked_at(database: Path, fusion: Fusion) -> None:
    mails = ("emulator", "mails", "--kbo", "0212.212.343", "--format", "json")
    before = len(fusion(*mails).json)
    made = fusion("emulator", "request", "0212.212.343", "--subject", "Leefloon")
    assert made.code == 0
    assert made.out.endswith(": Leefloon\n")
    *_, last = after = fusion(*mails).json
    assert (len(after), last["kind"]) == (before + 1, "newRequest")
    assert made.out.split(":")[0] in last["text"]


def test_r12_a_centre_that_is_not_there_yet_gets_no_request(database: Path, fusion: Fusion) -> None:
    for number in (PAJOTTEGEM, "0999999999"):
        ran = fusion("emulator", "request", number)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error: ")


def test_r48_mutations_and_the_files_with_them(database: Path, fusion: Fusion) -> None:
    controls.advance_clock(database, 7)
    counted = fusion("emulator", "mutations", "--kbo", GALMAARDEN, "--format", "json").json
    assert {one["organization"] for one in counted} == {GALMAARDEN}
    assert sum(one["count"] for one in counted) > 0
    files = fusion("emulator", "folders", "--kbo", "0212.212.343", "--format", "json").json
    assert {one["account"] for one in files} == {"FTP Galmaarden"}
    for command in ("mutations", "folders", "mails"):
        assert fusion("emulator", command).code == 0


@pytest.mark.parametrize(
    "written", ["0212 212 343", "BE0212.212.343", "be 0212-212-343", "0212/212/343", GALMAARDEN]
)
def test_numbers_are_read_as_declarations_read_them(used: Path, fusion: Fusion, written: str) -> None:
    """Another way to write it is no all-clear."""
    ran = fusion("emulator", "journal", "--kbo", written, "--expect-none")
    assert (ran.code, "2 calls where none was expected" in ran.err) == (1, True)
    for command in ("mails", "mutations", "folders"):
        rows = fusion("emulator", command, "--kbo", written, "--format", "json")
        assert (rows.code, rows.json) == (
            0,
            fusion("emulator", command, "--kbo", GALMAARDEN, "--format", "json").json,
        )
    assert len(controls.journal(used, kbo=written)) == 2


@pytest.mark.parametrize("command", ["journal", "mails", "mutations", "folders", "boxes"])
@pytest.mark.parametrize("written", ["021221234", "0212.212.344", "Galmaarden", "", "02122123433"])
def test_what_is_no_number_is_an_error(used: Path, fusion: Fusion, command: str, written: str) -> None:
    ran = fusion("emulator", command, "--kbo", written)
    assert (ran.code, ran.out) == (1, "")
    assert "enterprise number" in ran.err


@pytest.mark.parametrize("command", ["request", "token"])
def test_what_is_no_number_is_no_centre_either(used: Path, fusion: Fusion, command: str) -> None:
    assert "enterprise number" in fusion("emulator", command, "021221234").err


def test_the_portal_reads_them_itself(used: Path) -> None:
    with httpx.Client(transport=transport(used), base_url="http://portal.embedded") as http:
        for path in ("journal", "mails", "mutations", "boxFiles"):
            assert http.get(f"/rehearsal/v1/{path}?kbo=BE 0212 212 343").status_code == 200
            assert http.get(f"/rehearsal/v1/{path}?kbo=021221234").status_code == 400
    with pytest.raises(controls.Problem):
        controls.list_mails(used, "021221234")
