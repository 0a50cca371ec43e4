"""What the disappearing centres have is compared, run after run, and never written (R05, R22, R39)."""

import pytest

from tests.support.workspace import Workspace

HERNE = "0212218182"
CHAMAN = f"/REST/chaman/v1/organizations/{HERNE}"


@pytest.fixture
def without_ftp(pajottegem: Workspace) -> Workspace:
    """Somebody deleted Herne's FTP account by hand."""
    portal = pajottegem.portal(HERNE)
    (account,) = portal.get(f"{CHAMAN}/ftpAccounts").body["items"]
    path = f"{CHAMAN}/ftpAccounts/{account['accountName'].replace(' ', '%20')}"
    portal.delete(path, portal.get(path).etag)
    return pajottegem


def test_refresh_reports_it_time_after_time(without_ftp: Workspace) -> None:
    for _ in range(2):
        shown = without_ftp.pulumi("refresh", "-s", "pajottegem", "--yes", "--diff")
        assert "status" in shown
        assert ": missing" in shown
    assert "retained:FtpAccounts" in shown


def test_preview_says_what_is_missing_and_expects_changes(without_ftp: Workspace) -> None:
    for _ in range(2):
        shown = without_ftp.preview("pajottegem", "--expect-no-changes", succeeds=False)
        assert "Herne, FTP accounts: " in shown
        assert "missing" in shown
        assert "retain.accept" in shown


def test_up_does_the_rest_and_ends_with_the_error_every_time(without_ftp: Workspace) -> None:
    without_ftp.edit("pajottegem", lambda text: text.replace("delayDays: 2", "delayDays: 3"))
    writes = len(without_ftp.journal(writes=True, kbo=HERNE))
    for _ in range(2):
        assert "Herne, FTP accounts: " in without_ftp.up("pajottegem", succeeds=False)
    path = "/REST/ocmwConfiguration/v1/organizations/1010784738/ocmwOnline"
    assert without_ftp.portal("1010784738").get(path).body["unreadReminders"]["delayDays"] == 3
    assert len(without_ftp.journal(writes=True, kbo=HERNE)) == writes


def test_the_declaration_can_accept_it_with_a_reason(without_ftp: Workspace) -> None:
    """Once: not again when the reason is put better. Preview and up say what is accepted."""
    accept = '  accept: [{centre: Herne, item: ftpAccounts, on: 2025-02-03, reason: "channel closed by mistake"}]\n'
    without_ftp.edit(
        "pajottegem", lambda text: text.replace("reviewOn: 2026-01-01\n", f"reviewOn: 2026-01-01\n{accept}")
    )
    for shown in (without_ftp.preview("pajottegem"), without_ftp.up("pajottegem")):
        told = "Herne, FTP accounts: accepted as the new baseline (2025-02-03: channel closed by mistake): "
        assert told in shown
        assert "retained things changed" not in shown
    without_ftp.in_sync("pajottegem")
    without_ftp.edit("pajottegem", lambda text: text.replace("by mistake", "by accident"))
    without_ftp.in_sync("pajottegem")
    path = f"{CHAMAN}/ftpAccounts/Else"
    account = {"type": "FTP", "username": "else", "password": "Elsewhere=1+", "authorizations": ["mutations"]}
    (certificate,) = [
        one["fileName"]
        for one in without_ftp.portal(HERNE).get(f"{CHAMAN}/certificates").body["items"]
        if one["usage"] == "ftp"
    ]
    without_ftp.portal(HERNE).create(path, account | {"certificate": certificate})
    shown = without_ftp.preview("pajottegem")
    assert "Else: added (the acceptance of 2025-02-03 is used: accept this too, with a later date)" in shown


def test_somebody_added_is_reported_without_saying_who(pajottegem: Workspace) -> None:
    users = f"/REST/accessManagement/v1/organizations/{HERNE}/domains/maatschappelijkWelzijn/users"
    ssin = pajottegem.secrets()["people"]["jan.janssens"]["insz"]
    pajottegem.portal(HERNE).add(users, {"ssin": ssin, "applications": [], "roles": [], "blocked": False})
    shown = pajottegem.preview("pajottegem")
    assert "Herne, users: maatschappelijkWelzijn/" in shown
    assert ": added" in shown
    assert ssin not in shown


def test_a_co_chief_is_reported_where_only_chiefs_are_declared(pajottegem: Workspace) -> None:
    """R16, R22: run after run, and nobody undoes it."""
    path = f"/REST/accessManagement/v1/organizations/{HERNE}/chiefAccessManagers"
    portal = pajottegem.portal(HERNE)
    found = portal.get(path)
    ssin = pajottegem.secrets()["people"]["jan.janssens"]["insz"]
    chiefs = [{"ssin": person["ssin"]} for person in found.body["chiefAccessManagers"]]
    portal.replace(
        path, {"chiefAccessManagers": chiefs, "coChiefAccessManagers": [{"ssin": ssin}]}, found.etag
    )
    for shown in (pajottegem.preview("pajottegem"), pajottegem.up("pajottegem", succeeds=False)):
        assert "Herne, chief access managers: coChiefAccessManagers was empty, is " in shown
        assert ssin not in shown
    assert portal.get(path).body["coChiefAccessManagers"][0]["ssin"] == ssin


def test_a_release_comes_by_the_calendar(pajottegem: Workspace) -> None:
    """R61: nothing is left to do before its day, nor from it on."""
    release = "  release: [{centre: Herne, item: ftpAccounts, on: 2025-02-10, reason: fetched}]\n"
    pajottegem.edit(
        "pajottegem",
        lambda text: text.replace("reviewOn: 2026-01-01\n", f"reviewOn: 2025-02-05\n{release}"),
    )
    pajottegem.up("pajottegem")
    waits = (
        "Herne, FTP accounts: waits for the day of its release (R61); whom: the calendar; until: 2025-02-10"
    )
    assert waits in pajottegem.waiting("pajottegem")
    pajottegem.in_sync("pajottegem")
    pajottegem.advance_clock(days=7)
    pajottegem.in_sync("pajottegem")
    pajottegem.up("pajottegem")
    assert pajottegem.outputs("pajottegem")["retained"]["Herne"] == (
        "12 things, unchanged; FTP accounts released (2025-02-10: fetched)"
    )
    pajottegem.in_sync("pajottegem")


def test_unread_documents_in_the_e_box_are_no_change(pajottegem: Workspace) -> None:
    """R61: the E-Box goes on filling; that is what it is kept for."""
    pajottegem.advance_clock(days=10)
    pajottegem.in_sync("pajottegem")
