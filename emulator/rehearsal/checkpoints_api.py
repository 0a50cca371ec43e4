"""The rehearsal's controls of checkpoints: keep the portal under a name, put it back, compare."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack

from emulator.core import common_operations
from emulator.core.operation import Answer, Call, Operation
from emulator.rehearsal import checkpoints, differences
from emulator.rehearsal.differences import Difference

ONE = "/checkpoints/{name}"


def list_checkpoints(call: Call) -> Answer:
    items = [checkpoint.as_json() for checkpoint in checkpoints.every(call.connection)]
    return Answer(200, {"items": items, "total": len(items)})


def put_checkpoint(call: Call) -> Answer:
    made, is_new = checkpoints.make(call.connection, call.path["name"])
    return Answer(201 if is_new else 200, made.as_json())


def restore_checkpoint(call: Call) -> Answer:
    return Answer(200, checkpoints.restore(call.connection, call.path["name"]).as_json())


def delete_checkpoint(call: Call) -> Answer:
    checkpoints.delete(call.connection, call.path["name"])
    return Answer(204)


def get_differences(call: Call) -> Answer:
    """From the checkpoint to another (`to`), or to now; `details=true`: all that comes in numbers, one by one."""
    number, size = common_operations.paging(call.query)
    details = common_operations.flag(call.query, "details") or False
    found = compare(call.connection, call.path["name"], call.query.get("to"), details)
    items = [difference.as_json() for difference in found[(number - 1) * size : number * size]]
    return Answer(200, {"items": items, **common_operations.page_members(call, number, size, len(found))})


def compare(connection: sqlite3.Connection, name: str, to: str | None, details: bool) -> list[Difference]:
    """What differs from a checkpoint to another one, or to now; inside a transaction.

    :raises Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with ExitStack() as stack:
        old = stack.enter_context(checkpoints.open_checkpoint(connection, name))
        new = connection if to is None else stack.enter_context(checkpoints.open_checkpoint(connection, to))
        return differences.compare(old, new, details)


def operations() -> tuple[Operation, ...]:
    """The table's part."""
    return (
        Operation(
            "GET",
            "/checkpoints",
            "listCheckpoints",
            "The checkpoints, by name",
            list_checkpoints,
            answer="rehearsal:CheckpointList",
            public=True,
        ),
        Operation(
            "PUT",
            ONE,
            "putCheckpoint",
            "Keep the portal as it is now; in the place of what had that name",
            put_checkpoint,
            answer="rehearsal:Checkpoint",
            statuses=(200, 201),
            public=True,
        ),
        Operation(
            "DELETE",
            ONE,
            "deleteCheckpoint",
            "Keep it no longer",
            delete_checkpoint,
            statuses=(204, 404),
            public=True,
        ),
        Operation(
            "POST",
            ONE + "/restorations",
            "restoreCheckpoint",
            "Put the portal back; the journal, faults and clients stay",
            restore_checkpoint,
            answer="rehearsal:Checkpoint",
            statuses=(200, 404, 409),
            public=True,
        ),
        Operation(
            "GET",
            ONE + "/differences",
            "getDifferences",
            "What differs from it to another, or to now",
            get_differences,
            answer="rehearsal:DifferenceList",
            statuses=(200, 404, 409),
            query=(*common_operations.PAGING, "to", "details"),
            public=True,
        ),
    )
