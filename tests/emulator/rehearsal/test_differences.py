"""What differs between two moments of a portal: every change once, field by field, and nothing that is secret."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from emulator import controls
from emulator.core import store
from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import GALMAARDEN, GOOIK, PAJOTTEGEM, SENDER, Acting, Portal

USERS = "/domains/maatschappelijkWelzijn/users"


def compare(portal: Portal, name: str, to: str | None = None, **more: Any) -> list[tuple[str, str, str, str]]:
    """The differences as (organisation, what, key, change)."""
    found = controls.compare(portal.database, name, to, **more)
    return [(one.organization, one.what, one.key, one.change) for one in found]


def test_nothing_happened_is_no_difference(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "before")
    controls.make_checkpoint(portal.database, "after")
    assert controls.compare(portal.database, "before", "after") == []
    assert controls.compare(portal.database, "before") == []


def test_what_was_saved_anew_without_a_change_is_no_difference(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    saved = galmaarden.get("ocmwConfiguration", "/mutations").json()
    controls.make_checkpoint(portal.database, "before")
    galmaarden.replace("ocmwConfiguration", "/mutations", {"receive": saved["receive"]})
    assert controls.compare(portal.database, "before") == []


def test_what_differs_is_told_field_by_field(galmaarden: Acting, pajottegem: Acting) -> None:
    portal = galmaarden.portal
    old = galmaarden.get("chaman", "/sender").json()
    controls.make_checkpoint(portal.database, "before")
    pajottegem.create("chaman", "/sender", SENDER)
    galmaarden.replace("chaman", "/sender", {**{name: old[name] for name in SENDER}, "name": "Nieuwe ICT"})
    galmaarden.delete("ocmwConfiguration", "/ocmwOnline")
    removed, sender, added = controls.compare(portal.database, "before")
    assert sender.as_json() == {
        "organization": GALMAARDEN,
        "name": "OCMW Galmaarden",
        "what": "sender",
        "change": "changed",
        "fields": [{"name": "name", "old": old["name"], "new": "Nieuwe ICT"}],
    }
    assert (removed.organization, removed.what, removed.change) == (GALMAARDEN, "ocmwOnline", "removed")
    assert (added.organization, added.what, added.change) == (PAJOTTEGEM, "sender", "added")
    # And the other way around.
    controls.make_checkpoint(portal.database, "after")
    assert [change for *_, change in compare(portal, "after", "before")] == ["added", "changed", "removed"]


def test_people_are_numbers_and_a_password_only_changed(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    ssin, password = rehearsal_ssin("someone.new"), "Rehearsal,2025!"
    (ftp,) = galmaarden.get("chaman", "/ftpAccounts").json()["items"]
    controls.make_checkpoint(portal.database, "before")
    added = galmaarden.call(
        "POST",
        "accessManagement",
        USERS,
        json={"ssin": ssin, "applications": [], "roles": [], "blocked": False},
    ).json()
    galmaarden.replace("accessManagement", "/chiefAccessManagers", {"chiefAccessManagers": [{"ssin": ssin}]})
    account = f"/ftpAccounts/{ftp['accountName']}"
    body = {name: ftp[name] for name in ("type", "username", "authorizations", "certificate")}
    assert galmaarden.replace("chaman", account, {**body, "password": password}).status_code == 200
    for details in (False, True):
        found = {one.what: one for one in controls.compare(portal.database, "before", details=details)}
        assert found["users/maatschappelijkWelzijn"].key == added["personId"]
        (chiefs,) = found["chiefAccessManagers"].fields
        assert chiefs.new == [added["personId"]]
        fields = {field.name: field for field in found["ftpAccount"].fields}
        assert (fields["password"].old, fields["password"].new) == (None, None)
        shown = str([one.as_json() for one in found.values()])
        assert ssin not in shown
        assert password not in shown
        assert "scrypt" not in shown


def test_somebody_added_again_is_the_same_person(galmaarden: Acting) -> None:
    """Whatever number the portal gave them the second time."""
    portal = galmaarden.portal
    body = {"ssin": rehearsal_ssin("someone.new"), "applications": [], "roles": [], "blocked": False}
    controls.make_checkpoint(portal.database, "without")
    galmaarden.call("POST", "accessManagement", USERS, json=body)
    controls.make_checkpoint(portal.database, "with")
    controls.restore_checkpoint(portal.database, "without")
    galmaarden.call("POST", "accessManagement", USERS, json=body)
    assert controls.compare(portal.database, "with") == []


def test_what_comes_in_numbers_is_counted_or_told_one_by_one(portal: Portal) -> None:
    controls.make_checkpoint(portal.database, "before")
    made = controls.add_aid_request(portal.database, "0212.214.026", "Leefloon")
    (counted,) = [one for one in controls.compare(portal.database, "before") if one.what == "aidRequests"]
    (count,) = counted.fields
    assert (counted.key, count.name, count.new - count.old) == ("unread", "count", 1)
    assert (counted.organization, "aidRequests", made["id"], "added") in compare(
        portal, "before", details=True
    )


def test_a_merger_is_seen_at_every_centre(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-31")
    controls.make_checkpoint(portal.database, "before")
    controls.set_clock(portal.database, "2025-01-01")
    found = controls.compare(portal.database, "before")
    assert (found[0].what, found[0].fields[0].new) == ("clock", "2025-01-01T09:00:00+01:00")
    changes = {(one.organization, field.name): field.new for one in found for field in one.fields}
    assert changes[PAJOTTEGEM, "status"] == "active"
    for number in (GALMAARDEN, GOOIK):
        assert changes[number, "mergedInto"] == PAJOTTEGEM
    assert sorted(found, key=lambda one: (one.organization, one.what, one.key)) == found


def test_a_table_that_nobody_thought_of_is_counted(portal: Portal) -> None:
    with closing(store.connect(portal.database)) as connection:
        connection.execute("CREATE TABLE leaflets (organization TEXT)")
        controls.make_checkpoint(portal.database, "before")
        connection.execute("INSERT INTO leaflets VALUES (?)", (GALMAARDEN,))
    assert compare(portal, "before") == [(GALMAARDEN, "leaflets", "", "changed")]
