"""OCMW Online: with whom requests are, the mails about new ones, and who receives (R54, R55, R59, R60, R64)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from emulator.core.problems import Problem
from tests.emulator.conftest import (
    GALMAARDEN,
    HASSELT,
    KORTESSEM,
    PAJOTTEGEM,
    Acting,
    Portal,
    issues,
    problem,
)
from tests.emulator.support import people
from tests.emulator.support.deliveries import CONFIGURATION, ask, mailed, move

API = "ocmwOnline"
RECEIVING = "/REST/ocmwOnline/v1/receivingOrganizations"
DETAILS = {
    "street": {"nl": "Markt 1", "fr": "Markt 1", "de": "Markt 1"},
    "city": {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"},
    "postcode": "1570",
    "phone": "+3227875827",
    "email": "info@pajottegem.example",
}


def requests(centre: Acting, **query: Any) -> list[dict[str, Any]]:
    answer = centre.get(API, "/requests", params={"pageSize": 500, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def mark(centre: Acting, request: str, read: object) -> Any:
    return centre.call("PUT", API, f"/requests/{request}/read", json={"read": read})


def receiving(portal: Portal) -> dict[str, dict[str, Any]]:
    """Who receives requests, by number; asked without a token, as the citizens' page does."""
    answer = portal.http.get(RECEIVING)
    assert answer.status_code == 200
    return {one["enterpriseNumber"]: one for one in answer.json()["items"]}


def save_settings(centre: Acting, email: str | None) -> None:
    new = {"enabled": email is not None, **({} if email is None else {"email": email})}
    body = {"newRequests": new, "unreadReminders": {"enabled": False}}
    path = "/ocmwOnline"
    known = centre.get(CONFIGURATION, path).status_code == 200
    saved = centre.replace(CONFIGURATION, path, body) if known else centre.create(CONFIGURATION, path, body)
    assert saved.status_code in (200, 201), saved.text


def test_r64_until_the_last_day_requests_are_with_the_old_centre(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")
    move(portal, "2024-12-31T23:59:59")
    for number in (GALMAARDEN, KORTESSEM):
        with_it = requests(portal.acting_for(number))
        assert len(with_it) > 10
        assert {one["submittedTo"] for one in with_it} == {number}
    assert {one["submittedTo"] for one in requests(portal.acting_for(HASSELT))} == {HASSELT}
    assert problem(portal.acting_for(PAJOTTEGEM).get(API, "/requests")) == (409, "notYetAvailable")


def test_r64_at_midnight_they_are_with_the_merged_one_and_only_there(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-11-01")
    move(portal, "2024-12-31T23:59:59")
    old, kept = portal.acting_for(KORTESSEM), portal.acting_for(HASSELT)
    before, own = requests(old), requests(kept)
    mark(old, before[0]["id"], True)
    before = requests(old)
    move(portal, "2025-01-01T00:00")
    assert requests(old) == []
    for answer in (
        old.get(API, f"/requests/{before[0]['id']}"),
        mark(old, before[0]["id"], False),
    ):
        assert problem(answer) == (404, "resourceNotFound")
    merged = {one["id"]: one for one in requests(kept)}
    assert merged == {one["id"]: one for one in [*before, *own]}
    assert {one["submittedTo"] for one in merged.values()} == {HASSELT, KORTESSEM}
    assert kept.get(API, f"/requests/{before[0]['id']}").json() == before[0]


def test_r64_a_new_number_has_the_requests_of_all_that_merged_from_its_first_moment(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-12-31T23:59:59")
    merging = (GALMAARDEN, "0212214026", "0212218182")
    before = [one["id"] for number in merging for one in requests(portal.acting_for(number))]
    move(portal, "2025-01-01T00:00")
    found = requests(portal.acting_for(PAJOTTEGEM))
    assert sorted(one["id"] for one in found) == sorted(before)
    assert {one["submittedTo"] for one in found} == set(merging)


def test_r64_from_the_merger_on_citizens_write_to_the_merged_one(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")
    move(portal, "2025-03-01")
    for merged in (PAJOTTEGEM, HASSELT):
        for one in requests(portal.acting_for(merged)):
            assert (one["submittedTo"] == merged) or one["submittedAt"] < "2025-01-01"
        later = [one for one in requests(portal.acting_for(merged)) if one["submittedAt"] >= "2025-01-01"]
        assert len(later) >= 5
    assert requests(portal.acting_for(GALMAARDEN)) == []


def test_r64_the_seeded_requests_of_before_are_with_the_merged_ones(portal: Portal) -> None:
    found = requests(portal.acting_for(PAJOTTEGEM))
    assert {one["submittedTo"] for one in found} > {GALMAARDEN, PAJOTTEGEM}


def test_requests_are_listed_newest_first_in_pages(portal: Portal, pajottegem: Acting) -> None:
    everything = requests(pajottegem)
    moments = [one["submittedAt"] for one in everything if one["submittedTo"] == PAJOTTEGEM]
    assert moments == sorted(moments, reverse=True)
    page = pajottegem.get(API, "/requests?pageSize=5&page=2").json()
    assert page["items"] == everything[5:10]
    assert (page["total"], "page=3" in page["next"]) == (len(everything), True)
    assert set(everything[0]) == {"id", "personId", "submittedAt", "submittedTo", "subject", "read"}


def test_read_and_unread_are_marked_and_asked_for(portal: Portal, pajottegem: Acting) -> None:
    newest, *_ = requests(pajottegem, read="false")
    marked = mark(pajottegem, newest["id"], True)
    assert marked.json() == {**newest, "read": True, "readAt": "2025-02-03T09:00:00+01:00"}
    assert newest["id"] in {one["id"] for one in requests(pajottegem, read="true")}
    move(portal, "2025-02-04")
    assert mark(pajottegem, newest["id"], True).json() == marked.json(), "idempotent"
    assert mark(pajottegem, newest["id"], False).json() == newest
    assert newest["id"] in {one["id"] for one in requests(pajottegem, read="false")}
    assert issues(pajottegem.get(API, "/requests?read=1")) == {("invalidInput", "read", None)}


def test_a_request_can_be_made_now(portal: Portal, pajottegem: Acting) -> None:
    made = ask(portal, GALMAARDEN, "Huurwaarborg")
    assert (made["submittedTo"], made["subject"]) == (PAJOTTEGEM, "Huurwaarborg")
    assert made["submittedAt"] == "2025-02-03T09:00:00+01:00"
    assert pajottegem.get(API, f"/requests/{made['id']}").json() == made
    with pytest.raises(Problem, match="organisation"):
        ask(portal, "0999999999")


def test_r12_nobody_writes_to_a_number_that_is_not_active(portal_at: Callable[[str], Portal]) -> None:
    with pytest.raises(Problem) as refused:
        ask(portal_at("2024-11-01"), PAJOTTEGEM)
    assert (refused.value.status, refused.value.members["rule"]) == (409, "R12")


def test_r55_a_new_request_is_mailed_where_that_was_asked_for(portal: Portal, pajottegem: Acting) -> None:
    ask(portal, PAJOTTEGEM)
    assert mailed(portal, PAJOTTEGEM, "newRequest") == [], "never saved: no mails"
    save_settings(pajottegem, "hulp@pajottegem.example")
    made = ask(portal, PAJOTTEGEM)
    (mail,) = mailed(portal, PAJOTTEGEM, "newRequest")
    assert (mail["recipient"], mail["at"]) == ("hulp@pajottegem.example", "2025-02-03T09:00:00+01:00")
    assert made["id"] in mail["text"]
    save_settings(pajottegem, None)
    ask(portal, PAJOTTEGEM)
    assert mailed(portal, PAJOTTEGEM, "newRequest") == [mail]


def test_r55_the_settings_are_those_of_the_receiving_centre(portal: Portal) -> None:
    """What Kortessem saved counts no more: its citizens write to Hasselt."""
    save_settings(portal.acting_for(KORTESSEM), "oud@kortessem.example")
    save_settings(portal.acting_for(HASSELT), "nieuw@hasselt.example")
    before = len(mailed(portal, HASSELT, "newRequest"))
    ask(portal, KORTESSEM)
    assert mailed(portal, KORTESSEM, "newRequest") == []
    assert [mail["recipient"] for mail in mailed(portal, HASSELT, "newRequest")[before:]] == [
        "nieuw@hasselt.example"
    ]


def test_r54_the_overview_names_the_receiving_centres(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-12-31T23:59:59")
    before = receiving(portal)
    assert {GALMAARDEN, KORTESSEM, HASSELT} < set(before)
    assert PAJOTTEGEM not in before
    assert before[HASSELT]["nisCode"] == "71022"
    move(portal, "2025-01-01")
    after = receiving(portal)
    assert {PAJOTTEGEM, HASSELT} < set(after)
    assert not {GALMAARDEN, KORTESSEM} & set(after)
    assert (after[HASSELT]["nisCode"], after[PAJOTTEGEM]["name"]) == ("71072", "OCMW Pajottegem")


def test_r54_contact_details_show_as_they_were_saved(portal: Portal, pajottegem: Acting) -> None:
    assert "contactDetails" not in receiving(portal)[PAJOTTEGEM]
    assert pajottegem.create(CONFIGURATION, "/contactDetails", DETAILS).status_code == 201
    assert receiving(portal)[PAJOTTEGEM]["contactDetails"] == DETAILS
    moved = {**DETAILS, "postcode": "1755"}
    assert pajottegem.replace(CONFIGURATION, "/contactDetails", moved).status_code == 200
    assert receiving(portal)[PAJOTTEGEM]["contactDetails"] == moved


def test_r59_before_their_screen_opens_no_contact_details_show(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2025-01-12")
    assert not [one for one in receiving(portal).values() if "contactDetails" in one]
    move(portal, "2025-01-13T00:00")
    assert "contactDetails" in receiving(portal)[HASSELT]


def test_the_overview_comes_in_pages(portal: Portal) -> None:
    page = portal.http.get(RECEIVING + "?pageSize=5").json()
    assert (len(page["items"]), page["total"]) == (5, 13)
    assert page["next"].startswith(RECEIVING)


@pytest.mark.parametrize("application", people.APPLICATIONS)
def test_r60_requests_are_for_who_has_the_application(
    portal_at: Callable[[str], Portal], application: str
) -> None:
    portal = portal_at("2024-11-01")
    people.assemble(portal)
    request = requests(portal.acting_for(GALMAARDEN))[0]["id"]
    centre = portal.acting_for(GALMAARDEN, people.user_with(application))
    expected = 200 if application == people.ONLINE else 403
    assert centre.get(API, "/requests").status_code == expected
    assert centre.get(API, f"/requests/{request}").status_code == expected
    assert mark(centre, request, True).status_code == expected


def test_about_one_day_in_eight_brings_a_request(portal_at: Callable[[str], Portal]) -> None:
    portal = portal_at("2024-11-01")
    move(portal, "2024-12-31")
    asked = [datetime.fromisoformat(one["submittedAt"]) for one in requests(portal.acting_for(HASSELT))]
    assert 3 <= len([at for at in asked if at.date().isoformat() > "2024-11-01"]) <= 13
