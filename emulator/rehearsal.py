"""The rehearsal's controls over HTTP (contract, section 7): clock, faults, journal, the supplier's answers, clients.

Never a part of a real portal: no token, no faults, and no entry in the journal.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import time
from typing import Any

from emulator import clock, faults, journal, oauth, problems, rest, tables
from emulator.operation import Answer, Api, Call, Operation
from emulator.problems import Issue

_FAULT_NAMES = {
    "pathPattern": "path_pattern",
    "retryAfterSeconds": "retry_after_seconds",
    "afterWrite": "after_write",
    "delayMs": "delay_ms",
    "maxCount": "max_count",
}
_JSON_NAMES = {python: json for json, python in _FAULT_NAMES.items()}


def get_clock(call: Call) -> Answer:
    return Answer(200, {"now": call.at})


def put_clock(call: Call) -> Answer:
    try:
        if "now" in call.body:
            done = clock.move(call.connection, clock.parse(call.body["now"]))
        else:
            done = clock.advance(call.connection, call.body["advanceDays"])
    except clock.ClockError as error:
        raise problems.bad_request([Issue("rejectedInput", str(error), "now")]) from None
    return Answer(200, {"now": clock.now(call.connection).isoformat(timespec="seconds"), "done": done})


def list_faults(call: Call) -> Answer:
    items = [_fault_json(fault) for fault in faults.every(call.connection)]
    return Answer(200, {"items": items, "total": len(items)})


def add_fault(call: Call) -> Answer:
    rule = faults.Rule(**{_FAULT_NAMES.get(name, name): value for name, value in call.body.items()})
    faults.add(call.connection, rule)
    return Answer(201, _fault_json(faults.every(call.connection)[-1]))


def clear_faults(call: Call) -> Answer:
    faults.clear(call.connection)
    return Answer(204)


def get_journal(call: Call) -> Answer:
    """`writes=true`, `kbo=<number>` and `since=<moment>` narrow it down."""
    number, size = tables.paging(call.query)
    writes = call.query.get("writes", "false")
    if writes not in ("true", "false"):
        raise problems.bad_request([Issue("invalidInput", "true or false", "writes", "query")])
    since = call.query.get("since")
    try:
        moment = None if since is None else clock.parse(since, time.min).isoformat(timespec="seconds")
    except clock.ClockError as error:
        raise problems.bad_request([Issue("invalidInput", str(error), "since", "query")]) from None
    kbo = call.query.get("kbo")
    chosen = journal.Selection(writes == "true", None if kbo is None else kbo.replace(".", ""), moment)
    total = journal.count(call.connection, chosen)
    items = journal.read(call.connection, chosen, size, (number - 1) * size)
    shown = [{name: value for name, value in entry.items() if value is not None} for entry in items]
    return Answer(200, {"items": shown, **tables.page_members(call, number, size, total)})


def answer_delegation(call: Call) -> Answer:
    accept = call.body["answer"] == "accept"
    number, name = call.path["enterpriseNumber"], call.path["accountName"]
    request = rest.decide(call.connection, number, name, accept, call.body.get("reason"), call.now)
    return tables.saved(request, accountName=request.key)


def list_clients(call: Call) -> Answer:
    rows = call.connection.execute("SELECT client_id, public_key FROM clients ORDER BY client_id")
    items = [{"clientId": client_id, "publicKey": public_key} for client_id, public_key in rows]
    return Answer(200, {"items": items, "total": len(items)})


def put_client(call: Call) -> Answer:
    try:
        oauth.register_client(call.connection, call.body["clientId"], call.body["publicKey"])
    except ValueError:
        raise problems.bad_request([Issue("invalidInput", "an RSA public key in PEM", "publicKey")]) from None
    return Answer(200, call.body)


def _fault_json(fault: dict[str, Any]) -> dict[str, Any]:
    rule = {
        _JSON_NAMES.get(name, name): value
        for name, value in asdict(fault["rule"]).items()
        if value is not None
    }
    return {"id": fault["id"], **rule, "met": fault["met"], "made": fault["made"]}


API = Api(
    "/rehearsal/v1",
    "rehearsal",
    "Rehearsal controls",
    "What a rehearsal does with its portal beside using it; no real portal has this.",
    (
        Operation(
            "GET",
            "/clock",
            "getClock",
            "The portal's present",
            get_clock,
            answer="controls:Clock",
            public=True,
        ),
        Operation(
            "PUT",
            "/clock",
            "putClock",
            "Move the clock forward; what falls due on the way happens",
            put_clock,
            body="controls:ClockBody",
            answer="controls:Clock",
            public=True,
        ),
        Operation(
            "GET",
            "/faults",
            "listFaults",
            "The rehearsed failures",
            list_faults,
            answer="controls:FaultList",
            public=True,
        ),
        Operation(
            "POST",
            "/faults",
            "addFault",
            "Have calls fail",
            add_fault,
            body="controls:FaultBody",
            answer="controls:Fault",
            statuses=(201,),
            public=True,
        ),
        Operation(
            "DELETE",
            "/faults",
            "clearFaults",
            "Have no more calls fail",
            clear_faults,
            statuses=(204,),
            public=True,
        ),
        Operation(
            "GET",
            "/journal",
            "getJournal",
            "The calls that the portal got, oldest first",
            get_journal,
            answer="controls:Journal",
            query=(*tables.PAGING, "writes", "kbo", "since"),
            public=True,
        ),
        Operation(
            "POST",
            "/delegationRequests/{enterpriseNumber}/{accountName}",
            "answerDelegation",
            "The supplier's answer to a delegation request",
            answer_delegation,
            body="controls:DelegationAnswer",
            answer="chaman:DelegationRequest",
            statuses=(200, 404, 409),
            rules=("R36",),
            public=True,
        ),
        Operation(
            "GET",
            "/clients",
            "listClients",
            "Who can sign in",
            list_clients,
            answer="controls:ClientList",
            public=True,
        ),
        Operation(
            "PUT",
            "/clients",
            "putClient",
            "Let a client sign in",
            put_client,
            body="controls:ClientBody",
            answer="controls:Client",
            public=True,
        ),
    ),
    scoped=False,
    controls=True,
)
