"""The supplier's side of ChaMan (R34-R36): the requests and accounts of all centres that delegate to it, and its answers.

A supplier's client acts for its supplier. Of what is addressed to somebody else it hears the same as of what is not there.
"""

from __future__ import annotations

from typing import Any

from emulator.core import common_operations, organizations, problems, resources
from emulator.core.operation import Answer, Api, Call, Operation
from emulator.core.resources import Resource
from emulator.systems.chaman import certificates, delegations
from emulator.systems.chaman.rest_accounts import ACCOUNT, REQUEST

SUPPLIER = "/suppliers/{supplier}"
_AT_ONE = SUPPLIER + "/organizations/{enterpriseNumber}"
# What of a certificate shows a supplier which one it is, and until when.
_TOLD = ("notBefore", "notAfter", "sha256")


def list_requests(call: Call) -> Answer:
    addressed = {"supplier": call.path["supplier"]}
    if (status := call.query.get("status")) is not None:
        if status not in ("pending", "accepted", "refused"):
            raise problems.bad_request(
                [problems.Issue("invalidInput", "pending, accepted or refused", "status", "query")]
            )
        addressed["status"] = status
    found, members = _page(call, REQUEST, addressed)
    return Answer(200, {"items": [_request_json(call, request) for request in found], **members})


def get_request(call: Call) -> Answer:
    return _answer_with(_request_json(call, request := _request(call)), request)


def put_request(call: Call) -> Answer:
    """R36: the answer takes the place of the request as the supplier has seen it."""
    existing = _find(call, REQUEST)
    resources.check_put(call.headers, existing)
    request = _request(call)
    if call.body["status"] == "accepted":
        answered = delegations.accept(call.connection, request, call.now, _certificate(call))
    else:
        answered = delegations.refuse(call.connection, request, call.now, call.body["refusalReason"])
    return _answer_with(_request_json(call, answered), answered)


def list_accounts(call: Call) -> Answer:
    found, members = _page(call, ACCOUNT, {"supplier": call.path["supplier"]})
    return Answer(200, {"items": [_account_json(call, account) for account in found], **members})


def get_account(call: Call) -> Answer:
    return _answer_with(_account_json(call, account := _account(call)), account)


def put_account(call: Call) -> Answer:
    """R36: another certificate, beside the one that the account has."""
    resources.check_put(call.headers, _find(call, ACCOUNT))
    renewed = delegations.renew(call.connection, _account(call), call.now, _certificate(call))
    return _answer_with(_account_json(call, renewed), renewed)


def _page(call: Call, kind: str, members: dict[str, str]) -> tuple[list[Resource], dict[str, Any]]:
    number, size = common_operations.paging(call.query)
    total = resources.count_everywhere(call.connection, kind, members)
    found = resources.page_everywhere(call.connection, kind, members, size, (number - 1) * size)
    return found, common_operations.page_members(call, number, size, total)


def _find(call: Call, kind: str) -> Resource | None:
    """What the path names, where it is this supplier's. An account of one's own names no supplier."""
    found = resources.find(call.connection, call.path["enterpriseNumber"], kind, call.path["accountName"])
    return None if found is None or found.body.get("supplier") != call.path["supplier"] else found


def _request(call: Call) -> Resource:
    found = _find(call, REQUEST)
    if found is None:
        raise problems.not_found("delegation request to this supplier")
    return found


def _account(call: Call) -> Resource:
    found = _find(call, ACCOUNT)
    if found is None:
        raise problems.not_found("account that this supplier manages")
    return found


def _certificate(call: Call) -> tuple[str, str]:
    """Its name begins with the supplier's code. So no supplier takes a centre's or another supplier's names, or learns them
    by trying."""
    given, begins = call.body["certificate"], f"{call.path['supplier']}-"
    if not given["fileName"].startswith(begins):
        raise problems.bad_request(
            [problems.Issue("rejectedInput", f"the name begins with {begins}", "certificate.fileName")]
        )
    return given["fileName"], given["content"]


def _request_json(call: Call, request: Resource) -> dict[str, Any]:
    return {**_address(call, request), **request.as_json()}


def _account_json(call: Call, account: Resource) -> dict[str, Any]:
    shown = {**_address(call, account), **account.as_json()}
    del shown["management"]
    own = resources.find(call.connection, account.organization, certificates.KIND, shown["certificate"])
    assert own is not None, "an account never stands without its certificate (R37)"
    shown |= {member: own.body[member] for member in _TOLD}
    before = certificates.find_previous(call.connection, account)
    if before is None:
        shown.pop("previousCertificate", None)
        shown.pop("previousSha256", None)
    return shown


def _address(call: Call, resource: Resource) -> dict[str, str]:
    organization = organizations.find(call.connection, resource.organization)
    assert organization is not None, "whoever has something is an organisation"
    return {
        "enterpriseNumber": resource.organization,
        "organizationName": organization.name,
        "accountName": resource.key,
    }


def _answer_with(shown: dict[str, Any], resource: Resource) -> Answer:
    return Answer(200, shown, {"ETag": resource.quoted_etag})


_WRITE = (200, 404, 412, 428)
_CERTIFICATE_RULES = ("R36", "R37", "R40", "R41", "R42", "R43", "R46")
API = Api(
    "/REST/delegations/v1",
    "delegations",
    "Delegations (the supplier's side of ChaMan)",
    "The delegation requests and REST accounts of all centres that delegate to a supplier; for the supplier's own client.",
    (
        common_operations.HEALTH,
        Operation(
            "GET",
            SUPPLIER + "/requests",
            "listSupplierRequests",
            "The delegation requests to this supplier, of all centres",
            list_requests,
            answer="systems.chaman:SupplierRequestList",
            query=(*common_operations.PAGING, "status"),
            rules=("R35",),
        ),
        Operation(
            "GET",
            _AT_ONE + "/requests/{accountName}",
            "getSupplierRequest",
            "A delegation request",
            get_request,
            answer="systems.chaman:SupplierRequest",
            statuses=(200, 404),
            rules=("R35",),
        ),
        Operation(
            "PUT",
            _AT_ONE + "/requests/{accountName}",
            "putSupplierAnswer",
            "Accept a delegation request with a certificate, or refuse it with a reason",
            put_request,
            body="systems.chaman:SupplierAnswerBody",
            answer="systems.chaman:SupplierRequest",
            statuses=(*_WRITE, 409),
            rules=_CERTIFICATE_RULES,
        ),
        Operation(
            "GET",
            SUPPLIER + "/accounts",
            "listManagedAccounts",
            "The REST accounts whose certificates this supplier manages, of all centres",
            list_accounts,
            answer="systems.chaman:ManagedAccountList",
            query=common_operations.PAGING,
            rules=("R36",),
        ),
        Operation(
            "GET",
            _AT_ONE + "/accounts/{accountName}",
            "getManagedAccount",
            "A REST account whose certificate this supplier manages",
            get_account,
            answer="systems.chaman:ManagedAccount",
            statuses=(200, 404),
            rules=("R36",),
        ),
        Operation(
            "PUT",
            _AT_ONE + "/accounts/{accountName}",
            "putManagedCertificate",
            "Upload another certificate for an account, beside the one that it has",
            put_account,
            body="systems.chaman:SupplierCertificateBody",
            answer="systems.chaman:ManagedAccount",
            statuses=_WRITE,
            rules=_CERTIFICATE_RULES,
        ),
    ),
)
