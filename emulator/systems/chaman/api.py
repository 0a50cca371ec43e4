"""ChaMan: the sender and the FTP accounts (R27-R31, R37-R39); `rest_accounts` and `certificates` add the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.core import common_operations, contents, passwords, problems, resources
from emulator.core.operation import Answer, Api, Call, Need, Operation
from emulator.systems.chaman import certificates, rest_accounts

ORGANIZATION = "/organizations/{enterpriseNumber}"
NEEDS = (Need.ACTIVE, Need.COPIED)
NEEDS_SENDER = (*NEEDS, Need.SENDER)
FTP = "ftpAccount"
ACCOUNT_KINDS = {
    FTP: "FTP account",
    rest_accounts.ACCOUNT: "REST account",
    rest_accounts.REQUEST: "delegation request",
}


def get_sender(call: Call) -> Answer:
    return common_operations.answer_with(common_operations.require(call, "sender", "sender"))


def put_sender(call: Call) -> Answer:
    return common_operations.save(call, "sender", call.body)


def delete_sender(call: Call) -> Answer:
    """R28: accounts hang from the sender, so it goes last."""
    existing = resources.find(call.connection, call.number, "sender")
    resources.check_delete(call.headers, existing, "sender")
    for kind, what in ACCOUNT_KINDS.items():
        if resources.count(call.connection, call.number, kind):
            raise problems.conflict("inUse", "In Use", f"The sender still has a {what}", rule="R28")
    return common_operations.remove(call, "sender", "sender")


def list_ftp_accounts(call: Call) -> Answer:
    found, members = common_operations.page(call, FTP)
    return Answer(200, {"items": [_ftp_json(account) for account in found], **members})


def get_ftp_account(call: Call) -> Answer:
    return _ftp_answer(common_operations.require(call, FTP, "FTP account", call.path["accountName"]))


def put_ftp_account(call: Call) -> Answer:
    """R29-R31. A replacement without a password keeps the one that there is."""
    name = call.path["accountName"]
    existing = resources.find(call.connection, call.number, FTP, name)
    resources.check_put(call.headers, existing)
    body = dict(call.body)
    password: str | None = body.pop("password", None)
    if existing is None and password is None:
        raise problems.bad_request(
            [problems.Issue("requiredInput", "a new account needs a password", "password", rule="R29")]
        )
    _take_username(call, name, body["username"])
    secret = None if password is None else passwords.digest(password)
    if existing is None:
        body["passwordChangedAt"] = call.at
        made = resources.create(
            call.connection, call.number, FTP, name, body, call.client, call.at, secret=secret
        )
        return _ftp_answer(made, 201)
    body["passwordChangedAt"] = existing.body["passwordChangedAt"] if password is None else call.at
    return _ftp_answer(resources.replace(call.connection, existing, body, call.at, secret=secret))


def delete_ftp_account(call: Call) -> Answer:
    """With the account goes its folder: another one of this name begins with an empty one."""
    name = call.path["accountName"]
    answer = common_operations.remove(call, FTP, "FTP account", name)
    for table in ("usernames", "box_files"):
        call.connection.execute(
            f"DELETE FROM {table} WHERE organization = ? AND account = ?",  # noqa: S608 - one of ours
            (call.number, name),
        )
    return answer


def _take_username(call: Call, account: str, username: str) -> None:
    """User names are unique over the portal; the problem says nothing of whose it is.

    :raises Problem: 409 when another account has it.
    """
    call.connection.execute(
        "DELETE FROM usernames WHERE organization = ? AND account = ?", (call.number, account)
    )
    taken = call.connection.execute(
        "INSERT INTO usernames VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (username, call.number, account)
    )
    if not taken.rowcount:
        raise problems.conflict("alreadyExists", "Already Exists", "This user name is taken", rule="R30")


def _ftp_json(account: resources.Resource) -> dict[str, Any]:
    return {"accountName": account.key, **account.as_json()}


def _ftp_answer(account: resources.Resource, status: int = 200) -> Answer:
    return common_operations.answer_with(account, status, accountName=account.key)


def _list_contents(call: Call) -> Iterator[contents.Entry]:
    yield from contents.single(call, "sender", get_sender)
    yield from contents.collection(call, "certificates", certificates.KIND, certificates.as_json)
    yield from contents.collection(call, "ftpAccounts", FTP, _ftp_json)
    yield from contents.collection(call, "restAccounts", rest_accounts.ACCOUNT, rest_accounts.as_json)
    yield from contents.collection(call, "delegationRequests", rest_accounts.REQUEST, rest_accounts.as_json)


_WRITE = (412, 428)
_FTP_PATH = ORGANIZATION + "/ftpAccounts/{accountName}"
API = Api(
    "/REST/chaman/v1",
    "chaman",
    "ChaMan (technical channels)",
    "The sender, FTP and REST accounts, their certificates, and delegation requests to suppliers.",
    (
        common_operations.HEALTH,
        *common_operations.list_operations(("ftpAuthorizations", "restAuthorizations", "suppliers")),
        contents.operation(_list_contents, NEEDS),
        Operation(
            "GET",
            ORGANIZATION + "/sender",
            "getSender",
            "The sender's contact details",
            get_sender,
            answer="systems.chaman:Sender",
            needs=NEEDS,
            statuses=(200, 404),
        ),
        Operation(
            "PUT",
            ORGANIZATION + "/sender",
            "putSender",
            "Sign in as sender, or change its contact details",
            put_sender,
            body="systems.chaman:SenderBody",
            answer="systems.chaman:Sender",
            needs=NEEDS,
            statuses=(200, 201, *_WRITE),
            rules=("R12", "R27", "R28"),
        ),
        Operation(
            "DELETE",
            ORGANIZATION + "/sender",
            "deleteSender",
            "Withdraw the sender",
            delete_sender,
            needs=NEEDS,
            statuses=(204, 404, *_WRITE),
            rules=("R28",),
        ),
        *certificates.operations(NEEDS, NEEDS_SENDER),
        Operation(
            "GET",
            ORGANIZATION + "/ftpAccounts",
            "listFtpAccounts",
            "The FTP accounts",
            list_ftp_accounts,
            answer="systems.chaman:FtpAccountList",
            needs=NEEDS,
            query=common_operations.PAGING,
        ),
        Operation(
            "GET",
            _FTP_PATH,
            "getFtpAccount",
            "An FTP account",
            get_ftp_account,
            answer="systems.chaman:FtpAccount",
            needs=NEEDS,
            statuses=(200, 404),
        ),
        Operation(
            "PUT",
            _FTP_PATH,
            "putFtpAccount",
            "Create or change an FTP account",
            put_ftp_account,
            body="systems.chaman:FtpAccountBody",
            answer="systems.chaman:FtpAccount",
            needs=NEEDS_SENDER,
            statuses=(200, 201, *_WRITE),
            rules=("R27", "R28", "R29", "R30", "R31", "R37", "R38"),
        ),
        Operation(
            "DELETE",
            _FTP_PATH,
            "deleteFtpAccount",
            "Delete an FTP account",
            delete_ftp_account,
            needs=NEEDS,
            statuses=(204, 404, *_WRITE),
        ),
        *rest_accounts.operations(NEEDS, NEEDS_SENDER),
    ),
    permission="chaman",
)
