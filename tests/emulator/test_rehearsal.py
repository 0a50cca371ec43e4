"""The controls over HTTP: clock, clients, the supplier's answers."""

from __future__ import annotations

import pytest

from tests.emulator.conftest import ALL_OF_OCMW_ONLINE, SENDER, Acting, Portal, problem

BASE = "/rehearsal/v1"


def test_the_clock_is_seen_and_moved(portal: Portal) -> None:
    assert portal.http.get(f"{BASE}/clock").json() == {"now": "2025-02-03T09:00:00+01:00", "running": 0}
    moved = portal.http.put(f"{BASE}/clock", json={"now": "2025-02-04"}).json()
    assert moved == {"now": "2025-02-04T09:00:00+01:00", "running": 0, "done": []}
    assert (
        portal.http.put(f"{BASE}/clock", json={"advanceDays": 2}).json()["now"] == "2025-02-06T09:00:00+01:00"
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"now": "2025-02-04", "advanceDays": 1},
        {"now": "soon"},
        {"now": "2024-01-01"},
        {"advanceDays": -1},
    ],
)
def test_the_clock_takes_one_moment_that_is_not_past(portal: Portal, body: dict[str, object]) -> None:
    assert problem(portal.http.put(f"{BASE}/clock", json=body)) == (400, "badRequest")
    assert portal.http.get(f"{BASE}/clock").json()["now"] == "2025-02-03T09:00:00+01:00"


def test_clients_are_registered_and_listed(portal: Portal) -> None:
    (known,) = portal.http.get(f"{BASE}/clients").json()["items"]
    assert known["clientId"] == "rehearsal"
    other = {"clientId": "other", "publicKey": known["publicKey"]}
    assert portal.http.put(f"{BASE}/clients", json=other).json() == other
    assert portal.http.get(f"{BASE}/clients").json()["total"] == 2
    assert problem(portal.http.put(f"{BASE}/clients", json={**other, "publicKey": "x"})) == (
        400,
        "badRequest",
    )


def test_r36_a_supplier_answers_over_http(pajottegem: Acting) -> None:
    pajottegem.create("chaman", "/sender", SENDER)
    body = {"authorizations": ALL_OF_OCMW_ONLINE, "supplier": "socius"}
    pajottegem.create("chaman", "/delegationRequests/OCMW Online", body)
    url = f"{BASE}/delegationRequests/{pajottegem.number}/OCMW Online"
    http = pajottegem.portal.http
    assert problem(http.post(url, json={"answer": "perhaps"})) == (400, "badRequest")
    assert http.post(url, json={"answer": "accept"}).json()["status"] == "accepted"
    assert problem(http.post(url, json={"answer": "refuse"})) == (409, "alreadyDecided")
    assert problem(http.post(url + "x", json={"answer": "accept"})) == (404, "resourceNotFound")
    # The supplier's doing is no call of the client's.
    assert pajottegem.get("chaman", "/restAccounts/OCMW Online").json()["createdBy"] == "socius"
