"""Whether anything changed that an organisation shows: a tag for each system (contract, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from emulator import app, controls
from emulator.core import store
from emulator.signin import change_tags
from emulator.systems.access_management import rights
from tests.emulator.conftest import (
    ALL_OF_OCMW_ONLINE,
    GALMAARDEN,
    HASSELT,
    KORTESSEM,
    PAJOTTEGEM,
    SENDER,
    Acting,
    Portal,
    problem,
)
from tests.emulator.support.forms import stop
from tests.emulator.support.snapshots import tags_of

CHANGES = "/changes"
ALL = {*change_tags.SYSTEMS}
DOMAIN = "/domains/maatschappelijkWelzijn"


def asked(acting: Acting, known: str = "") -> httpx.Response:
    return acting.get("signIn", CHANGES, headers={"If-None-Match": known} if known else {})


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def shown(acting: Acting) -> dict[str, dict[str, Any]]:
    """By system, whatever its operations show of the organisation that need no more than its number."""
    found: dict[str, dict[str, Any]] = {}
    for api in app.APIS:
        for operation in api.complete():
            path = operation.path.removeprefix("/organizations/{enterpriseNumber}")
            if operation.method == "GET" and path != operation.path and "{" not in path and path != CHANGES:
                answer = acting.get(api.name, path)
                found.setdefault(api.name, {})[path] = (answer.status_code, answer.text)
    return found


def add_user(acting: Acting) -> None:
    body = {"ssin": "85073003328", "applications": ["Uniek verslag"], "roles": [], "blocked": False}
    assert acting.call("POST", "accessManagement", f"{DOMAIN}/users", json=body).status_code == 201


def save_sender(acting: Acting) -> None:
    assert acting.replace("chaman", "/sender", SENDER).status_code == 200


def untick(acting: Acting) -> None:
    assert acting.replace("ocmwConfiguration", "/mutations", {"receive": []}).status_code == 200


def delete_contact_details(acting: Acting) -> None:
    assert acting.delete("ocmwConfiguration", "/contactDetails").status_code == 204


def stop_a_form(acting: Acting) -> None:
    running = acting.get("integrations", "/forms?status=running").json()["items"]
    form = next(one for one in running if "lockedUntil" not in one)
    (item,) = stop(acting, [form["id"]])
    assert "reason" not in item


def read_a_document(acting: Acting) -> None:
    document = acting.get("eBox", "/documents?unread=true").json()["items"][0]
    answer = acting.call("PUT", "eBox", f"/documents/{document['id']}/read", json={"read": True})
    assert answer.status_code == 200, answer.text


def read_a_request(acting: Acting) -> None:
    controls.add_aid_request(acting.portal.database, acting.number, "Verwarming")
    request = acting.get("ocmwOnline", "/requests").json()["items"][0]
    answer = acting.call("PUT", "ocmwOnline", f"/requests/{request['id']}/read", json={"read": True})
    assert answer.status_code == 200, answer.text


def save_a_report(acting: Acting) -> None:
    answer = acting.create("uniqueReport", "/reports/2024", report_of(acting))
    assert answer.status_code == 201, answer.text


def report_of(acting: Acting) -> dict[str, Any]:
    codes = acting.portal.http.get("/REST/uniqueReport/v1/refData/subsidies").json()["items"]
    return {"subsidies": [{"code": codes[0]["code"], "amount": 1}], "submitted": False}


def answer_a_delegation(acting: Acting) -> None:
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    assert acting.create("chaman", "/delegationRequests/one", body).status_code == 201
    controls.answer_delegation(acting.portal.database, acting.number, "one", accept=True)


DEEDS: dict[str, tuple[Callable[[Acting], None], str]] = {
    "a user comes": (add_user, "accessManagement"),
    "the sender is saved": (save_sender, "chaman"),
    "a supplier answers": (answer_a_delegation, "chaman"),
    "types are unticked": (untick, "ocmwConfiguration"),
    "a screen is set back": (delete_contact_details, "ocmwConfiguration"),
    "a form is stopped": (stop_a_form, "integrations"),
    "a document is read": (read_a_document, "eBox"),
    "a request comes and is read": (read_a_request, "ocmwOnline"),
    "a report is saved": (save_a_report, "uniqueReport"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_changes_in_a_system_changes_its_tag_and_no_other(portal: Portal, deed: str) -> None:
    do, system = DEEDS[deed]
    acting, other = portal.acting_for(HASSELT), portal.acting_for(GALMAARDEN)
    tags, elsewhere = tags_of(acting), tags_of(other)
    do(acting)
    assert differing(tags, tags_of(acting)) == {system}
    assert tags_of(other) == elsewhere


def test_every_system_of_the_portal_has_a_tag_and_its_own_permission() -> None:
    about_one = {api.name: api for api in app.APIS if api.scoped}
    assert {*about_one} == ALL
    assert {one.permission for one in change_tags.SYSTEMS.values()} <= {*rights.PERMISSIONS}
    for name, system in change_tags.SYSTEMS.items():
        read = {
            one.permission for one in about_one[name].complete() if one.method == "GET" and not one.public
        }
        assert system.permission in read


def test_every_part_of_the_portals_file_is_of_one_system(portal: Portal) -> None:
    """What is of none counts for all: it would make every system look changed."""
    with closing(store.connect(portal.database)) as connection:
        kinds = {str(kind).partition("/")[0] for (kind,) in connection.execute("SELECT kind FROM resources")}
    parts = [part for system in change_tags.SYSTEMS.values() for part in system.parts]
    assert kinds <= {*parts}
    assert len(parts) == len({*parts})


def test_nothing_changed_is_304_and_has_no_body(galmaarden: Acting) -> None:
    first = asked(galmaarden)
    etag = first.headers["ETag"]
    again = asked(galmaarden, f'"x", {etag}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    save_sender(galmaarden)
    after = asked(galmaarden, etag)
    assert after.status_code == 200
    assert after.headers["ETag"] != etag


def test_looking_and_what_is_refused_change_nothing(galmaarden: Acting) -> None:
    tags = tags_of(galmaarden)
    shown(galmaarden)
    refused = galmaarden.replace("chaman", "/sender", SENDER, etag='"1"')
    assert refused.status_code == 412
    wrong = galmaarden.replace("chaman", "/sender", {**SENDER, "wrong": 1})
    assert wrong.status_code == 400
    assert tags_of(galmaarden) == tags


@pytest.mark.parametrize("days", [1, 2, 30, 90])
def test_r12_r15_r64_what_the_calendar_brings_changes_tags(
    portal_at: Callable[[str], Portal], days: int
) -> None:
    """The new number becomes active, the RSZ copies access, requests go over, forms are due."""
    portal = portal_at("2024-12-31")
    centres = [portal.acting_for(number) for number in (PAJOTTEGEM, GALMAARDEN, HASSELT, KORTESSEM)]
    before = [(shown(one), tags_of(one)) for one in centres]
    controls.advance_clock(portal.database, days)
    for acting, (was, tags) in zip(centres, before, strict=True):
        changed = {name for name, now in shown(acting).items() if was.get(name) != now}
        unsaid = changed - differing(tags, tags_of(acting)) - by_the_day(was, shown(acting))
        assert unsaid == set(), acting.number
    assert differing(before[0][1], tags_of(centres[0])) == ALL


def by_the_day(was: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> set[str]:
    """The systems that show the day itself: the years of the Uniek verslag that are open."""
    return {name for name in ("uniqueReport",) if was.get(name) != now.get(name)}


def test_a_token_shows_the_tags_of_its_scopes_alone(portal: Portal) -> None:
    form = portal.form(GALMAARDEN, scope="chaman:read eBox:read")
    token = portal.http.post("/REST/oauth/v5/token", data=form).json()["access_token"]
    acting = Acting(portal, GALMAARDEN, token)
    etag = asked(acting).headers["ETag"]
    assert {*tags_of(acting)} == {"chaman", "eBox"}
    untick(portal.acting_for(GALMAARDEN))
    assert asked(acting, etag).status_code == 304
    read_a_document(portal.acting_for(GALMAARDEN))
    assert asked(acting, etag).status_code == 200


def test_a_person_sees_the_tags_of_what_they_may_see(portal: Portal) -> None:
    chief = portal.acting_for(GALMAARDEN, "els.peeters")
    assert {*tags_of(chief)} == {"accessManagement"}


def test_r65_another_organisation_is_asked_with_its_own_sign_in(portal: Portal) -> None:
    acting = portal.acting_for(GALMAARDEN)
    acting.number = HASSELT
    answer = asked(acting)
    assert (answer.status_code, problem(answer)[1]) == (403, "missingPermission")


def test_no_tag_of_before_is_one_of_after_a_restoration(portal: Portal) -> None:
    acting = portal.acting_for(GALMAARDEN)
    controls.make_checkpoint(portal.database, "before")
    seen = [(tags_of(acting), asked(acting).headers["ETag"])]
    for _ in range(3):
        save_sender(acting)
        seen.append((tags_of(acting), asked(acting).headers["ETag"]))
    controls.restore_checkpoint(portal.database, "before")
    save_sender(acting)
    for tags, etag in seen:
        assert asked(acting, etag).status_code == 200
        assert tags_of(acting)["chaman"] != tags["chaman"]


def test_another_portal_has_no_etag_of_this_one(portal: Portal) -> None:
    before = asked(portal.acting_for(GALMAARDEN)).headers["ETag"]
    controls.reset(portal.database, "2025-02-03")
    assert asked(portal.acting_for(GALMAARDEN), before).status_code == 200
