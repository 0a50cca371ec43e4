"""What a call that follows its document to the letter is still refused for, because JSON Schema has no words for it.

Everything else that schemathesis finds is a failure. A row is about issues of a 400 (their type and their field) of the
operations that it names; statuses that tell of the portal's state (404, 409) schemathesis expects by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData


@dataclass(frozen=True, slots=True)
class Excuse:
    operation: str
    issue: str
    field: str
    why: str


EXCUSES = (
    Excuse(r"\w+", "invalidInput", r"(.*\.)?ssin", "the last two digits check the others: format `ssin`"),
    Excuse(
        r"put\w+",
        "rejectedInput",
        "If-None-Match",
        "OpenAPI cannot say that one header excludes another",
    ),
    Excuse(
        r"putChiefAccessManagers|putAccessManagers",
        "rejectedInput",
        r"(coC|c)hiefAccessManagers|coAccessManagers",
        "the same person twice, by their INSZ alone: uniqueItems compares all of an item",
    ),
    Excuse(r"putUser", "rejectedInput", "ssin", "state: a user stays the same person (R19)"),
    Excuse(r"deleteUsers", "referencedResourceNotFound", r"ids\[\d+\]", "state: the users that there are"),
    Excuse(
        r"putFtpAccount|putRestAccount",
        "referencedResourceNotFound|rejectedInput|invalidPeriod",
        "certificate",
        "state: a certificate that was uploaded for this usage, is valid today, and whose account is one's own (R34, R37)",
    ),
    Excuse(r"putFtpAccount", "requiredInput", "password", "state: a new account needs one (R29)"),
    Excuse(
        r"putRestAccount", "requiredInput", "certificate", "state: an account of one's own needs one (R37)"
    ),
    Excuse(
        r"putCertificate",
        "invalidInput|rejectedInput|invalidPeriod|outOfRange",
        "content|usage",
        "what is inside a file (R40-R46), and state: who uses the certificate",
    ),
    Excuse(
        r"putReport",
        "invalidInput",
        r"subsidies\[\d+\]\.amount",
        "whole cents: floats have no multipleOf to trust",
    ),
    Excuse(
        r"putReport", "rejectedInput", "subsidies", "the same code twice: uniqueItems compares all of an item"
    ),
    Excuse(
        r"answerDelegation|putSupplierAnswer|putManagedCertificate",
        "invalidInput|rejectedInput|invalidPeriod",
        r"certificate\.(content|fileName)",
        "what is inside a file (R40-R46); whose name it has (the path says who), and state: which are taken",
    ),
    Excuse(r"list\w+", "invalidInput", "after", "state: the places that `next` has named"),
    Excuse(r"getJournal", "invalidInput", "since", "the calendar's end: JSON Schema has no latest date"),
    Excuse(r"putClock", "rejectedInput", "now", "state: the clock goes forward only"),
    Excuse(r"putClient", "invalidInput", "publicKey", "what is inside a PEM text"),
)


# The same for signing in, by the answer's `error_description`.
TOKENS = {
    "acting_for must name the organisation that the client acts for": "needed or not by what the assertion claims",
    "this client may not have all of these scopes": "state: whether it is a supplier's client",
    "acting_for is not an organisation of this portal": "state: the centres that there are",
}


def is_excused(failure: Any, operation_id: str, answer: schemathesis.Response) -> Excuse | str | None:
    """The row, or the reason for a status, that explains why a call in keeping with its document was refused."""
    if not isinstance(failure, RejectedPositiveData):
        return None
    if answer.status_code in (412, 428):
        return "preconditions are the portal's state; OpenAPI cannot say that one of two headers is needed"
    if answer.status_code != 400:
        return None
    if operation_id == "getToken":
        return TOKENS.get(answer.json()["error_description"])
    return find_excuse(operation_id, answer.json().get("issues", ()))


def find_excuse(operation_id: str, issues: Iterable[Mapping[str, str]]) -> Excuse | None:
    """The row of the first issue, when every one of them has a row."""
    rows = [_row(operation_id, issue) for issue in issues]
    return rows[0] if rows and all(rows) else None


def _row(operation_id: str, issue: Mapping[str, str]) -> Excuse | None:
    kind = issue["type"].rsplit(":", 1)[-1]
    for row in EXCUSES:
        if (
            re.fullmatch(row.operation, operation_id)
            and re.fullmatch(row.issue, kind)
            and re.fullmatch(row.field, issue["name"])
        ):
            return row
    return None
