"""The rehearsal's controls over HTTP (contract, section 7): clock, rate limit, faults, the supplier's answers, clients.

Checkpoints are in `checkpoints_api`, records in `records_api`. A real portal has none of it. These calls need no token, meet
no faults, and have no entry in the journal.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.calendar import clock, events
from emulator.core import common_operations, problems, store
from emulator.core.operation import Answer, Api, Call, Operation
from emulator.core.problems import Issue
from emulator.rehearsal import checkpoints_api, faults, limits, records_api
from emulator.signin import clients
from emulator.systems.chaman import delegations


def get_clock(call: Call) -> Answer:
    return Answer(200, {"now": call.at, "running": clock.speed(call.connection)})


def put_clock(call: Call) -> Answer:
    try:
        if "now" in call.body:
            done = clock.move(call.connection, clock.parse(call.body["now"]))
        elif "advanceDays" in call.body:
            done = clock.advance(call.connection, call.body["advanceDays"])
        else:
            with store.transaction(call.connection):
                done = clock.run(call.connection, call.body["running"])
    except clock.ClockError as error:
        raise problems.bad_request([Issue("rejectedInput", str(error), next(iter(call.body)))]) from None
    now = clock.now(call.connection).isoformat(timespec="seconds")
    return Answer(
        200, {"now": now, "running": clock.speed(call.connection), "done": [one.line for one in done]}
    )


def get_rate_limit(call: Call) -> Answer:
    limit = limits.get(call.connection)
    return Answer(200, {"requestsPerSecond": limit.per_second, "burst": limit.burst})


def put_rate_limit(call: Call) -> Answer:
    limits.put(call.connection, limits.Limit(call.body["requestsPerSecond"], call.body["burst"]))
    return get_rate_limit(call)


def delete_rate_limit(call: Call) -> Answer:
    limits.clear(call.connection)
    return Answer(204)


def list_faults(call: Call) -> Answer:
    items = [_fault_json(fault) for fault in faults.every(call.connection)]
    return Answer(200, {"items": items, "total": len(items)})


def add_fault(call: Call) -> Answer:
    faults.add(call.connection, faults.from_json(call.body))
    return Answer(201, _fault_json(faults.every(call.connection)[-1]))


def clear_faults(call: Call) -> Answer:
    faults.clear(call.connection)
    return Answer(204)


def answer_delegation(call: Call) -> Answer:
    number, name = call.path["enterpriseNumber"], call.path["accountName"]
    request = delegations.find_request(call.connection, number, name)
    if call.body["answer"] == "accept":
        given = call.body.get("certificate")
        own = None if given is None else (given["fileName"], given["content"])
        request = delegations.accept(call.connection, request, call.now, own)
    else:
        request = delegations.refuse(call.connection, request, call.now, call.body.get("reason"))
    return common_operations.answer_with(request, accountName=request.key)


def postpone_copy(call: Call) -> Answer:
    number = call.path["enterpriseNumber"]
    moment = events.postpone(call.connection, "accessCopy", number, call.body["days"])
    if moment is None:
        raise problems.not_found("copy of access to come")
    return Answer(200, {"enterpriseNumber": number, "copiesAt": moment.isoformat(timespec="seconds")})


def list_clients(call: Call) -> Answer:
    items = clients.every(call.connection)
    return Answer(200, {"items": items, "total": len(items)})


def get_folders(call: Call) -> Answer:
    told = store.get_meta(call.connection, store.FOLDERS)
    if told is None:
        raise problems.not_found("server of FTP accounts' folders")
    return Answer(200, json.loads(told))


def put_client(call: Call) -> Answer:
    scopes = call.body.get("scopes")
    try:
        clients.register(
            call.connection,
            call.body["clientId"],
            call.body["publicKey"],
            None if scopes is None else " ".join(scopes),
            call.body.get("supplier"),
        )
    except ValueError:
        raise problems.bad_request(
            [Issue("invalidInput", "an RSA public key of at least 2048 bits in PEM", "publicKey")]
        ) from None
    return Answer(200, call.body)


def _fault_json(fault: dict[str, Any]) -> dict[str, Any]:
    return {"id": fault["id"], **fault["rule"].as_json(), "met": fault["met"], "made": fault["made"]}


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
            answer="rehearsal:Clock",
            public=True,
        ),
        Operation(
            "PUT",
            "/clock",
            "putClock",
            "Move the clock forward, or let it run; what falls due on the way happens",
            put_clock,
            body="rehearsal:ClockBody",
            answer="rehearsal:Clock",
            public=True,
            atomic=False,
        ),
        Operation(
            "GET",
            "/rateLimit",
            "getRateLimit",
            "How often each client may call",
            get_rate_limit,
            answer="rehearsal:RateLimit",
            public=True,
        ),
        Operation(
            "PUT",
            "/rateLimit",
            "putRateLimit",
            "Let each client call so often, from now on",
            put_rate_limit,
            body="rehearsal:RateLimitBody",
            answer="rehearsal:RateLimit",
            public=True,
        ),
        Operation(
            "DELETE",
            "/rateLimit",
            "deleteRateLimit",
            "Back to the portal's own limit",
            delete_rate_limit,
            statuses=(204,),
            public=True,
        ),
        Operation(
            "GET",
            "/faults",
            "listFaults",
            "The rehearsed failures",
            list_faults,
            answer="rehearsal:FaultList",
            public=True,
        ),
        Operation(
            "POST",
            "/faults",
            "addFault",
            "Have calls fail",
            add_fault,
            body="rehearsal:FaultBody",
            answer="rehearsal:Fault",
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
            "POST",
            "/delegationRequests/{enterpriseNumber}/{accountName}",
            "answerDelegation",
            "The supplier's answer to a delegation request",
            answer_delegation,
            body="rehearsal:DelegationAnswer",
            answer="systems.chaman:DelegationRequest",
            statuses=(200, 404, 409),
            rules=("R36", "R40", "R41", "R43", "R46"),
            public=True,
        ),
        Operation(
            "POST",
            "/accessCopies/{enterpriseNumber}/postponements",
            "postponeCopy",
            "Have the RSZ copy access to a merged centre later",
            postpone_copy,
            body="rehearsal:PostponementBody",
            answer="rehearsal:Postponement",
            statuses=(200, 404),
            rules=("R15", "R27"),
            public=True,
        ),
        Operation(
            "GET",
            "/clients",
            "listClients",
            "Who can sign in",
            list_clients,
            answer="rehearsal:ClientList",
            public=True,
        ),
        Operation(
            "PUT",
            "/clients",
            "putClient",
            "Let a client sign in",
            put_client,
            body="rehearsal:ClientBody",
            answer="rehearsal:Client",
            public=True,
        ),
        Operation(
            "GET",
            "/folders",
            "getFolders",
            "Where the FTP accounts' folders are served over SFTP",
            get_folders,
            answer="rehearsal:ServedFolders",
            statuses=(200, 404),
            public=True,
        ),
        *checkpoints_api.operations(),
        *records_api.operations(),
    ),
    scoped=False,
    controls=True,
)
