"""ChaMan's REST accounts and the delegation of their certificates to a supplier (R33-R36).

An account of one's own is made with one's certificate. Under external management one sends a request; what the supplier
answers is in `delegations`.
"""

from __future__ import annotations

from typing import Any

from emulator.core import common_operations, problems, resources
from emulator.core.operation import Answer, Call, Need, Operation

ORGANIZATION = "/organizations/{enterpriseNumber}"
ACCOUNT = "restAccount"
REQUEST = "delegationRequest"


def as_json(resource: resources.Resource) -> dict[str, Any]:
    """An account or a request under its name."""
    return {"accountName": resource.key, **resource.as_json()}


def list_accounts(call: Call) -> Answer:
    found, members = common_operations.page(call, ACCOUNT)
    return Answer(200, {"items": [as_json(account) for account in found], **members})


def get_account(call: Call) -> Answer:
    account = common_operations.require(call, ACCOUNT, "REST account", call.path["accountName"])
    return common_operations.answer_with(account, accountName=account.key)


def put_account(call: Call) -> Answer:
    name = call.path["accountName"]
    existing = resources.find(call.connection, call.number, ACCOUNT, name)
    resources.check_put(call.headers, existing)
    body = dict(call.body)
    if existing is not None and existing.body["management"] == "external":
        _check_external(body, existing)
        body = {**existing.body, "authorizations": body["authorizations"]}
    else:
        if "certificate" not in body:
            raise problems.bad_request(
                [
                    problems.Issue(
                        "requiredInput",
                        "an account of one's own needs a certificate",
                        "certificate",
                        rule="R37",
                    )
                ]
            )
        if existing is None:
            _check_no_open_request(call, name)
        body["management"] = "own"
    return common_operations.save(call, ACCOUNT, body, name, accountName=name)


def _check_external(body: dict[str, Any], existing: resources.Resource) -> None:
    """R34: the supplier manages the certificate, not the OCMW."""
    if body.get("certificate", existing.body["certificate"]) != existing.body["certificate"]:
        raise problems.bad_request(
            [
                problems.Issue(
                    "rejectedInput",
                    "the supplier manages this account's certificate",
                    "certificate",
                    rule="R34",
                )
            ]
        )


def _check_no_open_request(call: Call, name: str) -> None:
    """Two accounts would get the same name when the supplier accepts."""
    request = resources.find(call.connection, call.number, REQUEST, name)
    if request is not None and request.body["status"] == "pending":
        raise problems.conflict(
            "alreadyExists",
            "Already Exists",
            "A delegation request waits under this name",
            existing=name,
            rule="R35",
        )


def delete_account(call: Call) -> Answer:
    return common_operations.remove(call, ACCOUNT, "REST account", call.path["accountName"])


def list_requests(call: Call) -> Answer:
    found, members = common_operations.page(call, REQUEST)
    return Answer(200, {"items": [as_json(request) for request in found], **members})


def get_request(call: Call) -> Answer:
    request = common_operations.require(call, REQUEST, "delegation request", call.path["accountName"])
    return common_operations.answer_with(request, accountName=request.key)


def put_request(call: Call) -> Answer:
    """R35: whatever is sent awaits the supplier's answer, a refused request sent again included."""
    name = call.path["accountName"]
    existing = resources.find(call.connection, call.number, REQUEST, name)
    resources.check_put(call.headers, existing)
    if existing is not None and existing.body["status"] == "accepted":
        raise problems.conflict(
            "alreadyDecided", "Already Decided", "The supplier has accepted this request", rule="R36"
        )
    if resources.find(call.connection, call.number, ACCOUNT, name) is not None:
        raise problems.conflict(
            "alreadyExists",
            "Already Exists",
            "There is a REST account of this name",
            existing=name,
            rule="R33",
        )
    body = {**call.body, "status": "pending", "requestedOn": call.now.date().isoformat()}
    return common_operations.save(call, REQUEST, body, name, accountName=name)


def delete_request(call: Call) -> Answer:
    """An account that came of it stays."""
    return common_operations.remove(call, REQUEST, "delegation request", call.path["accountName"])


def operations(needs: tuple[Need, ...], needs_sender: tuple[Need, ...]) -> tuple[Operation, ...]:
    """The table's part; a sender (R28) is needed to write."""
    account, request = (
        ORGANIZATION + "/restAccounts/{accountName}",
        ORGANIZATION + "/delegationRequests/{accountName}",
    )
    write = (412, 428)
    return (
        Operation(
            "GET",
            ORGANIZATION + "/restAccounts",
            "listRestAccounts",
            "The REST accounts",
            list_accounts,
            answer="systems.chaman:RestAccountList",
            needs=needs,
            query=common_operations.PAGING,
        ),
        Operation(
            "GET",
            account,
            "getRestAccount",
            "A REST account",
            get_account,
            answer="systems.chaman:RestAccount",
            needs=needs,
            statuses=(200, 404),
        ),
        Operation(
            "PUT",
            account,
            "putRestAccount",
            "Create a REST account of one's own, or change one",
            put_account,
            body="systems.chaman:RestAccountBody",
            answer="systems.chaman:RestAccount",
            needs=needs_sender,
            statuses=(200, 201, *write),
            rules=("R27", "R28", "R33", "R34", "R37"),
        ),
        Operation(
            "DELETE",
            account,
            "deleteRestAccount",
            "Delete a REST account",
            delete_account,
            needs=needs,
            statuses=(204, 404, *write),
            rules=("R36",),
        ),
        Operation(
            "GET",
            ORGANIZATION + "/delegationRequests",
            "listDelegationRequests",
            "The delegation requests",
            list_requests,
            answer="systems.chaman:DelegationRequestList",
            needs=needs,
            query=common_operations.PAGING,
        ),
        Operation(
            "GET",
            request,
            "getDelegationRequest",
            "A delegation request",
            get_request,
            answer="systems.chaman:DelegationRequest",
            needs=needs,
            statuses=(200, 404),
        ),
        Operation(
            "PUT",
            request,
            "putDelegationRequest",
            "Ask a supplier to manage a REST account's certificate",
            put_request,
            body="systems.chaman:DelegationRequestBody",
            answer="systems.chaman:DelegationRequest",
            needs=needs_sender,
            statuses=(200, 201, *write),
            rules=("R27", "R28", "R33", "R34", "R35"),
        ),
        Operation(
            "DELETE",
            request,
            "deleteDelegationRequest",
            "Withdraw a delegation request",
            delete_request,
            needs=needs,
            statuses=(204, 404, *write),
        ),
    )
