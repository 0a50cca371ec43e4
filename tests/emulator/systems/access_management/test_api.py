"""Access management on the portal's own side (R12, R16, R17, R19-R21)."""

from __future__ import annotations

import pytest

from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import NEW, Acting, issues, problem

API = "accessManagement"
DOMAIN = "/domains/maatschappelijkWelzijn"
ELS, JAN, AN, TOM = (rehearsal_ssin(key) for key in ("x.els", "x.jan", "x.an", "x.tom"))


def a_user(**changes: object) -> dict[str, object]:
    return {
        "ssin": TOM,
        "applications": ["Uniek verslag"],
        "roles": ["Raadpleger"],
        "blocked": False,
        **changes,
    }


def test_an_organisation_says_who_it_is_and_whether_access_was_copied(pajottegem: Acting) -> None:
    answer = pajottegem.get(API).json()
    assert answer == {
        "enterpriseNumber": "1010784738",
        "name": "OCMW Pajottegem",
        "nisCode": "23106",
        "status": "active",
        "activeFrom": "2025-01-01",
        "accessCopied": True,
        "accessCopiedOn": "2025-01-01",
    }


def test_chief_access_managers_are_replaced_as_a_whole(galmaarden: Acting) -> None:
    answer = galmaarden.replace(
        API, "/chiefAccessManagers", {"chiefAccessManagers": [{"ssin": ELS}, {"ssin": JAN}]}
    )
    assert answer.status_code == 200
    found = galmaarden.get(API, "/chiefAccessManagers").json()
    assert [person["ssin"] for person in found["chiefAccessManagers"]] == [ELS, JAN]
    assert len({person["personId"] for person in found["chiefAccessManagers"]}) == 2
    assert (found["createdBy"], found["changedAt"]) == ("portal", "2025-02-03T09:00:00+01:00")


@pytest.mark.parametrize(
    ("chiefs", "expected"),
    [
        ([], ("requiredInput", "chiefAccessManagers", "R15")),
        ([{"ssin": ELS}, {"ssin": ELS}], ("rejectedInput", "chiefAccessManagers", None)),
        ([{"ssin": "12345678901"}], ("invalidInput", "chiefAccessManagers[0].ssin", "R19")),
        ([{"ssin": ELS, "name": "Els"}], ("unknownInput", "chiefAccessManagers[0].name", None)),
    ],
)
def test_r15_chief_access_managers_are_people_each_once(
    galmaarden: Acting, chiefs: list[object], expected: tuple[str, str, str | None]
) -> None:
    answer = galmaarden.replace(API, "/chiefAccessManagers", {"chiefAccessManagers": chiefs})
    assert issues(answer) == {expected}


def test_r16_one_access_manager_a_domain_with_co_access_managers_beside(pajottegem: Acting) -> None:
    path = DOMAIN + "/accessManagers"
    body = {
        "accessManager": {"ssin": JAN, "email": "jan@pajottegem.example", "language": "nl"},
        "coAccessManagers": [{"ssin": AN}],
    }
    assert pajottegem.get(API, path).status_code == 404
    assert pajottegem.create(API, path, body).status_code == 201
    found = pajottegem.get(API, path).json()
    assert found["accessManager"]["email"] == "jan@pajottegem.example"
    assert found["accessManager"]["personId"] != found["coAccessManagers"][0]["personId"]
    assert found["createdBy"] == "rehearsal"
    assert pajottegem.delete(API, path).status_code == 204
    assert pajottegem.get(API, path).status_code == 404


def test_r16_nobody_is_access_manager_and_co_access_manager_at_once(pajottegem: Acting) -> None:
    body = {"accessManager": {"ssin": JAN}, "coAccessManagers": [{"ssin": JAN}]}
    answer = pajottegem.create(API, DOMAIN + "/accessManagers", body)
    assert issues(answer) == {("rejectedInput", "coAccessManagers", "R16")}


def test_domains_are_listed_and_unknown_ones_are_not_there(pajottegem: Acting) -> None:
    listed = pajottegem.get(API, "/domains").json()["items"]
    assert {"domain": "maatschappelijkWelzijn"} in listed
    assert problem(pajottegem.get(API, "/domains/visserij/users")) == (404, "resourceNotFound")
    assert problem(
        pajottegem.create(API, "/domains/visserij/accessManagers", {"accessManager": {"ssin": JAN}})
    ) == (
        404,
        "resourceNotFound",
    )


def test_r19_a_user_is_added_once_a_domain_with_ticked_applications(pajottegem: Acting) -> None:
    made = pajottegem.call("POST", API, DOMAIN + "/users", json=a_user())
    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/users/{made.json()['id']}")
    found = pajottegem.portal.http.get(made.headers["Location"], headers=pajottegem.headers)
    assert found.json() == made.json()
    assert found.headers["ETag"] == made.headers["ETag"]
    again = pajottegem.call("POST", API, DOMAIN + "/users", json=a_user(blocked=True))
    assert problem(again) == (409, "alreadyExists")
    assert again.json()["existing"] == made.json()["id"]
    elsewhere = pajottegem.call("POST", API, "/domains/werkgeverSocialeZekerheid/users", json=a_user())
    assert elsewhere.status_code == 201
    assert elsewhere.json()["personId"] == made.json()["personId"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ssin": "123"}, ("schemaViolation", "ssin", None)),
        ({"ssin": "85010100116"}, ("invalidInput", "ssin", "R19")),
        ({"applications": ["Solitaire"]}, ("referencedResourceNotFound", "applications[0]", "R19")),
        ({"applications": ["Uniek verslag", "Uniek verslag"]}, ("rejectedInput", "applications", None)),
        ({"roles": ["Baas"]}, ("referencedResourceNotFound", "roles[0]", "R19")),
        ({"blocked": "yes"}, ("schemaViolation", "blocked", None)),
    ],
)
def test_r19_what_a_user_cannot_be(
    pajottegem: Acting, changes: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    assert issues(pajottegem.call("POST", API, DOMAIN + "/users", json=a_user(**changes))) == {expected}


def test_r21_a_blocked_user_keeps_applications(pajottegem: Acting) -> None:
    made = pajottegem.call("POST", API, DOMAIN + "/users", json=a_user()).json()
    path = f"{DOMAIN}/users/{made['id']}"
    assert pajottegem.replace(API, path, a_user(blocked=True)).json()["blocked"] is True
    assert pajottegem.get(API, path).json()["applications"] == ["Uniek verslag"]
    assert pajottegem.replace(API, path, a_user(blocked=False)).json()["blocked"] is False


def test_r19_a_user_stays_the_same_person(pajottegem: Acting) -> None:
    made = pajottegem.call("POST", API, DOMAIN + "/users", json=a_user()).json()
    answer = pajottegem.replace(API, f"{DOMAIN}/users/{made['id']}", a_user(ssin=ELS))
    assert issues(answer) == {("rejectedInput", "ssin", "R19")}


def test_a_user_cannot_be_put_where_there_is_none(pajottegem: Acting) -> None:
    path = DOMAIN + "/users/nobody"
    assert problem(pajottegem.call("PUT", API, path, json=a_user(), headers=NEW)) == (404, "resourceNotFound")
    answer = pajottegem.call("PUT", API, path, json=a_user(), headers={"If-Match": '"1"'})
    assert problem(answer) == (412, "preconditionFailed")


def test_r20_several_users_are_deleted_at_once_or_none(galmaarden: Acting) -> None:
    def ids() -> list[str]:
        return [user["id"] for user in galmaarden.get(API, DOMAIN + "/users").json()["items"]]

    first, second, *rest = ids()
    answer = galmaarden.call(
        "POST", API, DOMAIN + "/users/deletions", json={"ids": [first, "nobody", second]}
    )
    assert issues(answer) == {("referencedResourceNotFound", "ids[1]", "R20")}
    assert ids() == [first, second, *rest]
    answer = galmaarden.call("POST", API, DOMAIN + "/users/deletions", json={"ids": [first, second]})
    assert answer.status_code == 204
    assert ids() == rest


def test_r20_one_user_is_deleted(galmaarden: Acting) -> None:
    user = galmaarden.get(API, DOMAIN + "/users").json()["items"][0]
    path = f"{DOMAIN}/users/{user['id']}"
    assert galmaarden.delete(API, path).status_code == 204
    assert galmaarden.get(API, path).status_code == 404
    # Added again it is another user: what was deleted does not come back.
    again = galmaarden.call("POST", API, DOMAIN + "/users", json=a_user(ssin=user["ssin"])).json()
    assert again["id"] != user["id"]
    assert again["personId"] == user["personId"]
