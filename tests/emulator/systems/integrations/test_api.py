"""Forms, A036 attestations and integrations on the portal's own side (R06-R12); batches have tests of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.core.people import rehearsal_ssin
from emulator.seeds import forms as forms_seed
from tests.emulator.conftest import (
    GALMAARDEN,
    GOOIK,
    HASSELT,
    KORTESSEM,
    PAJOTTEGEM,
    Acting,
    Portal,
    issues,
    problem,
)
from tests.emulator.support.forms import (
    ANTWERPEN,
    API,
    COLLECTIONS,
    FIRST_DAY,
    LAST_DAY,
    TOM,
    a_form,
    enter,
    enter_again,
    every,
    pages,
    reasons,
    running,
    stop,
    stopped_form,
)


@pytest.fixture
def unlocked(portal_at: Callable[[str], Portal]) -> Portal:
    """A portal at 2025-02-17: nothing is being handled any more."""
    return portal_at("2025-02-17")


# -- what is there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_centre_has_running_dossiers_of_every_quality_and_no_number_shows_who(
    galmaarden: Acting, path: str
) -> None:
    found = every(galmaarden, path)
    codes = {code["code"] for code in quality_codes(galmaarden) if path == "/forms" or code["attestation"]}
    assert {form["qualityCode"] for form in found} == codes
    assert {form["status"] for form in found} <= {"running", "stopped"}
    assert all("2022-01-01" <= form["startDate"] < "2025-01-01" for form in found)
    assert all(("endDate" in form) == (form["status"] == "stopped") for form in found)
    expected = forms_seed.FORMS if path == "/forms" else forms_seed.ATTESTATIONS
    assert len(running(galmaarden, path)) == expected
    for form in found:
        assert not {"ssin", "seq"} & form.keys()
        assert galmaarden.get(API, f"{path}/{form['id']}").json() == form


def quality_codes(centre: Acting) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = centre.portal.http.get("/REST/integrations/v1/refData/qualityCodes").json()[
        "items"
    ]
    return items


def test_there_are_nine_quality_codes_in_three_languages(galmaarden: Acting) -> None:
    codes = quality_codes(galmaarden)
    assert [code["code"] for code in codes] == [str(number) for number in range(1, 10)]
    assert all(set(code["name"]) == {"nl", "fr", "de"} for code in codes)
    assert [code["code"] for code in codes if code["attestation"]] == ["2", "3", "4"]


def test_every_centre_has_forms_of_its_own_and_some_are_being_handled(portal: Portal) -> None:
    found = {number: every(portal.acting_for(number)) for number in (GALMAARDEN, GOOIK, HASSELT, KORTESSEM)}
    ids = [form["id"] for forms in found.values() for form in forms]
    assert len(ids) == len(set(ids))
    locked = [form for forms in found.values() for form in forms if "lockedUntil" in form]
    assert 1 <= len(locked) <= 15
    assert {(form["lockedUntil"], form["status"]) for form in locked} == {("2025-02-15", "running")}


def test_a_list_is_read_page_by_page_and_narrowed_down(galmaarden: Acting) -> None:
    whole = every(galmaarden)
    in_pages = list(pages(galmaarden, "/forms", pageSize="7"))
    assert [form for page in in_pages for form in page["items"]] == whole
    assert [len(page["items"]) for page in in_pages] == [7, 7, 7, 7, 5]
    for query in ({"status": "stopped"}, {"qualityCode": "2"}, {"qualityCode": "2", "status": "running"}):
        chosen = [form for form in whole if query.items() <= form.items()]
        assert chosen
        assert every(galmaarden, pageSize="2", **query) == chosen


def test_a_page_goes_on_where_the_last_one_ended_whatever_happened_meanwhile(galmaarden: Acting) -> None:
    ids = running(galmaarden)
    first = next(pages(galmaarden, "/forms", status="running", pageSize="10"))
    stop(galmaarden, [form["id"] for form in first["items"]])
    again = galmaarden.portal.http.get(first["next"], headers=galmaarden.headers).json()
    assert [form["id"] for form in again["items"]] == ids[10:20]


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/forms", {"status": "finished"}, ("invalidInput", "status", None)),
        ("/forms", {"qualityCode": "10"}, ("invalidInput", "qualityCode", None)),
        ("/forms", {"after": "x"}, ("invalidInput", "after", None)),
        ("/forms", {"after": "é"}, ("invalidInput", "after", None)),
        ("/forms", {"after": "YWJj"}, ("invalidInput", "after", None)),
        ("/forms", {"after": "MS8y"}, ("invalidInput", "after", None)),
        ("/integrations", {"after": "MTI="}, ("invalidInput", "after", None)),
        ("/forms", {"pageSize": "501"}, ("outOfRange", "pageSize", None)),
        ("/forms", {"page": "2"}, ("unknownInput", "page", None)),
        ("/forms", {"ssin": TOM}, ("unknownInput", "ssin", None)),
    ],
)
def test_what_a_list_cannot_be_asked(
    galmaarden: Acting, path: str, query: dict[str, str], expected: tuple[str, str, None]
) -> None:
    assert issues(galmaarden.get(API, path, params=query)) == {expected}


def test_r66_the_forms_of_another_number_are_not_there(galmaarden: Acting) -> None:
    (key, *_) = running(galmaarden.portal.acting_for(GOOIK))
    assert problem(galmaarden.get(API, f"/forms/{key}")) == (404, "resourceNotFound")
    assert problem(galmaarden.get(API, f"/attestations/{running(galmaarden)[0]}")) == (
        404,
        "resourceNotFound",
    )
    assert reasons(stop(galmaarden, [key])) == [("unknownForm", None)]


def test_r12_nothing_under_a_number_before_its_first_day(portal_at: Callable[[str], Portal]) -> None:
    new = portal_at("2024-12-15").acting_for(PAJOTTEGEM)
    for method, path in (("GET", "/forms"), ("GET", "/counts"), ("GET", "/integrations"), ("POST", "/forms")):
        answer = new.call(method, API, path, **({"json": a_form()} if method == "POST" else {}))
        assert problem(answer) == (409, "notYetAvailable")
        assert answer.json()["availableFrom"] == FIRST_DAY


# -- entering -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_form_is_entered_once_and_a_repeat_finds_it(pajottegem: Acting, path: str) -> None:
    made = pajottegem.call("POST", API, path, json=a_form())
    assert made.status_code == 201
    body = made.json()
    assert "ssin" not in body
    assert TOM not in made.text
    assert (body["status"], body["createdBy"]) == ("running", "rehearsal")
    found = pajottegem.portal.http.get(made.headers["Location"], headers=pajottegem.headers)
    assert found.json() == body
    again = pajottegem.call("POST", API, path, json=a_form(startDate="2024-06-01"))
    assert problem(again) == (409, "alreadyExists")
    assert again.json()["existing"] == body["id"]
    # Of another dossier, or in another quality, it is another form of the same person.
    other = pajottegem.call("POST", API, path, json=a_form(reference="2024-78")).json()
    assert other["personId"] == body["personId"]
    enter(pajottegem, path, qualityCode="3")
    assert len(every(pajottegem, path)) == 3


def test_what_was_stopped_can_be_entered_anew(galmaarden: Acting) -> None:
    first = stopped_form(galmaarden, reference="2024-99")
    assert enter(galmaarden, reference="2024-99") != first


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        ("/forms", {"ssin": "85010100116"}, ("invalidInput", "ssin", "R19")),
        ("/forms", {"qualityCode": "10"}, ("referencedResourceNotFound", "qualityCode", None)),
        ("/forms", {"qualityCode": 2}, ("schemaViolation", "qualityCode", None)),
        ("/forms", {"reference": " "}, ("invalidInput", "reference", None)),
        ("/forms", {"startDate": "1/1/2025"}, ("schemaViolation", "startDate", None)),
        ("/forms", {"startDate": "2025-02-30"}, ("invalidInput", "startDate", None)),
        ("/forms", {"endDate": LAST_DAY}, ("unknownInput", "endDate", None)),
        ("/attestations", {"qualityCode": "1"}, ("rejectedInput", "qualityCode", "R11")),
    ],
)
def test_r11_what_a_form_or_an_attestation_cannot_be(
    pajottegem: Acting, path: str, changes: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.call("POST", API, path, json=a_form(**changes))) == {expected}


def test_r06_nothing_begins_under_a_number_that_has_merged(galmaarden: Acting) -> None:
    answer = galmaarden.call("POST", API, "/forms", json=a_form(startDate=FIRST_DAY))
    assert issues(answer) == {("invalidPeriod", "startDate", "R06")}
    enter(galmaarden, startDate=LAST_DAY)


def test_r06_before_the_merger_nothing_is_entered_that_begins_after_it(
    portal_at: Callable[[str], Portal],
) -> None:
    """It could later be neither stopped nor continued."""
    portal = portal_at("2024-12-10")
    for number in (GALMAARDEN, KORTESSEM):
        centre = portal.acting_for(number)
        for start in (FIRST_DAY, "2025-01-05"):
            answer = centre.call("POST", API, "/forms", json=a_form(startDate=start))
            assert issues(answer) == {("invalidPeriod", "startDate", "R06")}
        enter(centre, startDate=LAST_DAY)
    enter(portal.acting_for(HASSELT), startDate="2025-01-05")


# -- counts and integrations --------------------------------------------------------------------------------------


def counted(centre: Acting) -> dict[str, tuple[int, int, int]]:
    """Running, stopped and without successor, over all quality codes."""
    found: dict[str, tuple[int, int, int]] = {}
    for item in centre.get(API, "/counts").json()["items"]:
        before = found.get(item["kind"], (0, 0, 0))
        counts = (item["running"], item["stopped"], item["withoutSuccessor"])
        found[item["kind"]] = tuple(map(sum, zip(before, counts, strict=True)))  # type: ignore[assignment]
    return found


def test_r06_r11_counts_say_what_runs_what_is_stopped_and_what_is_still_to_be_entered(
    unlocked: Portal,
) -> None:
    galmaarden, pajottegem = unlocked.acting_for(GALMAARDEN), unlocked.acting_for(PAJOTTEGEM)
    assert counted(galmaarden) == {"form": (30, 3, 0), "attestation": (8, 0, 0)}
    assert counted(pajottegem) == {}
    ids = running(galmaarden)
    stop(galmaarden, ids[:10])
    assert counted(galmaarden)["form"] == (20, 13, 10)
    enter_again(pajottegem, GALMAARDEN, ids[:4])
    assert counted(galmaarden) == {"form": (20, 13, 6), "attestation": (8, 0, 0)}
    assert counted(pajottegem) == {"form": (4, 0, 0)}
    per_code = {item["qualityCode"]: item["running"] for item in galmaarden.get(API, "/counts").json()["items"]
                if item["kind"] == "form"}  # fmt: skip
    assert len(per_code) == 9
    for code, number in per_code.items():
        assert number == len(every(galmaarden, status="running", qualityCode=code))


def test_r09_nothing_of_a_number_that_keeps_its_code_is_to_be_entered_again(unlocked: Portal) -> None:
    antwerpen, hasselt = unlocked.acting_for(ANTWERPEN), unlocked.acting_for(HASSELT)
    for centre in (antwerpen, hasselt):
        stop(centre, running(centre)[:5])
    assert counted(antwerpen)["form"][2] == 0
    assert counted(hasselt)["form"][2] == 5


def integrations(centre: Acting) -> dict[tuple[str, str], tuple[str, str | None]]:
    items = every(centre, "/integrations", pageSize="5")
    found = {
        (item["personId"], item["qualityCode"]): (item["startDate"], item.get("endDate")) for item in items
    }
    assert len(found) == len(items)
    return found


def test_r10_an_integration_lasts_from_the_first_form_to_the_end_of_the_last(galmaarden: Acting) -> None:
    first = enter(galmaarden, reference="1", startDate="2023-05-01")
    second = enter(galmaarden, reference="2", startDate="2024-05-01")
    key = (galmaarden.get(API, f"/forms/{first}").json()["personId"], "2")
    assert integrations(galmaarden)[key] == ("2023-05-01", None)
    stop(galmaarden, [second], "2024-12-30")
    assert integrations(galmaarden)[key] == ("2023-05-01", None)
    stop(galmaarden, [first], "2024-12-29")
    assert integrations(galmaarden)[key] == ("2023-05-01", "2024-12-30")


def test_r10_integrations_end_for_the_old_number_and_are_made_for_the_new_one(unlocked: Portal) -> None:
    galmaarden, pajottegem = unlocked.acting_for(GALMAARDEN), unlocked.acting_for(PAJOTTEGEM)
    lasting = {key for key, (_, end) in integrations(galmaarden).items() if end is None}
    assert 20 <= len(lasting) < forms_seed.FORMS  # some people have two forms of one quality
    ids = running(galmaarden)
    stop(galmaarden, ids)
    enter_again(pajottegem, GALMAARDEN, ids)
    ended = {key for key, (_, end) in integrations(galmaarden).items() if end == LAST_DAY}
    assert ended == lasting
    assert integrations(pajottegem) == dict.fromkeys(lasting, (FIRST_DAY, None))


# -- who may ------------------------------------------------------------------------------------------------------


def test_r60_a_reader_reads_and_a_dossier_manager_changes(galmaarden: Acting) -> None:
    portal = galmaarden.portal
    for name, applications, roles in (
        ("x.reader", ["Integraties raadplegen"], []),
        ("x.handler", [], ["Dossierbeheerder"]),
        ("x.other", ["Uniek verslag"], ["Raadpleger"]),
    ):
        body = {"ssin": rehearsal_ssin(name), "applications": applications, "roles": roles, "blocked": False}
        path = "/domains/maatschappelijkWelzijn/users"
        assert galmaarden.call("POST", "accessManagement", path, json=body).status_code == 201
    ids = running(galmaarden)
    for name, reads, changes in (("x.reader", 200, 403), ("x.handler", 200, 200), ("x.other", 403, 403)):
        person = portal.acting_for(GALMAARDEN, name)
        for path in ("/forms", f"/forms/{ids[0]}", "/counts", "/integrations"):
            assert person.get(API, path).status_code == reads, (name, path)
        body = {"endDate": LAST_DAY, "ids": ["nothing"]}
        assert person.call("POST", API, "/forms/stops", json=body).status_code == changes, name
        answer = person.call("POST", API, "/forms", json=a_form(reference=name))
        assert answer.status_code == (201 if changes == 200 else 403)
        predecessors = [{"enterpriseNumber": GALMAARDEN, "id": "nothing"}]
        body = {"startDate": FIRST_DAY, "predecessors": predecessors}
        assert person.call("POST", API, "/attestations/successions", json=body).status_code == changes
