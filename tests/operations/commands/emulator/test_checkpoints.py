"""`fusion emulator checkpoint`: to keep the portal, to put it back, to see what a run did."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from emulator import controls
from emulator.embedded import transport
from tests.operations.conftest import Fusion

GALMAARDEN = "0212212343"


def test_a_checkpoint_is_kept_listed_put_back_and_deleted(database: Path, fusion: Fusion) -> None:
    assert fusion("emulator", "checkpoint").err == "none\n"
    kept = fusion("emulator", "checkpoint", "save", "december")
    assert (kept.code, kept.out) == (0, "december: 2024-12-02T09:00:00+01:00\n")
    fusion("emulator", "clock", "--set", "2025-01-01")
    again = fusion("emulator", "checkpoint", "save", "december")
    assert again.out == "december: 2025-01-01T09:00:00+01:00, in the place of an earlier one\n"
    fusion("emulator", "clock", "--advance", "3")
    assert fusion("emulator", "checkpoint", "restore", "december").out == "2025-01-01T09:00:00+01:00\n"
    (listed,) = fusion("emulator", "checkpoint", "--format", "json").json
    assert (listed["name"], listed["at"]) == ("december", "2025-01-01T09:00:00+01:00")
    assert fusion("emulator", "checkpoint", "delete", "december").code == 0
    assert fusion("emulator", "checkpoint", "--format", "json").json == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("restore", "nothing"), "No checkpoint found"),
        (("delete", "nothing"), "No checkpoint found"),
        (("diff", "nothing"), "No checkpoint found"),
        (("save", "../portal"), "letters, digits, dots, dashes and underscores"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    database: Path, fusion: Fusion, arguments: tuple[str, str], sentence: str
) -> None:
    ran = fusion("emulator", "checkpoint", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert sentence in ran.err


def test_the_differences_read_like_a_list_of_what_was_done(database: Path, fusion: Fusion) -> None:
    controls.make_checkpoint(database, "before")
    controls.set_clock(database, "2025-01-01")
    controls.add_aid_request(database, "0212.216.402")
    lines = fusion("emulator", "checkpoint", "diff", "before").out.splitlines()
    assert lines[:2] == [
        "Portal",
        "  ~ clock: now: 2024-12-02T09:00:00+01:00 => 2025-01-01T09:00:00+01:00",
    ]
    hasselt = lines.index("OCMW Hasselt (0212216402)")
    assert "  ~ organization" in lines[hasselt:]
    assert "      nisCode: 71022 => 71072" in lines[hasselt:]
    assert any(line.startswith("  + users/maatschappelijkWelzijn ") for line in lines[hasselt:])
    assert max(len(line) for line in lines) <= 100
    assert "None" not in "\n".join(lines)


def test_lists_are_told_by_what_came_and_went(database: Path, fusion: Fusion) -> None:
    from operations.commands.emulator.checkpoints import lines

    controls.make_checkpoint(database, "before")
    controls.set_clock(database, "2025-01-01")
    found = controls.compare(database, "before")
    (chiefs,) = [
        one for one in found if (one.organization, one.what) == ("0212216402", "chiefAccessManagers")
    ]
    (field,) = chiefs.fields
    come = ", ".join(f"+{person}" for person in field.new if person not in field.old)
    assert f"  ~ chiefAccessManagers: chiefAccessManagers: {come}" in list(lines(found))


def test_two_checkpoints_are_compared(database: Path, fusion: Fusion) -> None:
    fusion("emulator", "checkpoint", "save", "one")
    fusion("emulator", "clock", "--advance", "1")
    fusion("emulator", "checkpoint", "save", "other")
    fusion("emulator", "clock", "--advance", "1")
    found = fusion("emulator", "checkpoint", "diff", "one", "other", "--format", "json").json
    assert found[0] == {
        "what": "clock",
        "change": "changed",
        "fields": [{"name": "now", "old": "2024-12-02T09:00:00+01:00", "new": "2024-12-03T09:00:00+01:00"}],
    }
    same = fusion("emulator", "checkpoint", "diff", "one", "one")
    assert (same.code, same.out, same.err) == (0, "", "none\n")


def test_details_are_asked_for(database: Path, fusion: Fusion) -> None:
    controls.make_checkpoint(database, "before")
    made = controls.add_aid_request(database, GALMAARDEN, "Leefloon")
    counted, detailed = (
        fusion("emulator", "checkpoint", "diff", "before", *more).out for more in ((), ("--details",))
    )
    assert f"  + aidRequests {made['id']}" in detailed.splitlines()
    assert made["id"] not in counted
    assert "  ~ aidRequests unread: " in counted


def test_the_journal_says_that_the_portal_was_put_back(database: Path, fusion: Fusion) -> None:
    fusion("emulator", "checkpoint", "save", "before")
    with httpx.Client(transport=transport(database), base_url="http://portal.embedded") as http:
        http.get("/REST/chaman/v1/health")
    fusion("emulator", "checkpoint", "restore", "before")
    calls = fusion("emulator", "journal", "--format", "json").json
    assert [call["method"] for call in calls] == ["GET", "RESTORE"]
