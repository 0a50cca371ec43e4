"""ChaMan's sender and FTP accounts on the portal's own side (R27-R31, R37, R38)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from emulator import controls
from emulator.core import passwords
from tests.emulator.conftest import GALMAARDEN, PAJOTTEGEM, SENDER, Acting, Portal, issues, problem
from tests.emulator.support.certificate_files import certificate
from tests.emulator.support.sftp_client import ACCOUNT, put

API = "chaman"
PASSWORD = "Zomer,2025!"
PATH = "/ftpAccounts/FTP%20Pajottegem"


def an_account(**changes: Any) -> dict[str, Any]:
    body = {
        "type": "FTP",
        "username": "pajot2025",
        "password": PASSWORD,
        "authorizations": ["mutations"],
        "certificate": "ftp.cer",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


@pytest.fixture
def ready(pajottegem: Acting) -> Acting:
    """Pajottegem with a sender and a certificate for FTP."""
    assert pajottegem.create(API, "/sender", SENDER).status_code == 201
    body = {"content": certificate(), "usage": "ftp"}
    assert pajottegem.create(API, "/certificates/ftp.cer", body).status_code == 201
    return pajottegem


def test_r27_chaman_of_a_new_number_waits_for_the_copy(portal_at: Callable[[str], Portal]) -> None:
    centre = portal_at("2025-01-01T05:00").acting_for(PAJOTTEGEM)
    for answer in (
        centre.get(API, "/sender"),
        centre.create(API, "/sender", SENDER),
        centre.get(API, "/restAccounts"),
    ):
        assert problem(answer) == (409, "notYetAvailable")
        assert (answer.json()["reason"], answer.json()["rule"]) == ("accessNotCopied", "R27")


def test_r27_chaman_of_a_kept_number_waits_for_nothing(portal_at: Callable[[str], Portal]) -> None:
    assert portal_at("2024-11-01").acting_for("0212216402").get(API, "/sender").status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": None}, ("schemaViolation", "name", None)),
        ({"phone": "02 787 58 27"}, ("schemaViolation", "phone", None)),
        ({"email": "ict"}, ("invalidInput", "email", None)),
        ({"language": "en"}, ("schemaViolation", "language", None)),
    ],
)
def test_r28_a_sender_has_name_phone_email_and_language(
    pajottegem: Acting, changes: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.create(API, "/sender", {**SENDER, **changes})) == {expected}
    assert issues(pajottegem.create(API, "/sender", {})) == {
        ("requiredInput", name, None) for name in ("name", "phone", "email", "language")
    }


def test_r28_nothing_is_made_before_the_sender(pajottegem: Acting) -> None:
    for path, body in (
        (PATH, an_account()),
        ("/certificates/ftp.cer", {"content": certificate(), "usage": "ftp"}),
        ("/restAccounts/x", {"authorizations": ["integrationsConsult"], "certificate": "x.cer"}),
        ("/delegationRequests/x", {"authorizations": ["integrationsConsult"], "supplier": "socius"}),
    ):
        answer = pajottegem.create(API, path, body)
        assert problem(answer) == (409, "notYetAvailable"), path
        assert answer.json()["reason"] == "senderMissing"
    # Looking is allowed.
    assert pajottegem.get(API, "/ftpAccounts").json() == {"items": [], "total": 0}


def test_r28_the_sender_goes_last(ready: Acting) -> None:
    ready.create(API, PATH, an_account())
    assert problem(ready.delete(API, "/sender")) == (409, "inUse")
    ready.delete(API, PATH)
    assert ready.delete(API, "/sender").status_code == 204


def test_r29_an_ftp_account_is_made_and_its_password_never_shown(ready: Acting) -> None:
    made = ready.create(API, PATH, an_account())
    assert made.status_code == 201
    assert made.json() == {
        "accountName": "FTP Pajottegem",
        "type": "FTP",
        "username": "pajot2025",
        "authorizations": ["mutations"],
        "certificate": "ftp.cer",
        "passwordChangedAt": "2025-02-03T09:00:00+01:00",
        "createdBy": "rehearsal",
        "createdAt": "2025-02-03T09:00:00+01:00",
        "changedAt": "2025-02-03T09:00:00+01:00",
    }
    assert ready.get(API, PATH).json() == made.json()
    assert ready.get(API, "/ftpAccounts").json() == {"items": [made.json()], "total": 1}


def test_an_account_that_is_made_again_has_an_empty_folder(galmaarden: Acting) -> None:
    portal, name = galmaarden.portal, ACCOUNT

    def kept() -> set[str]:
        return {one["account"] for one in controls.list_folder_files(portal.database, GALMAARDEN)}

    put(portal, "a.xml", b"<a/>")
    assert name in kept()
    body = {**galmaarden.get(API, f"/ftpAccounts/{name}").json(), "password": PASSWORD}
    assert galmaarden.delete(API, f"/ftpAccounts/{name}").status_code == 204
    assert name not in kept()
    again = {key: body[key] for key in ("type", "username", "authorizations", "certificate", "password")}
    assert galmaarden.create(API, f"/ftpAccounts/{name}", again).status_code == 201
    assert name not in kept()


def test_a_password_is_kept_hashed_and_only_changed_when_sent(ready: Acting) -> None:
    def kept() -> str:
        with closing(sqlite3.connect(ready.portal.database)) as connection, connection:
            (secret,) = connection.execute(
                "SELECT secret FROM resources WHERE kind = 'ftpAccount' AND organization = ?", (ready.number,)
            ).fetchone()
        connection.close()
        return str(secret)

    ready.create(API, PATH, an_account())
    first = kept()
    assert PASSWORD not in first
    assert passwords.matches(PASSWORD, first)
    assert not passwords.matches(PASSWORD.lower(), first)
    ready.portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 1})
    unchanged = ready.replace(API, PATH, an_account(password=None, authorizations=["integrations"])).json()
    assert (kept(), unchanged["passwordChangedAt"]) == (first, "2025-02-03T09:00:00+01:00")
    changed = ready.replace(API, PATH, an_account(password="Winter;2025?")).json()
    assert changed["passwordChangedAt"] == "2025-02-04T09:00:00+01:00"
    assert passwords.matches("Winter;2025?", kept())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "SFTP"}, ("schemaViolation", "type", None)),
        ({"authorizations": []}, ("requiredInput", "authorizations", "R29")),
        ({"authorizations": ["everything"]}, ("referencedResourceNotFound", "authorizations[0]", "R29")),
        ({"password": None}, ("requiredInput", "password", "R29")),
        ({"certificate": None}, ("requiredInput", "certificate", None)),
        ({"username": "pajot 2025"}, ("invalidInput", "username", "R30")),
        ({"username": "pajottegem1"}, ("invalidInput", "username", "R30")),
        ({"username": "pajöt"}, ("invalidInput", "username", "R30")),
        ({"username": ""}, ("invalidInput", "username", "R30")),
        ({"username": "pajot2025\n"}, ("invalidInput", "username", "R30")),
        ({"password": "Zomer2025!"}, ("invalidInput", "password", "R31")),
        ({"password": "Zomer 2025!!"}, ("invalidInput", "password", "R31")),
        ({"password": "Zomer-Zomer-2025"}, ("invalidInput", "password", "R31")),
        ({"password": 'Zomer"2025~'}, ("invalidInput", "password", "R31")),
        ({"password": "Zomér,2025!"}, ("invalidInput", "password", "R31")),
        ({"certificate": "missing.cer"}, ("referencedResourceNotFound", "certificate", "R37")),
    ],
)
def test_r29_r30_r31_r37_what_an_ftp_account_cannot_be(
    ready: Acting, changes: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    assert issues(ready.create(API, PATH, an_account(**changes))) == {expected}
    assert ready.get(API, PATH).status_code == 404


def test_all_that_is_wrong_is_told_at_once_without_the_values(ready: Acting) -> None:
    body = an_account(username="pajot 2025", password="Geheim2025", authorizations=[], certificate="no.cer")
    answer = ready.create(API, PATH, body)
    assert issues(answer) == {
        ("invalidInput", "username", "R30"),
        ("invalidInput", "password", "R31"),
        ("requiredInput", "authorizations", "R29"),
        ("referencedResourceNotFound", "certificate", "R37"),
    }
    assert "Geheim2025" not in answer.text


@pytest.mark.parametrize("password", [",;:=?./+*$%<>&@#", "'(!{})-_", "\u2019\u2019a"])
def test_r31_every_special_character_of_the_manual_is_taken(ready: Acting, password: str) -> None:
    assert ready.create(API, PATH, an_account(password=password[:15])).status_code == 201


def test_r38_the_ftp_certificate_is_one_for_ftp(ready: Acting) -> None:
    ready.create(API, "/certificates/rest.cer", {"content": certificate(), "usage": "rest"})
    answer = ready.create(API, PATH, an_account(certificate="rest.cer"))
    assert issues(answer) == {("rejectedInput", "certificate", "R37")}


def test_r37_the_certificate_is_valid_on_the_day(ready: Acting) -> None:
    ready.create(API, "/certificates/short.cer", {"content": certificate(days=40), "usage": "ftp"})
    assert ready.create(API, PATH, an_account(certificate="short.cer")).status_code == 201
    ready.portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 30})
    assert issues(ready.replace(API, PATH, an_account(certificate="short.cer"))) == {
        ("invalidPeriod", "certificate", "R37")
    }


@pytest.mark.parametrize("collection", ["ftpAccounts", "restAccounts", "delegationRequests", "certificates"])
@pytest.mark.parametrize(
    "name", ["FTP%20", "%20FTP", "FT%C2%A0P", "FT%E2%80%8BP", "FT%E2%80%AEP", "FT%0AP", "%2E%2E", "F" * 101]
)
def test_a_name_that_looks_like_another_is_none(ready: Acting, collection: str, name: str) -> None:
    answer = ready.create(API, f"/{collection}/{name}", an_account())
    assert issues(answer) & {("invalidInput", "accountName", None), ("invalidInput", "fileName", None)}


@pytest.mark.parametrize("name", ["50%25%20x", "a%252Fb", "FTP%20%231", "%C3%A9%3F", "F" * 100, "..x"])
def test_a_name_may_have_all_other_signs(ready: Acting, name: str) -> None:
    assert ready.create(API, f"/ftpAccounts/{name}", an_account()).status_code == 201


def test_r30_user_names_are_unique_over_the_portal_and_free_again_after(ready: Acting) -> None:
    theirs = ready.portal.acting_for(GALMAARDEN).get(API, "/ftpAccounts").json()["items"][0]["username"]
    answer = ready.create(API, PATH, an_account(username=theirs.upper()))
    assert problem(answer) == (409, "alreadyExists")
    assert GALMAARDEN not in answer.text
    assert ready.create(API, PATH, an_account()).status_code == 201
    assert problem(ready.create(API, "/ftpAccounts/second", an_account())) == (409, "alreadyExists")
    assert ready.replace(API, PATH, an_account(username="pajot2026")).status_code == 200
    assert ready.create(API, "/ftpAccounts/second", an_account()).status_code == 201
    ready.delete(API, PATH)
    assert ready.create(API, "/ftpAccounts/third", an_account(username="pajot2026")).status_code == 201
