"""Writing under preconditions: natural keys, ETags, what may be repeated (contract, section 3)."""

from __future__ import annotations

import pytest

from tests.emulator.conftest import NEW, Acting, issues, problem

API, PATH = "ocmwConfiguration", "/mutations"


def test_a_put_that_is_repeated_is_412_and_the_first_one_holds(pajottegem: Acting) -> None:
    assert pajottegem.create(API, PATH, {"receive": ["death"]}).status_code == 201
    assert problem(pajottegem.create(API, PATH, {"receive": ["name"]})) == (412, "preconditionFailed")
    assert pajottegem.get(API, PATH).json()["receive"] == ["death"]


def test_a_change_under_a_stale_etag_is_412(pajottegem: Acting) -> None:
    stale = pajottegem.create(API, PATH, {"receive": ["death"]}).headers["ETag"]
    fresh = pajottegem.replace(API, PATH, {"receive": ["name"]}).headers["ETag"]
    assert stale != fresh
    assert problem(pajottegem.replace(API, PATH, {"receive": []}, stale)) == (412, "preconditionFailed")
    assert problem(pajottegem.delete(API, PATH, stale)) == (412, "preconditionFailed")
    assert pajottegem.get(API, PATH).headers["ETag"] == fresh


def test_an_etag_is_never_given_twice(pajottegem: Acting) -> None:
    first = pajottegem.create(API, PATH, {"receive": ["death"]}).headers["ETag"]
    assert pajottegem.delete(API, PATH).status_code == 204
    assert problem(pajottegem.replace(API, PATH, {"receive": []}, first)) == (412, "preconditionFailed")
    assert pajottegem.create(API, PATH, {"receive": ["death"]}).headers["ETag"] != first


@pytest.mark.parametrize("etag", ["*", '"0", {etag}', "{etag}"])
def test_if_match_takes_a_star_and_lists(pajottegem: Acting, etag: str) -> None:
    made = pajottegem.create(API, PATH, {"receive": ["death"]}).headers["ETag"]
    assert pajottegem.replace(API, PATH, {"receive": []}, etag.format(etag=made)).status_code == 200


def test_a_weak_etag_never_matches(pajottegem: Acting) -> None:
    made = pajottegem.create(API, PATH, {"receive": ["death"]}).headers["ETag"]
    assert problem(pajottegem.replace(API, PATH, {"receive": []}, f"W/{made}")) == (412, "preconditionFailed")


def test_writing_without_a_precondition_is_428(pajottegem: Acting) -> None:
    pajottegem.create(API, PATH, {"receive": ["death"]})
    assert problem(pajottegem.call("PUT", API, PATH, json={"receive": []})) == (428, "preconditionRequired")
    assert problem(pajottegem.call("DELETE", API, PATH)) == (428, "preconditionRequired")


def test_preconditions_that_make_no_sense_are_400(pajottegem: Acting) -> None:
    body = {"receive": ["death"]}
    odd = pajottegem.call("PUT", API, PATH, json=body, headers={"If-None-Match": '"5"'})
    assert issues(odd) == {("invalidInput", "If-None-Match", None)}
    both = pajottegem.call("PUT", API, PATH, json=body, headers={**NEW, "If-Match": '"5"'})
    assert issues(both) == {("rejectedInput", "If-None-Match", None)}


def test_deleting_what_is_not_there_is_404(pajottegem: Acting) -> None:
    assert problem(pajottegem.delete(API, PATH, '"1"')) == (404, "resourceNotFound")


def test_the_portal_says_by_whom_and_when(pajottegem: Acting) -> None:
    made = pajottegem.create(API, PATH, {"receive": ["death"]}).json()
    assert (made["createdBy"], made["createdAt"], made["changedAt"]) == (
        "rehearsal",
        "2025-02-03T09:00:00+01:00",
        "2025-02-03T09:00:00+01:00",
    )
    pajottegem.portal.http.put("/rehearsal/v1/clock", json={"advanceDays": 2})
    changed = pajottegem.replace(API, PATH, {"receive": []}).json()
    assert (changed["createdAt"], changed["changedAt"]) == (made["createdAt"], "2025-02-05T09:00:00+01:00")


def test_what_the_portal_says_cannot_be_sent(pajottegem: Acting) -> None:
    answer = pajottegem.create(API, PATH, {"receive": [], "createdBy": "me", "changedAt": "now"})
    assert issues(answer) == {("unknownInput", "createdBy", None), ("unknownInput", "changedAt", None)}


def test_collections_come_in_pages(pajottegem: Acting) -> None:
    assert pajottegem.create("chaman", "/sender", {
        "name": "ICT", "phone": "+3227875827", "email": "ict@pajottegem.example", "language": "nl",
    }).status_code == 201  # fmt: skip
    request = {"authorizations": ["integrationsConsult"], "supplier": "socius"}
    for number in range(5):
        assert pajottegem.create("chaman", f"/delegationRequests/number{number}", request).status_code == 201
    path = "/delegationRequests"
    whole = pajottegem.get("chaman", path).json()
    assert (whole["total"], len(whole["items"]), "next" in whole) == (5, 5, False)
    names, following = [], f"/REST/chaman/v1/organizations/{pajottegem.number}{path}?pageSize=2"
    while following:
        page = pajottegem.portal.http.get(following, headers=pajottegem.headers).json()
        names += [item["accountName"] for item in page["items"]]
        following = page.get("next", "")
    assert names == [f"number{number}" for number in range(5)]


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"page": "²"}, {"pageSize": "501"}, {"pageSize": ""}]
)
def test_pages_have_bounds(pajottegem: Acting, query: dict[str, str]) -> None:
    (name,) = query
    answer = pajottegem.get("chaman", "/ftpAccounts", params=query)
    assert issues(answer) == {("outOfRange", name, None)}
