"""Signing in as a person, with scopes, with or without a choice (contract, section 2; R65, R66)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator import controls
from emulator.core.people import rehearsal_ssin
from emulator.signin import clients
from tests.emulator.conftest import (
    BASE,
    GALMAARDEN,
    HASSELT,
    KORTESSEM,
    PAJOTTEGEM,
    SENDER,
    SIGN_IN_PATH,
    Acting,
    Portal,
    problem,
    public_pem,
)

OWN = "/REST/signIn/v1/organizations"
BOTH = "bart.nijs"  # co-manager at Hasselt, manager at Kortessem
CHIEF = "els.peeters"  # chief access manager of Galmaarden


def refused(portal: Portal, form: dict[str, str]) -> tuple[int, str]:
    answer = portal.http.post(SIGN_IN_PATH, data=form)
    assert set(answer.json()) == {"error", "error_description"}
    return answer.status_code, str(answer.json()["error"])


def signed_in(portal: Portal, form: dict[str, str]) -> dict[str, str]:
    """The headers of who signs in."""
    answer = portal.http.post(SIGN_IN_PATH, data=form)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def without_choice(portal: Portal, person: str) -> dict[str, str]:
    return signed_in(portal, portal.form_of(person))


# -- choosing -----------------------------------------------------------------------------------------------------


def test_r65_who_has_access_to_both_centres_chooses_one(portal: Portal) -> None:
    listed = portal.http.get(OWN, headers=without_choice(portal, BOTH)).json()
    assert [one["enterpriseNumber"] for one in listed["items"]] == [KORTESSEM, HASSELT]
    for number in (HASSELT, KORTESSEM):
        assert portal.acting_for(number, BOTH).get("accessManagement").json()["enterpriseNumber"] == number


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("hasselt", [HASSELT]),
        ("OCMW", [KORTESSEM, HASSELT]),
        ("0212.189.577", [KORTESSEM]),
        ("0212189577", [KORTESSEM]),
        ("0212", [KORTESSEM, HASSELT]),
        ("galmaarden", []),
        ("0212.212.343", []),
        ("", [KORTESSEM, HASSELT]),
        ("...", []),
        ("%", []),
    ],
)
def test_r65_centres_are_found_by_name_or_number(portal: Portal, search: str, found: list[str]) -> None:
    headers = without_choice(portal, BOTH)
    listed = portal.http.get(OWN, headers=headers, params={"search": search}).json()
    assert [one["enterpriseNumber"] for one in listed["items"]] == found
    assert listed["total"] == len(found)


def test_r65_the_choice_comes_in_pages_that_keep_the_search(portal: Portal) -> None:
    headers = without_choice(portal, BOTH)
    first = portal.http.get(OWN, headers=headers, params={"search": "ocmw", "pageSize": 1}).json()
    assert (len(first["items"]), first["total"]) == (1, 2)
    second = portal.http.get(first["next"], headers=headers).json()
    assert [one["enterpriseNumber"] for one in second["items"]] == [HASSELT]
    assert "next" not in second


def test_r65_after_the_copy_the_merged_centre_is_there_to_choose(portal_at: Callable[[str], Portal]) -> None:
    """R15: then all have access to both."""
    portal = portal_at("2024-12-31")
    headers = without_choice(portal, CHIEF)

    def numbers() -> list[str]:
        return [one["enterpriseNumber"] for one in portal.http.get(OWN, headers=headers).json()["items"]]

    assert numbers() == [GALMAARDEN]
    assert refused(portal, portal.form_of(CHIEF, PAJOTTEGEM)) == (400, "invalid_grant")
    controls.set_clock(portal.database, "2025-01-01")
    assert numbers() == [GALMAARDEN, PAJOTTEGEM]
    assert (
        portal.acting_for(PAJOTTEGEM, CHIEF).get("accessManagement", "/chiefAccessManagers").status_code
        == 200
    )


def test_r65_r66_who_has_not_chosen_can_do_nothing_but_choose(portal: Portal) -> None:
    undecided = Acting(portal, HASSELT, without_choice(portal, BOTH)["Authorization"].removeprefix("Bearer "))
    for answer in (
        undecided.get("accessManagement"),
        undecided.get("chaman", "/sender"),
        undecided.call("PUT", "chaman", "/sender", json=SENDER, headers={"If-Match": "*"}),
    ):
        assert problem(answer) == (403, "missingPermission")
        assert answer.json()["rule"] == "R66"


def test_r66_a_person_works_at_the_centre_that_was_chosen_and_at_no_other(portal: Portal) -> None:
    chosen = portal.acting_for(HASSELT, BOTH)
    before = portal.acting_for(KORTESSEM).get("chaman", "/sender").json()
    other = Acting(portal, KORTESSEM, chosen.headers["Authorization"].removeprefix("Bearer "))
    answer = other.call("PUT", "chaman", "/sender", json=SENDER, headers={"If-Match": "*"})
    assert problem(answer) == (403, "missingPermission")
    assert answer.json()["rule"] == "R66"
    assert portal.acting_for(KORTESSEM).get("chaman", "/sender").json() == before
    assert chosen.call("PUT", "chaman", "/sender", json=SENDER, headers={"If-Match": "*"}).status_code == 200


def test_r65_who_has_chosen_can_look_at_the_choice_again(portal: Portal) -> None:
    acting = portal.acting_for(HASSELT, BOTH)
    assert portal.http.get(OWN, headers=acting.headers).json()["total"] == 2


def test_r65_a_client_of_itself_has_nothing_to_choose_from(portal: Portal) -> None:
    answer = portal.http.get(OWN, headers=portal.acting_for(HASSELT).headers)
    assert problem(answer) == (403, "missingPermission")
    assert problem(portal.http.get(OWN)) == (401, "noAccessToken")


def test_r65_what_one_may_choose_follows_access_management(portal: Portal) -> None:
    headers = without_choice(portal, BOTH)
    managers = "/domains/maatschappelijkWelzijn/accessManagers"
    portal.acting_for(KORTESSEM).delete("accessManagement", managers)
    listed = portal.http.get(OWN, headers=headers).json()["items"]
    assert [one["enterpriseNumber"] for one in listed] == [HASSELT]
    assert refused(portal, portal.form_of(BOTH, KORTESSEM)) == (400, "invalid_grant")


# -- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("organization", [None, GALMAARDEN])
@pytest.mark.parametrize("ssin", [rehearsal_ssin("staff.nobody"), "", "x", 7, ["a"], {"a": 1}, True])
def test_r65_who_is_nobody_here_does_not_sign_in(portal: Portal, ssin: Any, organization: str | None) -> None:
    form = portal.form(organization or GALMAARDEN, client_assertion=portal.assertion(ssin=ssin))
    if organization is None:
        del form["acting_for"]
    assert refused(portal, form) == (400, "invalid_grant")


def test_r21_a_blocked_user_does_not_sign_in(portal: Portal) -> None:
    assert refused(portal, portal.form_of("lea.goossens", GALMAARDEN)) == (400, "invalid_grant")


def test_a_refusal_tells_nothing_of_the_person(portal: Portal) -> None:
    answer = portal.http.post(SIGN_IN_PATH, data=portal.form_of("staff.nobody"))
    assert rehearsal_ssin("staff.nobody") not in answer.text


def test_who_worked_stands_in_the_journal_by_number_and_not_by_insz(portal: Portal) -> None:
    acting = portal.acting_for(GALMAARDEN, CHIEF)
    chiefs = acting.get("accessManagement", "/chiefAccessManagers").json()["chiefAccessManagers"]
    (number,) = {one["personId"] for one in chiefs}
    written = controls.journal(portal.database)
    assert {(entry["person"], entry["actingFor"]) for entry in written} == {(number, GALMAARDEN)}
    assert rehearsal_ssin(CHIEF) not in str(written)


# -- what for -----------------------------------------------------------------------------------------------------


def test_a_token_without_scopes_asked_for_has_all_that_the_client_may_have(portal: Portal) -> None:
    for scope in ({}, {"scope": ""}):
        answer = portal.http.post(SIGN_IN_PATH, data=portal.form(HASSELT, **scope)).json()
        assert set(answer["scope"].split()) == clients.SCOPES


def test_a_token_is_for_the_scopes_that_were_asked_for(portal: Portal) -> None:
    headers = signed_in(portal, portal.form(HASSELT, scope="chaman:read"))
    acting = Acting(portal, HASSELT, headers["Authorization"].removeprefix("Bearer "))
    assert acting.get("chaman", "/sender").status_code == 200
    write = acting.call("PUT", "chaman", "/sender", json=SENDER, headers={"If-Match": "*"})
    assert problem(write) == (403, "missingScope")
    assert write.json()["requiredScopes"] == ["chaman:write"]
    other = acting.get("ocmwConfiguration", "/mutations")
    assert (problem(other), other.json()["requiredScopes"]) == (
        (403, "missingScope"),
        ["ocmwConfiguration:read"],
    )
    assert portal.acting_for(HASSELT).get("chaman", "/sender").json()["name"] != SENDER["name"]


def test_scopes_hold_a_person_as_well(portal: Portal) -> None:
    headers = signed_in(portal, portal.form_of(BOTH, HASSELT, scope="accessManagement:read"))
    acting = Acting(portal, HASSELT, headers["Authorization"].removeprefix("Bearer "))
    assert acting.get("accessManagement").status_code == 200
    assert problem(acting.get("chaman", "/sender")) == (403, "missingScope")


@pytest.mark.parametrize("scope", ["everything", "chaman:read,chaman:write", "chaman", "chaman:read admin"])
def test_a_scope_that_there_is_not_is_refused(portal: Portal, scope: str) -> None:
    assert refused(portal, portal.form(HASSELT, scope=scope)) == (400, "invalid_scope")


# -- clients ------------------------------------------------------------------------------------------------------


class Second:
    """Another client of the portal, with a key of its own."""

    def __init__(self, portal: Portal, scopes: str | None = None) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.portal = portal
        controls.register_client(portal.database, "second", public_pem(self.key), scopes)

    def form(self, **claims: Any) -> dict[str, str]:
        now = int(time.time())
        standard = {"iss": "second", "sub": "second", "aud": BASE + SIGN_IN_PATH, "iat": now, "exp": now + 60}
        signed = jwt.encode({**standard, "jti": "one", **claims}, self.key, "RS256")
        return self.portal.form(HASSELT, client_assertion=signed)


def test_a_client_gets_no_more_than_it_was_registered_for(portal: Portal) -> None:
    second = Second(portal, "chaman:read chaman:write")
    answer = portal.http.post(SIGN_IN_PATH, data=second.form()).json()
    assert set(answer["scope"].split()) == {"chaman:read", "chaman:write"}
    for scope in ("eBox:read", "chaman:read eBox:read"):
        asked = {**second.form(jti=scope), "scope": scope}
        assert refused(portal, asked) == (400, "invalid_scope")


def test_a_client_is_registered_for_scopes_that_there_are(portal: Portal, key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValueError, match="scope"):
        controls.register_client(portal.database, "second", public_pem(key), "chaman:read chaman:destroy")


def test_a_portal_tells_which_one_it_is_until_it_is_started_anew(portal: Portal) -> None:
    def identity() -> str:
        answer = portal.http.get("/REST/signIn/v1/portal", headers=portal.acting_for(HASSELT).headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["identity"])

    assert portal.http.get("/REST/signIn/v1/portal").status_code == 401
    first = identity()
    assert identity() == first
    controls.make_checkpoint(portal.database, "before")
    controls.reset(portal.database)
    second = identity()
    assert second != first
    controls.restore_checkpoint(portal.database, "before")
    assert identity() == second, "content put back does not make another portal of it"


def test_a_reset_leaves_a_client_its_key_and_no_more_scopes_than_it_had(portal: Portal) -> None:
    second = Second(portal, "chaman:read")
    controls.reset(portal.database)
    answer = portal.http.post(SIGN_IN_PATH, data=second.form()).json()
    assert answer["scope"] == "chaman:read"


def test_a_jti_is_taken_once_from_each_client(portal: Portal) -> None:
    form = portal.form(HASSELT, client_assertion=portal.assertion(jti="one"))
    second = Second(portal)
    for one in (form, second.form()):
        assert portal.http.post(SIGN_IN_PATH, data=one).status_code == 200
        assert refused(portal, one) == (401, "invalid_client")
    # Another assertion with the same jti is the same one.
    assert refused(portal, second.form(exp=int(time.time()) + 30)) == (401, "invalid_client")


def test_a_client_cannot_sign_as_another(portal: Portal) -> None:
    second = Second(portal)
    for claims in ({"iss": "rehearsal", "sub": "rehearsal"}, {"sub": "rehearsal"}, {"iss": "rehearsal"}):
        assert refused(portal, second.form(**claims)) == (401, "invalid_client")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": BASE + "/REST/oauth/v5/tokens"},
        {"aud": "https://portal.embedded" + SIGN_IN_PATH},
    ],
)
def test_a_person_is_vouched_for_by_a_whole_assertion(portal: Portal, claims: dict[str, Any]) -> None:
    vouched = portal.assertion(ssin=rehearsal_ssin(CHIEF), **claims)
    assert refused(portal, portal.form(GALMAARDEN, client_assertion=vouched)) == (401, "invalid_client")


@pytest.mark.parametrize("seconds_from_now", [-60, 60 * 60])
def test_a_person_is_vouched_for_while_the_assertion_lives(portal: Portal, seconds_from_now: int) -> None:
    expires = int(time.time()) + seconds_from_now
    vouched = portal.assertion(ssin=rehearsal_ssin(CHIEF), exp=expires)
    assert refused(portal, portal.form(GALMAARDEN, client_assertion=vouched)) == (401, "invalid_client")


def test_a_reset_ends_what_was_signed_in(portal: Portal) -> None:
    acting = portal.acting_for(GALMAARDEN, CHIEF)
    controls.reset(portal.database)
    assert problem(acting.get("accessManagement")) == (401, "invalidAccessToken")
