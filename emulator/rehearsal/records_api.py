"""The rehearsal's records over HTTP: the calls, and the portal's effects (mails, mutations, files in folders).

A real portal would show its effects to nobody in one place.
"""

from __future__ import annotations

import sqlite3
from datetime import time
from typing import Any

from emulator.calendar import clock, mutations
from emulator.core import common_operations, journal, organizations, problems
from emulator.core.operation import Answer, Call, Operation
from emulator.core.problems import Issue
from emulator.systems.ocmw_online import api as ocmw_online
from emulator.systems.ocmw_online import mails

_BOX_FILES = """
    SELECT organization, account, name, kind, length(content), received_at, fetched_at
    FROM box_files WHERE :centre IS NULL OR organization = :centre ORDER BY seq
"""


def folder_files(connection: sqlite3.Connection, organization: str | None) -> list[dict[str, Any]]:
    """What lies in the folders of a centre's FTP accounts, or of all: `{organization, account, name, kind, size,
    receivedAt, fetchedAt?}`, oldest first; the content is for who signs in there."""
    names = ("organization", "account", "name", "kind", "size", "receivedAt", "fetchedAt")
    rows = connection.execute(_BOX_FILES, {"centre": organization})
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [{name: value for name, value in file.items() if value is not None} for file in found]


def get_journal(call: Call) -> Answer:
    """`writes=true`, `kbo`, `since`, `path` (a glob) and `status` (409, 4xx) narrow it down."""
    number, size = common_operations.paging(call.query)
    chosen = _selection(call)
    total = journal.count(call.connection, chosen)
    items = journal.read(call.connection, chosen, size, (number - 1) * size)
    shown = [{name: value for name, value in entry.items() if value is not None} for entry in items]
    return Answer(200, {"items": shown, **common_operations.page_members(call, number, size, total)})


def _selection(call: Call) -> journal.Selection:
    issues = []
    since, status = call.query.get("since"), call.query.get("status")
    moment = statuses = None
    try:
        moment = None if since is None else clock.parse(since, time.min).isoformat(timespec="seconds")
    except clock.ClockError as error:
        issues.append(Issue("invalidInput", str(error), "since", "query"))
    try:
        statuses = None if status is None else journal.statuses(status)
    except ValueError as error:
        issues.append(Issue("invalidInput", str(error), "status", "query"))
    if issues:
        raise problems.bad_request(issues)
    writes = common_operations.flag(call.query, "writes") or False
    return journal.Selection(writes, _kbo(call), moment, call.query.get("path"), statuses)


def list_mails(call: Call) -> Answer:
    return _page(call, mails.read(call.connection, _kbo(call)))


def list_mutations(call: Call) -> Answer:
    return _page(call, mutations.counts(call.connection, _kbo(call)))


def list_folder_files(call: Call) -> Answer:
    return _page(call, folder_files(call.connection, _kbo(call)))


def add_aid_request(call: Call) -> Answer:
    """A citizen asks for help; the receiving centre is told as it has set (R55)."""
    number, subject = call.body["enterpriseNumber"], call.body.get("subject")
    return Answer(201, ocmw_online.submit(call.connection, number, call.now, subject))


def _kbo(call: Call) -> str | None:
    kbo = call.query.get("kbo")
    return None if kbo is None else organizations.parse_number(kbo, "kbo")


def _page(call: Call, items: list[dict[str, Any]]) -> Answer:
    number, size = common_operations.paging(call.query)
    shown = items[(number - 1) * size : number * size]
    return Answer(200, {"items": shown, **common_operations.page_members(call, number, size, len(items))})


def operations() -> tuple[Operation, ...]:
    """The table's part."""

    def query(path: str, name: str, summary: str, handler: Any, answer: str, *names: str) -> Operation:
        return Operation(
            "GET",
            path,
            name,
            summary,
            handler,
            answer=answer,
            query=(*common_operations.PAGING, "kbo", *names),
            public=True,
        )

    return (
        query(
            "/journal",
            "getJournal",
            "The calls that the portal got, oldest first",
            get_journal,
            "rehearsal:Journal",
            "writes",
            "since",
            "path",
            "status",
        ),
        query(
            "/mails",
            "listMails",
            "The mails that the portal sent (R55, R56)",
            list_mails,
            "rehearsal:MailList",
        ),
        query(
            "/mutations",
            "listMutations",
            "How many mutations of each type arrived, and how many did not (R48)",
            list_mutations,
            "rehearsal:MutationCountList",
        ),
        query(
            "/boxFiles",
            "listBoxFiles",
            "What lies in the folders of FTP accounts",
            list_folder_files,
            "rehearsal:BoxFileList",
        ),
        Operation(
            "POST",
            "/aidRequests",
            "addAidRequest",
            "Have a citizen ask for help through OCMW Online",
            add_aid_request,
            body="rehearsal:AidRequestBody",
            answer="systems.ocmw_online:AidRequest",
            statuses=(201, 404, 409),
            rules=("R55",),
            public=True,
        ),
    )
