"""Mutations: exactly the ticked ones at the merged centre, and still some at those that disappear."""

from __future__ import annotations

import stat

import asyncssh
import pytest

from emulator import controls
from operations.checks import folders
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING
from tests.operations.checks.conftest import (
    CHAMAN,
    CONFIGURATION,
    GALMAARDEN,
    GOOIK,
    HERNE,
    PAJOTTEGEM,
    Setting,
)
from tests.support import portal_tables

ARRIVE = "mutations arrive"
SELECTION = f"{CONFIGURATION}/{PAJOTTEGEM}/mutations"


def put(setting: Setting, kbo: str, account: str, content: bytes, name: str = "mutaties-extra.jsonl") -> None:
    portal_tables.put_file(setting.database, kbo, account, name, content, "2025-02-12T08:00:00+01:00")


def empty(setting: Setting, kbo: str, after: str = "") -> None:
    portal_tables.delete_files(setting.database, kbo, after)


def test_a_week_on_each_ticked_type_has_come_and_no_other(applied: Setting) -> None:
    assert applied.found(ARRIVE) == (
        OK,
        "all 9 ticked types since 2025-02-04, the last on 2025-02-12",
    )
    assert applied.found("mutations ticked") == (OK, "9 types, as declared")


def test_a_type_that_was_not_seen_yet_is_waited_for(fresh: Setting) -> None:
    fresh.apply()
    assert fresh.found(ARRIVE) == (WAITING, "nothing in the folder since 2025-02-03, 0 days ago")
    controls.set_clock(fresh.database, "2025-02-05")
    result, detail = fresh.found(ARRIVE)
    assert result == WAITING
    assert detail.startswith("in 1 day none yet of: ")


def test_a_type_unticked_behind_the_back(applied: Setting) -> None:
    receive = applied.portal(PAJOTTEGEM).get(SELECTION).body["receive"]
    applied.change(PAJOTTEGEM, SELECTION, receive=[code for code in receive if code != "death"])
    result, detail = applied.found("mutations ticked")
    assert result == FAILED
    assert "not ticked in the portal: death; what is sent meanwhile is lost: `pulumi up` ticks" in detail


def test_a_type_ticked_behind_the_back(applied: Setting) -> None:
    receive = applied.portal(PAJOTTEGEM).get(SELECTION).body["receive"]
    applied.change(PAJOTTEGEM, SELECTION, receive=[*receive, "personnelFile"])
    result, detail = applied.found("mutations ticked")
    assert result == FAILED
    assert "ticked in the portal, not declared: personnelFile" in detail


def test_a_ticked_type_that_the_reference_list_lacks_is_no_failure_that_no_preview_mends(
    applied: Setting,
) -> None:
    """R50: one that the portal added since stays ticked at every `up`, so the check says that, and what to do."""
    receive = applied.portal(PAJOTTEGEM).get(SELECTION).body["receive"]
    portal_tables.change_resources(
        applied.database, "mutations", PAJOTTEGEM, receive=[*receive, "85073003328"]
    )
    lines = [line for line in applied.check() if line.check == "mutations ticked"]
    assert [line.result for line in lines] == [OK, TODO]
    assert lines[0].detail == "9 types, as declared"
    assert "and left so: 1 type that the reference list does not have" in lines[1].detail
    assert "add it to `mutationTypes` in schemas/reference.yaml" in lines[1].detail
    assert "85073003328" not in repr(applied.check())


def test_a_selection_that_was_never_saved(applied: Setting) -> None:
    applied.remove(PAJOTTEGEM, SELECTION)
    for check in ("mutations ticked", ARRIVE):
        result, detail = applied.found(check)
        assert result == FAILED
        assert "nothing arrives" in detail


def test_what_is_not_ticked_must_not_arrive(applied: Setting) -> None:
    put(applied, PAJOTTEGEM, "FTP Pajottegem", b'{"type": "personnelFile"}\n{"type": "85073003328"}\n')
    lines = [line for line in applied.check() if line.check == ARRIVE and line.kbo == PAJOTTEGEM]
    assert lines[0].result == FAILED
    assert (
        "arrived although not ticked: a type that the reference list does not have, personnelFile"
        in lines[0].detail
    )
    assert "85073003328" not in repr(lines)


@pytest.mark.parametrize("content", [b"85073003328", b"[]", b'{"type": 1}', b"{", b'"x"', b"\xff"])
def test_a_file_that_is_not_understood_is_unknown_and_repeats_nothing(
    applied: Setting, content: bytes
) -> None:
    put(applied, PAJOTTEGEM, "FTP Pajottegem", content)
    result, detail = applied.found(ARRIVE)
    assert result == UNKNOWN
    assert "85073003328" not in detail


def test_nothing_for_a_week_where_it_used_to_come_has_failed(applied: Setting) -> None:
    for kbo in (PAJOTTEGEM, HERNE):
        empty(applied, kbo, after="2025-02-04T12:00:00+01:00")
        result, detail = applied.found(ARRIVE, kbo)
        assert result == FAILED
        assert detail.startswith("none since 2025-02-04")


def test_an_empty_folder_is_a_question_and_never_good(applied: Setting) -> None:
    for kbo in (PAJOTTEGEM, HERNE):
        empty(applied, kbo)
        result, detail = applied.found(ARRIVE, kbo)
        assert result == TODO
        assert "ask the supplier" in detail


def test_a_type_that_did_not_come_for_a_month_is_a_question(applied: Setting) -> None:
    controls.set_clock(applied.database, "2025-03-15")
    portal_tables.replace_in_files(applied.database, PAJOTTEGEM, "death", "address")
    result, detail = applied.found(ARRIVE)
    assert result == TODO
    assert "in 39 days none yet of: death: ask" in detail


def renamed(setting: Setting, kbo: str, old: str, new: str, since: str = "") -> None:
    """What came from a moment on is of another type."""
    portal_tables.replace_in_files(setting.database, kbo, f'"{old}"', f'"{new}"', since)


def test_a_type_that_came_and_comes_no_more_is_a_question(applied: Setting) -> None:
    controls.set_clock(applied.database, "2025-04-01")
    assert applied.found(ARRIVE)[0] == OK
    renamed(applied, PAJOTTEGEM, "death", "address", "2025-02-20")
    result, detail = applied.found(ARRIVE)
    assert result == TODO
    assert detail == "none in the last 28 days of: death: ask whether any was sent (R67)"


def test_more_than_fits_into_memory_is_unknown(applied: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_BYTES", 400)
    result, detail = applied.found(ARRIVE)
    assert result == UNKNOWN
    assert "not looked at" in detail


def test_a_file_that_the_software_takes_away_meanwhile_was_fetched(
    applied: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no reason not to look at the others."""

    async def and_then_it_is_fetched(client: asyncssh.SFTPClient) -> list[folders.File]:
        files = await list_files(client)
        if not fetched:
            empty(applied, PAJOTTEGEM, after="2025-02-12")
            empty(applied, HERNE)
            fetched.append(True)
        return files

    fetched: list[bool] = []
    list_files = folders._list_files
    monkeypatch.setattr(folders, "_list_files", and_then_it_is_fetched)
    lines = {(line.kbo, line.check): line for line in applied.check()}
    assert lines[PAJOTTEGEM, "SFTP folder"].detail.endswith("; 8 files, the last of 2025-02-11")
    assert lines[PAJOTTEGEM, ARRIVE].result == OK
    assert (lines[HERNE, ARRIVE].result, lines[GOOIK, ARRIVE].result) == (TODO, OK)
    assert "ask the supplier whether the software fetches" in lines[HERNE, ARRIVE].detail


# -- disappearing centres ---------------------------------------------------------------------------------------------


def _say(applied: Setting, entry: str) -> None:
    """Something more under `retain`."""
    text = applied.declaration.read_text()
    line = next(line for line in text.splitlines() if line.strip().startswith("reviewOn:"))
    applied.declaration.write_text(text.replace(line, f"{line}\n  {entry}"))


def test_an_account_that_was_closed_with_consent_is_missed_by_nobody(applied: Setting) -> None:
    """R05: once it stands in the declaration, and not before."""
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    result, detail = applied.found(ARRIVE, HERNE)
    assert (result, "accept it under `retain.accept`" in detail) == (FAILED, True)
    _say(applied, "accept: [{centre: Herne, item: ftpAccounts, on: 2025-02-20, reason: closed}]")
    assert applied.found(ARRIVE, HERNE)[0] == FAILED
    controls.set_clock(applied.database, "2025-02-20")
    assert applied.found(ARRIVE, HERNE) == (OK, "none can any more, as accepted on 2025-02-20")


@pytest.mark.parametrize("item", ["ftpAccounts", "mutations"])
def test_r61_where_it_was_released_nothing_has_to_arrive(applied: Setting, item: str) -> None:
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    _say(applied, f"release: [{{centre: Herne, item: {item}, on: 2026-01-02, reason: no file since March}}]")
    assert applied.found(ARRIVE, HERNE)[0] == FAILED
    controls.set_clock(applied.database, "2026-01-02")
    assert applied.found(ARRIVE, HERNE) == (OK, f"none has to any more: {item} released on 2026-01-02")


def test_at_a_disappearing_centre_they_still_arrive(applied: Setting) -> None:
    assert applied.found(ARRIVE, HERNE) == (
        OK,
        "FTP Herne: the last on 2025-02-12; 9 types in the last 28 days",
    )


def test_r48_what_is_not_ticked_there_must_not_arrive_there_either(applied: Setting) -> None:
    renamed(applied, HERNE, "death", "address", "2025-02-10")
    result, detail = applied.found(ARRIVE, HERNE)
    assert result == FAILED
    assert detail == "arrived although not ticked: address"


def test_r48_a_ticked_type_that_comes_there_no_more_is_a_question(applied: Setting) -> None:
    renamed(applied, HERNE, "death", "name")
    result, detail = applied.found(ARRIVE, HERNE)
    assert result == TODO
    assert "none in the last 28 days of: death" in detail


def test_without_a_password_it_is_unknown_and_says_where_one_goes(applied: Setting) -> None:
    applied.set_password("pajottegem/herne/ftp", None)
    result, detail = applied.found(ARRIVE, HERNE)
    assert result == UNKNOWN
    assert "Add it as `passwords: {pajottegem/herne/ftp: …}`" in detail
    assert applied.found(ARRIVE, GALMAARDEN)[0] == OK


def test_with_a_wrong_password_it_has_failed(applied: Setting) -> None:
    applied.set_password("pajottegem/gooik/ftp", "Niet+Juist=1")
    result, detail = applied.found(ARRIVE, GOOIK)
    assert result == FAILED
    assert "put pajottegem/gooik/ftp in the secrets right" in detail


def test_without_an_account_for_them_none_can_arrive(applied: Setting) -> None:
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    result, detail = applied.found(ARRIVE, HERNE)
    assert result == FAILED
    assert "no FTP account is authorized for mutations" in detail


def test_a_keeping_centre_is_looked_at_by_its_own_account(fresh: Setting) -> None:
    """Scenario 2: no account is declared, and mutations go on."""
    fresh.stack = "hasselt"
    result, detail = fresh.found(ARRIVE, "0212216402")
    assert result == OK
    assert detail.startswith("FTP Hasselt: the last on 2025-02-03")
    assert not [
        line for line in fresh.check() if line.check in ("FTP account", "SFTP folder", "REST account")
    ]


# -- copies -----------------------------------------------------------------------------------------------------------


def test_copies_are_for_their_owner_only_and_stay_where_they_belong(applied: Setting) -> None:
    put(applied, HERNE, "FTP Herne", b'{"type": "death"}\n', name="..mutaties x.jsonl")
    applied.keep = applied.root / "copies"
    applied.check()
    kept = [path for path in applied.keep.rglob("*") if path.is_file()]
    assert {str(path.parent.relative_to(applied.keep)) for path in kept} == {
        f"pajottegem/{centre}" for centre in ("pajottegem", "galmaarden", "gooik", "herne")
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    herne = {path.name for path in (applied.keep / "pajottegem" / "herne").iterdir()}
    assert {"mutaties-2025-02-12.jsonl", "novaprima-maandstaat-2025-02-10.jsonl", "mutaties_x.jsonl"} <= herne


def test_without_asking_nothing_is_kept(applied: Setting) -> None:
    before = {path for path in applied.root.rglob("*") if "portal.db" not in path.name}
    applied.check()
    assert {path for path in applied.root.rglob("*") if "portal.db" not in path.name} == before


def test_copies_that_cannot_be_kept(applied: Setting) -> None:
    applied.keep = applied.root / "copies"
    applied.keep.write_text("a file, no folder")
    result, detail = applied.found("SFTP folder")
    assert result == UNKNOWN
    assert "copies cannot be kept in " in detail
