"""OCMW-configuratie on the portal's own side (R48-R59)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import NEW, Acting, Portal, issues, problem
from tests.emulator.conftest import PAJOTTEGEM as NUMBER

API = "ocmwConfiguration"
PROVIDERS = {
    "network": "publinet",
    "socialFile": {"supplier": "socius", "product": "Socius Dossier"},
    "contacts": [{"name": "Tom", "phone": "+3227875827", "email": "tom@pajottegem.example"}],
}
CONTACT: dict[str, Any] = {
    "street": {"nl": "Kerkstraat 1", "fr": "Rue de l'Église 1", "de": "Kirchstraße 1"},
    "city": {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"},
    "postcode": "1755",
    "phone": "+3227875827",
    "email": "info@pajottegem.example",
    "website": "https://pajottegem.example",
}
ONLINE: dict[str, Any] = {
    "newRequests": {"enabled": True, "email": "info@pajottegem.example"},
    "unreadReminders": {
        "enabled": True,
        "email": "info@pajottegem.example",
        "delayDays": 2,
        "frequencyDays": 1,
    },
}
SCREENS: dict[str, dict[str, Any]] = {
    "/mutations": {"receive": ["address", "death"]},
    "/technicalProviders": PROVIDERS,
    "/contactDetails": CONTACT,
    "/ocmwOnline": ONLINE,
}


@pytest.mark.parametrize("path", SCREENS)
def test_r51_a_screen_is_what_was_saved_and_never_saved_again_after_a_delete(
    pajottegem: Acting, path: str
) -> None:
    body = SCREENS[path]
    assert problem(pajottegem.get(API, path)) == (404, "resourceNotFound")
    made = pajottegem.create(API, path, body)
    assert made.status_code == 201
    found = pajottegem.get(API, path)
    assert {name: found.json()[name] for name in body} == body
    assert found.headers["ETag"] == made.headers["ETag"]
    assert pajottegem.delete(API, path).status_code == 204
    assert pajottegem.get(API, path).status_code == 404


@pytest.mark.parametrize("path", SCREENS)
def test_r51_a_refused_save_leaves_the_screen_as_it_was(pajottegem: Acting, path: str) -> None:
    pajottegem.create(API, path, SCREENS[path])
    before = pajottegem.get(API, path)
    answer = pajottegem.replace(API, path, {**SCREENS[path], "surprise": 1})
    assert issues(answer) == {("unknownInput", "surprise", None)}
    after = pajottegem.get(API, path)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])


def test_r51_what_is_not_saved_is_lost(pajottegem: Acting) -> None:
    """A screen is saved whole: what the last save does not say is not there any more."""
    pajottegem.create(API, "/contactDetails", CONTACT)
    without = {name: value for name, value in CONTACT.items() if name != "website"}
    assert "website" not in pajottegem.replace(API, "/contactDetails", without).json()
    assert "website" not in pajottegem.get(API, "/contactDetails").json()


def test_r48_r49_types_are_unticked_and_ticked_again(pajottegem: Acting) -> None:
    pajottegem.create(API, "/mutations", {"receive": ["address", "death"]})
    assert pajottegem.replace(API, "/mutations", {"receive": []}).json()["receive"] == []
    assert pajottegem.replace(API, "/mutations", {"receive": ["death"]}).json()["receive"] == ["death"]


@pytest.mark.parametrize(
    ("receive", "expected"),
    [
        (["weather"], ("referencedResourceNotFound", "receive[0]", "R48")),
        (["death", "death"], ("rejectedInput", "receive", None)),
        ("death", ("schemaViolation", "receive", None)),
        (None, ("schemaViolation", "receive", None)),
    ],
)
def test_r48_only_known_types_can_be_ticked(
    pajottegem: Acting, receive: object, expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.create(API, "/mutations", {"receive": receive})) == {expected}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"network": "tinCans"}, ("referencedResourceNotFound", "network", "R52")),
        (
            {"socialFile": {"supplier": "smals", "product": "x"}},
            ("referencedResourceNotFound", "socialFile.supplier", "R52"),
        ),
        (
            {"socialFile": {"supplier": "socius", "product": "Meester Welzijn"}},
            ("referencedResourceNotFound", "socialFile.product", "R52"),
        ),
        ({"socialFile": {"supplier": "socius"}}, ("requiredInput", "socialFile.product", None)),
        ({"contacts": []}, ("requiredInput", "contacts", "R52")),
        (
            {"contacts": [{"name": "Tom", "phone": "+3227875827"}]},
            ("requiredInput", "contacts[0].email", None),
        ),
    ],
)
def test_r52_necessary_fields_of_technical_providers(
    pajottegem: Acting, changes: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.create(API, "/technicalProviders", {**PROVIDERS, **changes})) == {expected}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"street": {"nl": "Kerkstraat 1", "fr": "Rue 1"}}, ("requiredInput", "street.de", None)),
        ({"city": {"nl": "Pajottegem", "fr": " ", "de": "P"}}, ("invalidInput", "city.fr", None)),
        ({"postcode": "0175"}, ("schemaViolation", "postcode", None)),
        ({"phone": "02 787 58 27"}, ("schemaViolation", "phone", None)),
        ({"email": "nobody"}, ("invalidInput", "email", None)),
        ({"website": "pajottegem.example"}, ("invalidInput", "website", None)),
        ({"street": {"nl": "Kerk\u0000straat", "fr": "r", "de": "s"}}, ("invalidInput", "street.nl", None)),
    ],
)
def test_r53_contact_details_are_whole_and_in_three_languages(
    pajottegem: Acting, changes: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.create(API, "/contactDetails", {**CONTACT, **changes})) == {expected}


@pytest.mark.parametrize("field", ["street", "city"])
@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_r53_no_language_is_left_out(pajottegem: Acting, field: str, language: str) -> None:
    some = {name: text for name, text in CONTACT[field].items() if name != language}
    answer = pajottegem.create(API, "/contactDetails", {**CONTACT, field: some})
    assert issues(answer) == {("requiredInput", f"{field}.{language}", None)}


def test_r55_notifications_need_an_address(pajottegem: Acting) -> None:
    answer = pajottegem.create(API, "/ocmwOnline", {**ONLINE, "newRequests": {"enabled": True}})
    assert issues(answer) == {("requiredInput", "newRequests.email", "R55")}
    off = {"newRequests": {"enabled": False}, "unreadReminders": {"enabled": False}}
    assert pajottegem.create(API, "/ocmwOnline", off).status_code == 201


def test_r56_reminders_need_address_delay_and_frequency_all_reported_at_once(pajottegem: Acting) -> None:
    answer = pajottegem.create(API, "/ocmwOnline", {**ONLINE, "unreadReminders": {"enabled": True}})
    assert issues(answer) == {
        ("requiredInput", "unreadReminders.email", "R56"),
        ("requiredInput", "unreadReminders.delayDays", "R56"),
        ("requiredInput", "unreadReminders.frequencyDays", "R56"),
    }


@pytest.mark.parametrize("days", [0, -1, 366])
def test_r57_r58_delay_and_frequency_are_days(pajottegem: Acting, days: int) -> None:
    reminders = {**ONLINE["unreadReminders"], "delayDays": days, "frequencyDays": days}
    answer = pajottegem.create(API, "/ocmwOnline", {**ONLINE, "unreadReminders": reminders})
    assert issues(answer) == {
        ("outOfRange", "unreadReminders.delayDays", None),
        ("outOfRange", "unreadReminders.frequencyDays", None),
    }


def test_r27_configuration_of_a_new_number_waits_for_the_copy(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-01-01T05:59:59+01:00").acting_for(NUMBER)
    for answer in (
        centre.get(API, "/mutations"),
        centre.call("PUT", API, "/mutations", json=SCREENS["/mutations"], headers=NEW),
    ):
        assert problem(answer) == (409, "notYetAvailable")
        assert answer.json()["reason"] == "accessNotCopied"
    centre.portal.http.put("/rehearsal/v1/clock", json={"now": "2025-01-01T06:00:00+01:00"})
    assert centre.create(API, "/mutations", SCREENS["/mutations"]).status_code == 201


@pytest.mark.parametrize("path", ["/contactDetails", "/ocmwOnline"])
def test_r59_contact_details_and_ocmw_online_open_later(
    portal_at: Callable[[str], Portal], path: str
) -> None:
    centre = portal_at("2025-01-12").acting_for(NUMBER)
    for answer in (centre.get(API, path), centre.create(API, path, SCREENS[path])):
        assert problem(answer) == (409, "notYetAvailable")
        assert (answer.json()["reason"], answer.json()["availableFrom"]) == ("screenNotOpen", "2025-01-13")
    assert centre.create(API, "/mutations", SCREENS["/mutations"]).status_code == 201
    centre.portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 1})
    assert centre.create(API, path, SCREENS[path]).status_code == 201
