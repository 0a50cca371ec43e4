"""ChaMan's certificates as the portal keeps them: the file's own statements, under the file's name (R37-R46)."""

from __future__ import annotations

import itertools
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Any

from emulator.core import common_operations, problems, resources
from emulator.core.operation import Answer, Call, Need, Operation

ORGANIZATION = "/organizations/{enterpriseNumber}"
KIND = "certificate"
# The kinds of account that name a certificate, and where: the one that it has, and the one before that a supplier renewed.
_USERS = ("ftpAccount", "restAccount")
_OWN = "certificate"
_NAMED = (_OWN, "previousCertificate")


def as_json(certificate: resources.Resource) -> dict[str, Any]:
    return {"fileName": certificate.key, **certificate.as_json()}


def list_certificates(call: Call) -> Answer:
    found, members = common_operations.page(call, KIND)
    return Answer(200, {"items": [as_json(one) for one in found], **members})


def get_certificate(call: Call) -> Answer:
    certificate = common_operations.require(call, KIND, "certificate", call.path["fileName"])
    return common_operations.answer_with(certificate, fileName=certificate.key)


def put_certificate(call: Call) -> Answer:
    """The rules R40-R46 are checked on the file itself; the file is not kept."""
    from emulator.systems.chaman import certificate_rules  # imports cryptography, which reading does without

    name, usage = call.path["fileName"], call.body["usage"]
    issues, facts = certificate_rules.examine(call.body["content"], name, usage, call.now)
    if usage != "rest" and _used_by(call.connection, call.number, name, ("restAccount",)):
        issues.append(
            problems.Issue("rejectedInput", "a REST account uses this certificate", "usage", rule="R37")
        )
    if usage != "ftp" and _used_by(call.connection, call.number, name, ("ftpAccount",)):
        issues.append(
            problems.Issue("rejectedInput", "an FTP account uses this certificate", "usage", rule="R37")
        )
    if issues:
        raise problems.bad_request(issues)
    return common_operations.save(call, KIND, {"usage": usage, **facts}, name, fileName=name)


def delete_certificate(call: Call) -> Answer:
    """R37: an account never stands without its certificate. Without the one before it does: so a centre ends that one."""
    name = call.path["fileName"]
    existing = resources.find(call.connection, call.number, KIND, name)
    resources.check_delete(call.headers, existing, "certificate")
    account = _used_by(call.connection, call.number, name, _USERS, (_OWN,))
    if account is not None:
        raise problems.conflict(
            "inUse", "In Use", "An account uses this certificate", existing=account, rule="R37"
        )
    return common_operations.remove(call, KIND, "certificate", name)


def upload_for_supplier(
    connection: sqlite3.Connection,
    organization: str,
    supplier: str,
    account: str,
    now: datetime,
    own: tuple[str | None, str] | None = None,
) -> str:
    """A supplier uploads its certificate for an account (R36). The file's name.

    :param own: a file's name, None for the usual one, and its content in base64; None: one is made, self-signed.
    :raises Problem: 400 with all that is wrong with it (R40-R46), or when the name is taken. It is not said by whom: the
        organisation's own files are nobody else's business.
    """
    from emulator.systems.chaman import certificate_rules

    name, content = own or (None, certificate_rules.self_signed(f"{supplier} {account}", now))
    name = name or _usual_name(connection, organization, supplier)
    issues, facts = certificate_rules.examine(content, name, "rest", now)
    existing = resources.find(connection, organization, KIND, name)
    if not issues and existing is not None and existing.body == {"usage": "rest", **facts}:
        return name  # it is there already, whoever brought it
    if existing is not None and (
        existing.created_by != supplier or _used_by(connection, organization, name, _USERS) is not None
    ):
        issues.append(
            problems.Issue(
                "rejectedInput", "another certificate has this name: choose a new one", "fileName", rule="R37"
            )
        )
    if issues:
        raise problems.bad_request(
            [replace(issue, name=f"certificate.{issue.name}", where="body") for issue in issues]
        )
    at, body = now.isoformat(timespec="seconds"), {"usage": "rest", **facts}
    if existing is None:
        resources.create(connection, organization, KIND, name, body, supplier, at)
    else:
        resources.replace(connection, existing, body, at)
    return name


def _usual_name(connection: sqlite3.Connection, organization: str, supplier: str) -> str:
    """The first that no account uses: a supplier may manage several accounts of one organisation."""
    names = (
        f"{supplier}-{organization}{'' if number == 1 else f'-{number}'}.cer" for number in itertools.count(1)
    )
    return next(name for name in names if _used_by(connection, organization, name, _USERS) is None)


def reason_against(call: Call, name: str, usage: str) -> problems.Issue | None:
    """Why an account for `usage` cannot have this certificate (R37); None when it can."""
    certificate = resources.find(call.connection, call.number, KIND, name)
    if certificate is None:
        return problems.Issue(
            "referencedResourceNotFound", "no such certificate here: upload it first", "certificate"
        )
    body = certificate.body
    if body["usage"] != usage:
        return problems.Issue(
            "rejectedInput", f"this certificate was uploaded for {body['usage']}", "certificate"
        )
    if not datetime.fromisoformat(body["notBefore"]) <= call.now <= datetime.fromisoformat(body["notAfter"]):
        return problems.Issue("invalidPeriod", "this certificate is not valid today", "certificate")
    return None


def find_previous(connection: sqlite3.Connection, account: resources.Resource) -> resources.Resource | None:
    """The certificate that an account had before a supplier renewed it, while it is there. Another one of that name is not
    it."""
    name = account.body.get("previousCertificate")
    found = None if name is None else resources.find(connection, account.organization, KIND, name)
    return None if found is None or found.body["sha256"] != account.body.get("previousSha256") else found


def _used_by(
    connection: sqlite3.Connection,
    organization: str,
    name: str,
    kinds: tuple[str, ...],
    members: tuple[str, ...] = _NAMED,
) -> str | None:
    """The name of an account of these kinds that names the certificate in one of these members."""
    for kind in kinds:
        for account in resources.every(connection, organization, kind):
            if name in (account.body.get(member) for member in members):
                return account.key
    return None


def operations(needs: tuple[Need, ...], needs_sender: tuple[Need, ...]) -> tuple[Operation, ...]:
    """The table's part; a sender (R28) is needed to write."""
    one = ORGANIZATION + "/certificates/{fileName}"
    return (
        Operation(
            "GET",
            ORGANIZATION + "/certificates",
            "listCertificates",
            "The certificates",
            list_certificates,
            answer="systems.chaman:CertificateList",
            needs=needs,
            query=common_operations.PAGING,
        ),
        Operation(
            "GET",
            one,
            "getCertificate",
            "A certificate",
            get_certificate,
            answer="systems.chaman:Certificate",
            needs=needs,
            statuses=(200, 404),
        ),
        Operation(
            "PUT",
            one,
            "putCertificate",
            "Upload a certificate",
            put_certificate,
            body="systems.chaman:CertificateBody",
            answer="systems.chaman:Certificate",
            needs=needs_sender,
            statuses=(200, 201, 412, 428),
            rules=("R27", "R28", "R40", "R41", "R42", "R43", "R45", "R46"),
        ),
        Operation(
            "DELETE",
            one,
            "deleteCertificate",
            "Delete a certificate",
            delete_certificate,
            needs=needs,
            statuses=(204, 404, 412, 428),
            rules=("R37",),
        ),
    )
