"""All that an API shows of an organisation in one collection: an entry for each of its paths.

An entry says what a GET of its path answers, so that nobody has to guess from what is missing: a `body`; a `problem` with
its `statusCode`; or the `total` of a collection, whose items are the entries below it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from emulator.core import common_operations, problems, resources
from emulator.core.operation import Answer, Call, Handler, Need, Operation

PATH = "/organizations/{enterpriseNumber}/contents"
Entry = dict[str, Any]
_TAG_LENGTH = 24


def single(call: Call, path: str, get: Handler) -> Iterator[Entry]:
    """What `get` answers, or why it answers nothing."""
    try:
        yield {"path": path, "body": get(call).body}
    except problems.Problem as problem:
        yield _refused(path, problem)


def collection(
    call: Call,
    path: str,
    kind: str,
    as_json: Callable[[resources.Resource], dict[str, Any]],
    check: Callable[[], None] | None = None,
) -> Iterator[Entry]:
    """All of a kind, in the order of its pages. `check` raises the `Problem` of who may not see it."""
    try:
        if check is not None:
            check()
    except problems.Problem as problem:
        yield _refused(path, problem)
        return
    found = resources.every(call.connection, call.number, kind)
    yield {"path": path, "total": len(found)}
    for one in found:
        yield {"path": f"{path}/{one.key}", "body": as_json(one)}


def operation(
    list_entries: Callable[[Call], Iterable[Entry]], needs: tuple[Need, ...], permission: str | None = None
) -> Operation:
    """`GET …/contents` of an API whose other reading operations need the same."""

    def get(call: Call) -> Answer:
        number, size = common_operations.paging(call.query)
        entries = list(list_entries(call))
        members = common_operations.page_members(call, number, size, len(entries))
        items = entries[(number - 1) * size : number * size]
        return Answer(200, {"items": items, **members, "tag": _tag(entries)})

    return Operation(
        "GET",
        PATH,
        "listContents",
        "All that there is, path by path",
        get,
        answer="core:Contents",
        needs=needs,
        query=common_operations.PAGING,
        permission=permission,
    )


def _refused(path: str, problem: problems.Problem) -> Entry:
    told = problem.as_json()
    del told["instance"], told["status"]  # those of a call; an entry is none
    return {"path": path, "statusCode": problem.status, "problem": told}


def _tag(entries: list[Entry]) -> str:
    """Another text after each change of an entry: pages that have the same one are of one moment."""
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()[:_TAG_LENGTH]
