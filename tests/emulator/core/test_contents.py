"""`GET …/contents`: all that an API shows of an organisation, in the words of its single answers (contract, section 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from emulator import app
from tests.emulator.conftest import GALMAARDEN, HASSELT, PAJOTTEGEM, SENDER, Acting, Portal, problem
from tests.emulator.support import people

APIS = {
    api.name: api
    for api in app.APIS
    if any(one.path.endswith("/{enterpriseNumber}/contents") for one in api.operations)
}
ORGANIZATION = "/organizations/{enterpriseNumber}"
DOMAIN = "domains/maatschappelijkWelzijn"
NAMES_ONLY = {"{fileName}", "{accountName}", "{id}"}


def entries(acting: Acting, api: str, size: int = 500) -> list[dict[str, Any]]:
    """All entries, over all pages; the pages are of one moment."""
    found, tags = [], set()
    path: str | None = f"/contents?pageSize={size}"
    while path is not None:
        answer = acting.get(api, path)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        tags.add(page["tag"])
        path = page["next"].partition(acting.number)[2] if "next" in page else None
    assert len(tags) == 1
    assert page["total"] == len(found)
    return found


def by_path(acting: Acting, api: str) -> dict[str, dict[str, Any]]:
    found = entries(acting, api)
    assert len({one["path"] for one in found}) == len(found)
    return {one["path"]: one for one in found}


def tag_of(acting: Acting, api: str) -> str:
    return str(acting.get(api, "/contents").json()["tag"])


def test_three_systems_have_contents() -> None:
    assert set(APIS) == {"accessManagement", "chaman", "ocmwConfiguration"}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("number", [PAJOTTEGEM, GALMAARDEN, HASSELT])
@pytest.mark.parametrize("moment", ["2024-11-01", "2025-01-15", "2025-02-03"])
def test_an_entry_says_what_its_path_answers(
    portal_at: Callable[[str], Portal], api: str, number: str, moment: str
) -> None:
    acting = portal_at(moment).acting_for(number)
    whole = acting.get(api, "/contents")
    if whole.status_code != 200:  # the number is not active yet: nothing of it can be seen
        (alone, *_) = [
            one for one in ("/chiefAccessManagers", "/sender", "/mutations") if has_path(acting, api, one)
        ]
        assert problem(whole) == problem(acting.get(api, alone)) == (409, "notYetAvailable")
        return
    found = by_path(acting, api)
    for path, entry in found.items():
        answer = acting.get(api, f"/{quote(path)}?pageSize=500" if "total" in entry else f"/{quote(path)}")
        if "total" in entry:
            below = [one["body"] for name, one in found.items() if name.rpartition("/")[0] == path]
            assert answer.json() == {"items": below, "total": entry["total"]}
        elif "body" in entry:
            assert (answer.status_code, answer.json()) == (200, entry["body"])
        else:
            told = answer.json()
            del told["instance"], told["status"]
            assert (answer.status_code, told) == (entry["statusCode"], entry["problem"])


def has_path(acting: Acting, api: str, path: str) -> bool:
    """Whether the API has such a path."""
    return acting.get(api, path).status_code != 404


@pytest.mark.parametrize("api", APIS)
def test_every_path_that_can_be_read_has_an_entry(galmaarden: Acting, api: str) -> None:
    """But for the organisation itself, which is seen before all else; names stand below their collection."""
    found = by_path(galmaarden, api)
    for operation in APIS[api].operations:
        path = operation.path.removeprefix(f"{ORGANIZATION}/")
        if operation.method != "GET" or path in (operation.path, "contents"):
            continue
        parent, _, last = path.rpartition("/")
        wanted = (parent if last in NAMES_ONLY else path).replace("domains/{domain}", DOMAIN)
        assert wanted in found, operation.path
        if last in NAMES_ONLY:
            assert "total" in found[wanted]


def test_r59_a_screen_that_is_not_open_says_so_and_the_others_are_there(
    portal_at: Callable[[str], Portal],
) -> None:
    found = by_path(portal_at("2025-01-02").acting_for(HASSELT), "ocmwConfiguration")
    closed = {path for path, one in found.items() if one.get("problem", {}).get("reason") == "screenNotOpen"}
    assert closed == {"contactDetails", "ocmwOnline"}
    assert all("instance" not in one.get("problem", {}) for one in found.values())


def test_what_was_never_saved_is_told_as_missing(pajottegem: Acting) -> None:
    found = by_path(pajottegem, "chaman")
    assert found["sender"]["statusCode"] == 404
    assert found["ftpAccounts"] == {"path": "ftpAccounts", "total": 0}


@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_are_the_same_as_one_answer(galmaarden: Acting, size: int) -> None:
    assert entries(galmaarden, "accessManagement", size) == entries(galmaarden, "accessManagement")


def test_a_change_changes_the_tag_and_a_look_does_not(galmaarden: Acting) -> None:
    before = tag_of(galmaarden, "chaman")
    assert tag_of(galmaarden, "chaman") == before
    galmaarden.replace("chaman", "/sender", SENDER)
    assert tag_of(galmaarden, "chaman") != before


def test_r18_a_manager_sees_the_access_of_the_own_domain_alone(portal: Portal) -> None:
    people.assemble(portal)
    manager = portal.acting_for(GALMAARDEN, people.MANAGER)
    found = by_path(manager, "accessManagement")
    assert "body" in found[f"{DOMAIN}/accessManagers"]
    assert "total" in found[f"{DOMAIN}/users"]
    others = [one for path, one in found.items() if path.startswith("domains/") and DOMAIN not in path]
    assert others
    for one in others:
        alone = manager.get("accessManagement", f"/{one['path']}")
        assert (alone.status_code, one["statusCode"]) == (403, 403), one["path"]
