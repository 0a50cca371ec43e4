"""The words in which tests speak of forms: entering, stopping and continuing them, as one centre."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import Acting

API = "integrations"
ANTWERPEN, BORSBEEK = "0212235604", "0212242928"
LAST_DAY, FIRST_DAY = "2024-12-31", "2025-01-01"
TOM = rehearsal_ssin("x.tom")
COLLECTIONS = ("/forms", "/attestations")


def a_form(**changes: object) -> dict[str, object]:
    return {"ssin": TOM, "qualityCode": "2", "reference": "2024-77", "startDate": "2024-05-01", **changes}


def pages(centre: Acting, path: str, **query: str) -> Iterator[dict[str, Any]]:
    page = centre.get(API, path, params=query).json()
    yield page
    while "next" in page:
        page = centre.portal.http.get(page["next"], headers=centre.headers).json()
        yield page


def every(centre: Acting, path: str = "/forms", **query: str) -> list[dict[str, Any]]:
    return [item for page in pages(centre, path, **query) for item in page["items"]]


def running(centre: Acting, path: str = "/forms") -> list[str]:
    return [form["id"] for form in every(centre, path, status="running")]


def enter(centre: Acting, path: str = "/forms", **changes: object) -> str:
    answer = centre.call("POST", API, path, json=a_form(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def stop(
    centre: Acting, ids: list[str], end: str = LAST_DAY, path: str = "/forms", **said: str
) -> list[dict[str, Any]]:
    """:param said: `mergerOn`, for which merger they are stopped; by hand nobody says so."""
    answer = centre.call("POST", API, path + "/stops", json={"endDate": end, "ids": ids, **said})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    assert [item["id"] for item in items] == ids
    return items


def send(
    centre: Acting, number: str, ids: list[str], start: str = FIRST_DAY, path: str = "/forms"
) -> httpx.Response:
    body = {"startDate": start, "predecessors": [{"enterpriseNumber": number, "id": key} for key in ids]}
    return centre.call("POST", API, path + "/successions", json=body)


def enter_again(centre: Acting, number: str, ids: list[str], **more: str) -> list[dict[str, Any]]:
    answer = send(centre, number, ids, **more)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    assert [item["predecessor"] for item in items] == [{"enterpriseNumber": number, "id": key} for key in ids]
    return items


def results(items: list[dict[str, Any]]) -> list[str]:
    return [item["result"] for item in items]


def reasons(items: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Reason and rule of each; all of them refused."""
    assert set(results(items)) == {"refused"}
    assert all(item["detail"] for item in items)
    return [(item["reason"], item.get("rule")) for item in items]


def stopped_form(centre: Acting, path: str = "/forms", **changes: object) -> str:
    key = enter(centre, path, **changes)
    assert results(stop(centre, [key], path=path)) == ["stopped"]
    return key
