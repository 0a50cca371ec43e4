"""The E-Box: those of disappearing centres stay open, fill and are read (R60, R61)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from emulator.core import store, waves
from emulator.systems.ebox import api as ebox
from tests.emulator.conftest import GALMAARDEN, GOOIK, PAJOTTEGEM, Acting, Portal, issues, problem
from tests.emulator.support import people
from tests.emulator.support.deliveries import move

API = "eBox"


def documents(centre: Acting, **query: Any) -> list[dict[str, Any]]:
    """A page of what is in the box."""
    answer = centre.get(API, "/documents", params={"pageSize": 500, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def mark(centre: Acting, document: str, read: object) -> Any:
    return centre.call("PUT", API, f"/documents/{document}/read", json={"read": read})


def test_r61_the_box_of_a_disappearing_centre_stays_open_and_goes_on_filling(
    portal_at: Callable[[str], Portal],
) -> None:
    portal = portal_at("2024-11-01")
    centre = portal.acting_for(GALMAARDEN)
    before = centre.get(API, "/box").json()
    move(portal, "2025-12-31")
    after = centre.get(API, "/box").json()
    assert after["status"] == "open"
    assert after["documents"] - before["documents"] == after["unread"] - before["unread"] == 20


def test_a_new_number_has_an_empty_box_from_its_first_day(pajottegem: Acting) -> None:
    assert pajottegem.get(API, "/box").json() == {"status": "open", "documents": 0, "unread": 0}
    assert pajottegem.get(API, "/documents").json() == {"items": [], "total": 0}


def test_r12_before_its_first_day_a_number_has_no_box(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2024-11-01").acting_for(PAJOTTEGEM)
    for answer in (
        centre.get(API, "/documents"),
        centre.get(API, "/documents/0"),
        mark(centre, "0", True),
    ):
        assert problem(answer) == (409, "notYetAvailable")


def test_documents_are_listed_newest_first_without_their_text(galmaarden: Acting) -> None:
    found = documents(galmaarden)
    assert len(found) == galmaarden.get(API, "/box").json()["documents"]
    moments = [one["receivedAt"] for one in found]
    assert moments == sorted(moments, reverse=True)
    assert set(found[0]) == {"id", "kind", "sender", "subject", "receivedAt", "read"}
    assert set(found[-1]) == {*found[0], "readAt"}
    assert len({one["id"] for one in found}) == len(found)


def test_documents_come_in_pages(galmaarden: Acting) -> None:
    everything = documents(galmaarden)
    path, paged = "/documents?pageSize=50&unread=false", []
    while path:
        page = galmaarden.get(API, path).json()
        paged += page["items"]
        path = page.get("next", "").partition(galmaarden.number)[2]
    assert page["total"] == len(paged)
    assert paged == [one for one in everything if one["read"]]


def test_unread_narrows_it_down(galmaarden: Acting) -> None:
    box = galmaarden.get(API, "/box").json()
    unread, read = documents(galmaarden, unread="true"), documents(galmaarden, unread="false")
    assert len(unread) == box["unread"] > 0
    assert not any(one["read"] for one in unread)
    assert all(one["read"] for one in read)
    assert len(unread) + len(read) == box["documents"]
    assert issues(galmaarden.get(API, "/documents?unread=maybe")) == {("invalidInput", "unread", None)}


def test_looking_at_a_document_shows_its_text_and_leaves_it_unread(galmaarden: Acting) -> None:
    newest, *_ = documents(galmaarden)
    shown = galmaarden.get(API, f"/documents/{newest['id']}").json()
    assert shown == {**newest, "text": shown["text"]}
    assert shown["text"]
    assert documents(galmaarden)[0]["read"] is False


def test_a_document_is_marked_as_read_once_and_again_as_unread(portal: Portal, galmaarden: Acting) -> None:
    newest, *_ = documents(galmaarden)
    unread = galmaarden.get(API, "/box").json()["unread"]
    marked = mark(galmaarden, newest["id"], True)
    assert marked.json() == {**newest, "read": True, "readAt": "2025-02-03T09:00:00+01:00"}
    move(portal, "2025-02-05")
    assert mark(galmaarden, newest["id"], True).json() == marked.json(), "idempotent: the first time counts"
    assert galmaarden.get(API, "/box").json()["unread"] == unread - 1
    assert mark(galmaarden, newest["id"], False).json() == newest
    assert galmaarden.get(API, "/box").json()["unread"] == unread


def test_what_is_not_in_this_box_is_not_there(portal: Portal, galmaarden: Acting) -> None:
    elsewhere, *_ = documents(portal.acting_for(GOOIK))
    for document in (elsewhere["id"], "0"):
        assert problem(galmaarden.get(API, f"/documents/{document}")) == (404, "resourceNotFound")
        assert problem(mark(galmaarden, document, True)) == (404, "resourceNotFound")
    assert documents(portal.acting_for(GOOIK))[0]["read"] is False
    assert issues(mark(galmaarden, elsewhere["id"], "yes")) == {("schemaViolation", "read", None)}


@pytest.mark.parametrize("application", people.APPLICATIONS)
def test_r60_the_e_box_is_for_who_has_its_application(portal: Portal, application: str) -> None:
    people.assemble(portal)
    centre = portal.acting_for(GALMAARDEN, people.user_with(application))
    allowed = application == people.BOX
    assert (centre.get(API, "/documents").status_code == 200) == allowed
    document = documents(portal.acting_for(GALMAARDEN))[0]["id"]
    assert (mark(centre, document, True).status_code == 200) == allowed


def test_a_page_has_five_hundred_of_many_documents(portal: Portal, galmaarden: Acting) -> None:
    with closing(store.connect(portal.database)) as connection, store.transaction(connection):
        ebox.fill(connection, GALMAARDEN, waves.every()[0], 5000, 2500)
    assert len(documents(galmaarden, unread="true")) == 500


def test_no_document_has_an_insz(portal: Portal) -> None:
    with closing(sqlite3.connect(portal.database)) as connection:
        numbers = {ssin for (ssin,) in connection.execute("SELECT ssin FROM persons")}
        texts = connection.execute("SELECT DISTINCT subject || text FROM documents").fetchall()
    assert not [text for (text,) in texts if any(number in text for number in numbers)]
