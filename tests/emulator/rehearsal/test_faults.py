"""Rehearsed failures: which calls fail, how, and what had been done by then."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import httpx
import pytest

from emulator import controls
from emulator.controls import Rule
from tests.emulator.conftest import PAJOTTEGEM, SIGN_IN_PATH, Acting, problem

API, PATH = "ocmwConfiguration", "/mutations"


def statuses(centre: Acting, calls: int) -> list[int]:
    return [centre.get(API, PATH).status_code for _ in range(calls)]


def test_a_share_of_the_calls_fails_and_the_same_ones_in_every_run(pajottegem: Acting) -> None:
    rule = Rule(share=1 / 3, status=503, seed=7)
    expected = [503 if rule.fires(number) else 404 for number in range(1, 61)]
    assert 12 <= expected.count(503) <= 28
    for _ in range(2):
        controls.add_fault(pajottegem.portal.database, rule)
        assert statuses(pajottegem, 60) == expected
        (listed,) = controls.list_faults(pajottegem.portal.database)
        assert (listed["met"], listed["made"]) == (60, expected.count(503))
        controls.clear_faults(pajottegem.portal.database)
    assert statuses(pajottegem, 3) == [404] * 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "tooManyRequests"),
        (500, "internalServerError"),
        (503, "serviceUnavailable"),
        (504, "gatewayTimeout"),
    ],
)
def test_a_failure_is_a_problem_with_or_without_retry_after(
    pajottegem: Acting, status: int, kind: str
) -> None:
    controls.add_fault(pajottegem.portal.database, Rule(status=status, retry_after_seconds=2, max_count=1))
    controls.add_fault(pajottegem.portal.database, Rule(status=status, max_count=1))
    told, silent = pajottegem.get(API, PATH), pajottegem.get(API, PATH)
    assert problem(told) == problem(silent) == (status, kind)
    assert (told.headers["Retry-After"], told.json()["retryAfterSec"]) == ("2", 2)
    assert "Retry-After" not in silent.headers
    assert pajottegem.get(API, PATH).status_code == 404


def test_rules_choose_by_method_and_path_and_leave_signing_in_alone_unless_named(pajottegem: Acting) -> None:
    database = pajottegem.portal.database
    controls.add_fault(database, Rule(method="PUT", path_pattern="*/mutations", status=500))
    assert pajottegem.get(API, PATH).status_code == 404
    assert pajottegem.create(API, PATH, {"receive": []}).status_code == 500
    assert pajottegem.create("chaman", "/sender", {}).status_code == 400
    controls.clear_faults(database)
    controls.add_fault(database, Rule(status=503))
    assert (
        pajottegem.portal.http.post(SIGN_IN_PATH, data=pajottegem.portal.form(PAJOTTEGEM)).status_code == 200
    )
    assert pajottegem.portal.http.get("/rehearsal/v1/clock").status_code == 200
    controls.add_fault(database, Rule(path_pattern="*/oauth/*", status=503))
    assert (
        pajottegem.portal.http.post(SIGN_IN_PATH, data=pajottegem.portal.form(PAJOTTEGEM)).status_code == 503
    )


def test_a_call_can_be_carried_out_and_then_answered_badly(pajottegem: Acting) -> None:
    controls.add_fault(
        pajottegem.portal.database, Rule(method="PUT", status=504, after_write=True, max_count=1)
    )
    assert pajottegem.create(API, PATH, {"receive": ["death"]}).status_code == 504
    # The repeat answers 412, and what was wanted is there.
    assert pajottegem.create(API, PATH, {"receive": ["death"]}).status_code == 412
    assert pajottegem.get(API, PATH).json()["receive"] == ["death"]
    entry = controls.journal(pajottegem.portal.database, writes=True)[0]
    assert (entry["status"], entry["fault"]) == (504, "status 504, after the call was carried out")


@pytest.mark.parametrize("after_write", [False, True])
def test_the_connection_is_reset(pajottegem: Acting, after_write: bool) -> None:
    controls.add_fault(pajottegem.portal.database, Rule(kind="reset", after_write=after_write, max_count=1))
    with pytest.raises(httpx.ReadError):
        pajottegem.create(API, PATH, {"receive": []})
    assert pajottegem.get(API, PATH).status_code == (200 if after_write else 404)
    entry = controls.journal(pajottegem.portal.database, writes=True)[0]
    assert entry["status"] == 0
    assert entry["fault"].startswith("reset")


def test_the_body_is_cut_off_after_the_call_was_carried_out(pajottegem: Acting) -> None:
    controls.add_fault(pajottegem.portal.database, Rule(kind="cutOff", max_count=1))
    with pytest.raises(httpx.RemoteProtocolError):
        pajottegem.create(API, PATH, {"receive": []})
    assert pajottegem.get(API, PATH).status_code == 200


def test_an_answer_that_is_late_is_the_answer(pajottegem: Acting) -> None:
    controls.add_fault(pajottegem.portal.database, Rule(kind="latency", delay_ms=1, max_count=1))
    assert pajottegem.get(API, PATH).status_code == 404
    entry = controls.journal(pajottegem.portal.database)[-1]
    assert (entry["status"], entry["fault"]) == (404, "latency")


def test_mixed_is_each_time_another_fault_that_passes_and_the_same_ones_in_every_run() -> None:
    rule = Rule(kind="mixed", seed=7)
    drawn = [rule.failure(number) for number in range(1, 401)]
    assert drawn == [rule.failure(number) for number in range(1, 401)]
    assert {one.description for one in drawn} == {
        "status 429",
        "status 429, Retry-After 1",
        "status 503",
        "status 504, after the call was carried out",
        "reset",
        "reset, after the call was carried out",
        "cutOff, after the call was carried out",
        "latency",
    }
    assert min(Counter(drawn).values()) > 25


def test_a_mixed_fault_is_journaled_as_what_happened(pajottegem: Acting) -> None:
    database = pajottegem.portal.database
    controls.add_fault(database, Rule(kind="mixed", seed=3, max_count=20, delay_ms=1))
    for _ in range(20):
        with suppress(httpx.TransportError):
            pajottegem.get(API, PATH)
    told = {entry["fault"] for entry in controls.journal(database) if "fault" in entry}
    assert len(told) > 3
    assert "mixed" not in told
    assert pajottegem.get(API, PATH).status_code == 404


def test_rules_over_http(pajottegem: Acting) -> None:
    http = pajottegem.portal.http
    body: dict[str, Any] = {
        "pathPattern": "*",
        "share": 1,
        "status": 429,
        "retryAfterSeconds": 1,
        "afterWrite": True,
    }
    made = http.post("/rehearsal/v1/faults", json=body)
    assert made.status_code == 201
    assert pajottegem.get(API, PATH).status_code == 429
    (listed,) = http.get("/rehearsal/v1/faults").json()["items"]
    assert listed == {**made.json(), "met": 1, "made": 1}
    assert {name: listed[name] for name in body} == body
    assert http.post("/rehearsal/v1/faults", json={"share": 2, "status": 418}).status_code == 400
    assert http.delete("/rehearsal/v1/faults").status_code == 204
    assert pajottegem.get(API, PATH).status_code == 404
