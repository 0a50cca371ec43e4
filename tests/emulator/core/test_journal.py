"""The journal: every call, who made it for whom, and nothing that is secret."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Literal
from urllib.parse import quote, unquote

import httpx
import pytest

from emulator import controls
from emulator.core.people import rehearsal_ssin
from tests.emulator.conftest import GALMAARDEN, PAJOTTEGEM, SENDER, Portal, issues

SSIN = rehearsal_ssin("x.secret")
PASSWORD = "Geheim,2025!"


def test_the_journal_says_who_called_what_acting_for_whom_with_what_result(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    centre.create("chaman", "/sender", SENDER)
    centre.create("chaman", "/sender", SENDER)
    portal.http.get("/nothing/here")
    path = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/sender"
    known = {"at": "2025-02-03T09:00:00+01:00", "actingFor": PAJOTTEGEM, "client": "rehearsal"}
    assert controls.journal(portal.database) == [
        {"seq": 1, "method": "POST", "path": "/REST/oauth/v5/token", "status": 200, "outcome": 200, **known},
        {"seq": 2, "method": "PUT", "path": path, "status": 201, "outcome": 201, **known},
        {"seq": 3, "method": "PUT", "path": path, "status": 412, "outcome": 412, **known},
        {
            **known,
            "seq": 4,
            "method": "GET",
            "path": "/nothing/here",
            "status": 404,
            "outcome": 404,
            "actingFor": None,
            "client": None,
        },
    ]


def test_the_journal_answers_whether_anything_was_written_under_a_number(portal: Portal) -> None:
    centre, other = portal.acting_for(PAJOTTEGEM), portal.acting_for(GALMAARDEN)
    centre.create("chaman", "/sender", SENDER)
    other.get("chaman", "/sender")
    assert controls.journal(portal.database, writes=True, kbo=GALMAARDEN) == []
    assert len(controls.journal(portal.database, kbo="0212.212.343")) == 2
    assert [entry["status"] for entry in controls.journal(portal.database, writes=True)] == [201]
    # An attempt under another's number is one under that number, although it was refused.
    path = f"/REST/chaman/v1/organizations/{GALMAARDEN}/sender"
    portal.http.put(path, json=SENDER, headers={**centre.headers, "If-None-Match": "*"})
    (attempt,) = controls.journal(portal.database, writes=True, kbo=GALMAARDEN)
    assert (attempt["status"], attempt["actingFor"]) == (403, PAJOTTEGEM)
    assert not controls.was_made(attempt)


@pytest.mark.parametrize("kind", ["status", "reset"])
def test_a_fault_does_not_hide_whether_a_write_was_made(
    portal: Portal, kind: Literal["status", "reset"]
) -> None:
    """What is answered is the same of a write that was saved, one that was refused, and one that never came so far."""
    centre = portal.acting_for(PAJOTTEGEM)
    for after_write, times in ((True, 2), (False, 1)):
        controls.clear_faults(portal.database)
        controls.add_fault(portal.database, controls.Rule(kind=kind, method="PUT", after_write=after_write))
        for _ in range(times):
            with contextlib.suppress(httpx.ReadError):
                centre.create("chaman", "/sender", SENDER)
    entries = controls.journal(portal.database, writes=True)
    assert len({entry["status"] for entry in entries}) == 1
    assert [entry.get("outcome") for entry in entries] == [201, 412, None]
    assert [controls.was_made(entry) for entry in entries] == [True, False, False]
    over_http = portal.http.get("/rehearsal/v1/journal", params={"writes": "true"}).json()["items"]
    assert [entry.get("outcome") for entry in over_http] == [201, 412, None]


def test_the_journal_since_a_moment(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    centre.get("chaman", "/sender")
    controls.advance_clock(portal.database, 1)
    centre.get("chaman", "/ftpAccounts")
    (entry,) = controls.journal(portal.database, since="2025-02-04")
    assert entry["path"].endswith("/ftpAccounts")
    assert len(controls.journal(portal.database, since="2025-02-03")) == 3


def test_the_journal_by_path_and_by_answer(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    for _ in range(2):
        centre.create("chaman", "/sender", SENDER)
    centre.get("ocmwConfiguration", "/mutations")

    def statuses(**chosen: Any) -> list[int]:
        over_http = portal.http.get("/rehearsal/v1/journal", params=chosen).json()["items"]
        assert [one["status"] for one in over_http] == [
            one["status"] for one in controls.journal(portal.database, **chosen)
        ]
        return [one["status"] for one in over_http]

    assert statuses(path="*/chaman/*") == [201, 412]
    assert statuses(path="*/mutations") == [404]
    assert statuses(path="/REST/chaman") == []
    assert statuses(status="412") == [412]
    assert statuses(status="4xx") == [412, 404]
    assert statuses(status="2xx", path="*/sender") == [201]


@pytest.mark.parametrize("status", ["", "6xx", "4", "40x", "-1", "1000", "four"])
def test_a_status_that_there_is_not_is_refused(portal: Portal, status: str) -> None:
    answer = portal.http.get("/rehearsal/v1/journal", params={"status": status})
    assert issues(answer) == {("invalidInput", "status", None)}
    with pytest.raises(ValueError, match="status"):
        controls.journal(portal.database, status=status)


def test_the_journal_over_http_comes_in_pages(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    for _ in range(3):
        centre.create("chaman", "/sender", SENDER)
    answer = portal.http.get(
        "/rehearsal/v1/journal", params={"writes": "true", "kbo": PAJOTTEGEM, "pageSize": 2}
    )
    first = answer.json()
    assert (first["total"], [entry["status"] for entry in first["items"]]) == (3, [201, 412])
    second = portal.http.get(first["next"]).json()
    assert ([entry["status"] for entry in second["items"]], "next" in second) == ([412], False)
    for query in ({"writes": "perhaps"}, {"since": "yesterday"}, {"who": "me"}):
        assert portal.http.get("/rehearsal/v1/journal", params=query).status_code == 400
    # Asking leaves no trace.
    assert len(controls.journal(portal.database)) == 4


def test_no_ssin_no_password_and_no_token_in_journal_or_problems(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    seen = [
        centre.create(
            "accessManagement", "/chiefAccessManagers", {"chiefAccessManagers": [{"ssin": SSIN}] * 2}
        ),
        centre.create("chaman", "/ftpAccounts/x", {"password": PASSWORD, SSIN: SSIN, "type": PASSWORD}),
        centre.create("chaman", "/sender", {**SENDER, "name": {"a": SSIN}, SSIN: 1}),
        centre.get("accessManagement", f"/domains/{SSIN}/users"),
        centre.get(
            "accessManagement", "/domains/maatschappelijkWelzijn/users", params={"ssin": SSIN, SSIN: ""}
        ),
        portal.http.get(f"/people/{SSIN}"),
    ]
    token = centre.headers["Authorization"].removeprefix("Bearer ")
    told = " ".join(answer.text for answer in seen) + repr(controls.journal(portal.database))
    for secret in (SSIN, PASSWORD, token):
        assert secret not in told
    assert all(answer.status_code >= 400 for answer in seen)


@pytest.mark.parametrize(
    "notation", ["{}", "{:.2}.{:.2}.{:.2}-{:.3}.{:.2}", "{:.6}-{:.5}", "{:.6} {:.3} {:.2}", "x {}.cer"]
)
def test_an_insz_is_no_name_and_not_in_the_journal_in_any_notation(portal: Portal, notation: str) -> None:
    ssin, parts = SSIN, []
    for field in re.findall(r"\{(?::\.(\d))?\}", notation):
        parts.append(ssin[: int(field or 11)])
        ssin = ssin[int(field or 11) :]
    written = notation.format(*parts)
    centre = portal.acting_for(PAJOTTEGEM)
    for path, name in (("certificates", "fileName"), ("restAccounts", "accountName")):
        answer = centre.get("chaman", f"/{path}/{quote(written)}")
        assert issues(answer) == {("rejectedInput", name, None)}
        assert written not in answer.text
    portal.http.get(f"/nothing/{quote(written)}")
    paths = [entry["path"] for entry in controls.journal(portal.database)]
    assert [path for path in paths if written in unquote(path)] == []
    assert re.match(r"/nothing/.*\*\*\*", paths[-1])


def test_other_numbers_are_names(portal: Portal) -> None:
    centre = portal.acting_for(PAJOTTEGEM)
    for name in ("84121011477", "2025-01-14", "1010.784.738", "galmaard26", SSIN + "ab12c"):
        assert centre.get("chaman", f"/restAccounts/{name}").status_code == 404
