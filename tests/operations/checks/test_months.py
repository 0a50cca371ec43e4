"""What comes in the months after: E-Boxes, Uniek verslag, OCMW Online, what is retained, what is left to move."""

from __future__ import annotations

import json

from emulator import controls
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING
from providers.retained import KINDS
from schemas.systems import System
from tests.operations.checks.conftest import CHAMAN, GOOIK, HERNE, PAJOTTEGEM, Setting
from tests.support import portal_tables

REPORTS = "/REST/uniqueReport/v1/organizations"
REPORT = f"{REPORTS}/{HERNE}/reports/2024"
E_BOX = f"/REST/eBox/v1/organizations/{HERNE}"

# -- E-Box ------------------------------------------------------------------------------------------------------------


def test_unread_documents_are_to_be_read_by_people(applied: Setting) -> None:
    """R61."""
    assert applied.found("E-Box", HERNE) == (TODO, "23 unread, the oldest of 2024-07-09: have them read")
    assert applied.found("E-Box") == (OK, "open; 0 unread of 0 documents")


def test_once_they_are_read_it_is_good(applied: Setting) -> None:
    portal = applied.portal(HERNE)
    for document in portal.get_items(f"{E_BOX}/documents?unread=true"):
        portal._connection.send(HERNE, "PUT", f"{E_BOX}/documents/{document['id']}/read", {"read": True})
    result, detail = applied.found("E-Box", HERNE)
    assert result == OK
    assert detail.startswith("open; all of ")


def test_a_closed_one_has_failed(applied: Setting) -> None:
    portal_tables.change_resources(applied.database, "box", HERNE, status="closed")
    lines = [line for line in applied.check() if line.check == "E-Box" and line.kbo == HERNE]
    assert [line.result for line in lines] == [FAILED, TODO]


def test_r61_of_one_that_is_released_nothing_is_asked(applied: Setting) -> None:
    portal_tables.change_resources(applied.database, "box", HERNE, status="closed")
    text, entry = applied.declaration.read_text(), "{centre: Herne, item: eBox, on: 2025-02-13, reason: read}"
    applied.declaration.write_text(
        text.replace("reviewOn: 2026-01-01\n", f"reviewOn: 2025-02-13\n  release: [{entry}]\n")
    )
    assert {one.result for one in applied.check() if (one.check, one.kbo) == ("E-Box", HERNE)} == {
        FAILED,
        TODO,
    }
    controls.set_clock(applied.database, "2025-02-13")
    assert applied.found("E-Box", HERNE) == (
        OK,
        "nobody has to read it any more: eBox released on 2025-02-13",
    )


# -- Uniek verslag ----------------------------------------------------------------------------------------------------


def test_in_january_it_waits_in_february_it_is_due_in_march_it_is_late(fresh: Setting) -> None:
    """R62."""
    controls.reset(fresh.database, "2025-01-20")
    assert fresh.found("Uniek verslag 2024", HERNE) == (WAITING, "opens on 2025-02-01")
    controls.set_clock(fresh.database, "2025-02-05")
    assert fresh.found("Uniek verslag 2024", HERNE) == (TODO, "to be filled in and submitted by 2025-02-28")
    controls.set_clock(fresh.database, "2025-03-01")
    assert fresh.found("Uniek verslag 2024", HERNE) == (
        FAILED,
        "not submitted, due by 2025-02-28: submit it now",
    )


def test_saved_is_not_yet_submitted(applied: Setting) -> None:
    portal = applied.portal(HERNE)
    (code, *_) = [item["code"] for item in portal.get_items("/REST/uniqueReport/v1/refData/subsidies")]
    report = {"subsidies": [{"code": code, "amount": 100}], "submitted": False}
    etag = portal.create(REPORT, report).etag
    assert applied.found("Uniek verslag 2024", HERNE) == (TODO, "saved, to be submitted by 2025-02-28")
    portal.replace(REPORT, report | {"submitted": True}, etag)
    assert applied.found("Uniek verslag 2024", HERNE) == (OK, "submitted on 2025-02-12")


def test_each_year_stands_under_the_number_that_it_was_lived_with(fresh: Setting) -> None:
    """R62, R63: a keeping centre reports on 2024 and on 2025, a new one from 2025 on."""
    years = {(line.kbo, line.check) for line in fresh.check() if line.system is System.UNIQUE_REPORT}
    assert years == {
        (PAJOTTEGEM, "Uniek verslag 2025"),
        *((kbo, "Uniek verslag 2024") for kbo in ("0212212343", GOOIK, HERNE)),
    }
    fresh.stack = "hasselt"
    years = {(line.kbo, line.check) for line in fresh.check() if line.system is System.UNIQUE_REPORT}
    assert years == {
        ("0212216402", "Uniek verslag 2024"),
        ("0212216402", "Uniek verslag 2025"),
        ("0212189577", "Uniek verslag 2024"),
    }


def test_a_year_under_another_number_has_failed(applied: Setting) -> None:
    # As if the year 2025 were Herne's own too, and 2024 not Gooik's.
    portal_tables.set_day_of_merger(applied.database, HERNE, "2026-01-01")
    portal_tables.set_day_of_merger(applied.database, GOOIK, "2024-12-01")
    lines = {(line.kbo, line.check): line for line in applied.check() if line.result == FAILED}
    assert "belongs under another" in lines[HERNE, "Uniek verslag 2025"].detail
    assert "is not there" in lines[GOOIK, "Uniek verslag 2024"].detail


# -- OCMW Online ------------------------------------------------------------------------------------------------------


def test_requests_of_before_are_with_the_merged_centre(applied: Setting) -> None:
    """R64."""
    result, detail = applied.found("requests")
    assert result == OK
    assert detail.endswith("; linked from Galmaarden 4, Gooik 4, Herne 4")
    assert applied.found("old requests", HERNE) == (OK, "none is left under this number")


def test_no_request_at_all_after_the_merger_is_a_question(applied: Setting) -> None:
    """R64: what was there before would be linked."""
    portal_tables.delete_aid_requests(applied.database, PAJOTTEGEM)
    result, detail = applied.found("requests")
    assert result == TODO
    assert "none was linked" in detail


def test_requests_that_were_not_linked_have_failed(applied: Setting) -> None:
    portal_tables.unlink_aid_requests(applied.database, HERNE)
    result, detail = applied.found("old requests", HERNE)
    assert result == FAILED
    assert detail.startswith("4 requests still under this number")


def test_before_the_merger_they_wait_where_they_are(fresh: Setting) -> None:
    controls.reset(fresh.database, "2024-12-20")
    result, detail = fresh.found("old requests", HERNE)
    assert result == WAITING
    assert detail.endswith("linked to Pajottegem on 2025-01-01")


# -- retained ---------------------------------------------------------------------------------------------------------


def test_what_is_retained_is_unchanged(applied: Setting) -> None:
    assert applied.found("retained", HERNE) == (OK, "13 things unchanged")


def test_a_deleted_account_is_named(applied: Setting) -> None:
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    result, detail = applied.found("retained FTP accounts", HERNE)
    assert result == FAILED
    assert detail.startswith("FTP Herne: missing: put it right in the portal, or accept it")
    assert applied.found("retained", HERNE) == (OK, "12 things unchanged")
    assert applied.found("retained", GOOIK) == (OK, "13 things unchanged")


def test_without_a_state_it_is_unknown_and_says_what_to_do(applied: Setting) -> None:
    applied.has_state = False
    result, detail = applied.found("retained", HERNE)
    assert result == UNKNOWN
    assert "`pulumi up -s pajottegem`" in detail


def test_a_state_in_which_nothing_is_retained_is_unknown_too(applied: Setting) -> None:
    applied.state_file.write_text(json.dumps([{"type": "pulumi:pulumi:Stack", "outputs": {}}]))
    assert applied.found("retained", HERNE)[0] == UNKNOWN


def without(setting: Setting, *kinds: str) -> None:
    """A state that has nothing of these of Herne's."""
    state = json.loads(setting.state_file.read_text())
    kept = [
        resource
        for resource in state
        if (resource["outputs"].get("kind"), resource["outputs"].get("organization"))
        not in {(kind, HERNE) for kind in kinds}
    ]
    setting.state_file.write_text(json.dumps(kept))


def test_what_the_state_does_not_have_is_unknown_and_the_rest_not_called_good(applied: Setting) -> None:
    """R05: the plan says what is retained, not what an `up` that was killed came to."""
    without(applied, "eBox", "ftpAccounts", "certificates", "users")
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    lines = [line for line in applied.check() if line.check.startswith("retained") and line.kbo == HERNE]
    assert {(line.check, line.result, line.detail) for line in lines} == {
        (f"retained {title}", UNKNOWN, "not looked at: not adopted yet; `pulumi up -s pajottegem` adopts")
        for title in ("E-Box", "FTP accounts", "certificates", "users")
    }
    assert applied.found("retained", GOOIK) == (OK, "13 things unchanged")


def test_r61_what_is_released_need_not_be_adopted_first(applied: Setting) -> None:
    """From the day of the release on."""
    text = applied.declaration.read_text()
    entry = "  release:\n    - {centre: Herne, item: ftpAccounts, on: 2025-02-13, reason: closed}\n"
    applied.declaration.write_text(text.replace("reviewOn: 2026-01-01\n", "reviewOn: 2025-02-13\n" + entry))
    without(applied, "ftpAccounts")
    assert applied.found("retained FTP accounts", HERNE)[0] == UNKNOWN
    controls.set_clock(applied.database, "2025-02-13")
    assert applied.found("retained", HERNE) == (OK, "12 things unchanged, 1 released")


def test_what_was_released_is_not_compared(applied: Setting) -> None:
    release(applied, "ftpAccounts", on="2025-02-12")
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    assert applied.found("retained", HERNE) == (OK, "12 things unchanged, 1 released")


def test_what_will_be_released_is_compared_until_then(applied: Setting) -> None:
    """R61: by the portal's date."""
    release(applied, "ftpAccounts", on="2025-02-13")
    result, detail = applied.found("retained FTP accounts", HERNE)
    assert (result, detail) == (WAITING, "waits for the day of its release (R61), until 2025-02-13")
    assert applied.found("retained", HERNE) == (OK, "13 things unchanged")


def test_where_everything_is_released_there_is_no_review(applied: Setting) -> None:
    """R61."""
    release(applied, *KINDS, on="2025-02-11")
    text = applied.declaration.read_text()
    entries = [f"    - {{centre: Herne, item: {kind}, on: 2025-02-11, reason: closed}}\n" for kind in KINDS]
    new = "reviewOn: 2025-02-11\n  release:\n" + "".join(entries)
    applied.declaration.write_text(text.replace("reviewOn: 2026-01-01\n", new))
    assert applied.found("retained", HERNE) == (OK, "everything released")
    assert [line.check for line in applied.check() if "review" in line.check and line.centre == "Herne"] == []


def release(setting: Setting, *kinds: str, on: str) -> None:
    """What an `up` keeps of it, at Herne."""
    state = json.loads(setting.state_file.read_text())
    for resource in state:
        if resource["outputs"].get("kind") in kinds and resource["outputs"]["organization"] == HERNE:
            resource["outputs"]["released"] = f"{on}: needed no longer"
    setting.state_file.write_text(json.dumps(state))


def test_one_thing_that_cannot_be_read_leaves_the_others_alone(applied: Setting) -> None:
    for what in ("technicalProviders", "contents"):
        path = f"*/{HERNE}/{what}"
        controls.add_fault(applied.database, controls.Rule(status=500, path_pattern=path))
    applied.settings["deadlineSeconds"] = "0"
    result, detail = applied.found("retained technical providers", HERNE)
    assert result == UNKNOWN
    assert detail.startswith("not looked at: ")
    assert applied.found("retained", HERNE) == (OK, "12 things unchanged")


def test_the_review_is_to_be_done_once_its_day_has_come(applied: Setting) -> None:
    text = applied.declaration.read_text()
    applied.declaration.write_text(text.replace("reviewOn: 2026-01-01", "reviewOn: 2025-02-12"))
    result, detail = applied.found("retained review", HERNE)
    assert result == TODO
    assert "2025-02-12" in detail


# -- running dossiers -------------------------------------------------------------------------------------------------


def test_forms_that_are_left_are_counted(fresh: Setting) -> None:
    result, detail = fresh.found("A036 attestations", HERNE)
    assert result == TODO
    assert detail.endswith("to enter again: `pulumi up` does it")


def test_what_was_refused_is_said_with_its_reason(fresh: Setting) -> None:
    """R06: `pulumi up` alone does not put it right."""
    refused = {"reason": "alreadyRunning", "detail": "The same runs here", "count": 2, "ids": ["a", "b"]}
    outputs = {"organization": HERNE, "kind": "attestations", "restartOn": "2025-01-01", "refused": [refused]}
    fresh.state_file.parent.mkdir(exist_ok=True)
    fresh.state_file.write_text(json.dumps([{"type": "a type", "outputs": outputs}]))
    fresh.has_state = True
    result, detail = fresh.found("A036 attestations", HERNE)
    assert result == TODO
    assert "the portal refused 2 alreadyRunning (The same runs here): a, b: put them right" in detail
    assert "`pulumi up` does it" not in detail


def test_by_hand_they_are_for_people(fresh: Setting) -> None:
    text = fresh.declaration.read_text()
    fresh.declaration.write_text(text.replace("handledBy: softwareSupplier", "handledBy: byHand"))
    result, detail = fresh.found("A036 attestations", HERNE)
    assert result == TODO
    assert "8 to enter again by hand (by quality code 2: 4, 3: 2, 4: 2) (R70)" in detail


def test_moved_ones_are_good(applied: Setting) -> None:
    assert applied.found("A036 attestations", HERNE) == (OK, "none is left to stop or to enter again")
