"""Whose lock it is, and whether it may go."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from operations.recovery.locks import Held, read_locks
from stacks.state_folder import StateFolder
from tests.operations.engine_files import STACK, lock


def test_a_stack_that_nobody_ever_worked_on_has_none(folder: StateFolder) -> None:
    assert read_locks(folder, STACK) == []


def test_who_has_it_where_and_since_when(folder: StateFolder) -> None:
    lock(folder, pid=4711, hostname="elsewhere", timestamp="2025-02-03T09:00:00.123456789Z")
    (found,) = read_locks(folder, STACK)
    assert (found.who, found.host, found.pid) == ("els", "elsewhere", 4711)
    assert found.since.replace(microsecond=0) == datetime(2025, 2, 3, 9, tzinfo=UTC)
    assert str(found).startswith("els@elsewhere (process 4711), since 2025-02-03 ")


def test_a_time_of_another_zone_is_the_same_moment(folder: StateFolder) -> None:
    lock(folder, "tielt", "a", timestamp="2025-02-03T10:00:00+01:00")
    lock(folder, "tielt", "b", timestamp="2025-02-03T08:59:00Z")
    assert [one.path.stem for one in read_locks(folder, STACK)] == ["b", "a"]


def test_of_another_stack_there_is_none(folder: StateFolder) -> None:
    lock(folder, "tielt.production")
    assert read_locks(folder, STACK) == []
    assert len(read_locks(folder, "organization/fusion/tielt.production")) == 1


def test_a_lock_of_a_process_that_is_gone_is_left_and_goes_alone(folder: StateFolder, gone: int) -> None:
    left, other = lock(folder, name="a", pid=gone), lock(folder, name="b", pid=os.getpid())
    left.with_name("a.json.attrs").touch()
    dead, alive = read_locks(folder, STACK)
    assert (dead.is_left, alive.is_left) == (True, False)
    dead.take_away()
    dead.take_away()  # somebody else was as quick
    assert list(left.parent.iterdir()) == [other]


def test_of_another_machine_nothing_is_known(folder: StateFolder, gone: int) -> None:
    lock(folder, pid=gone, hostname="elsewhere")
    (found,) = read_locks(folder, STACK)
    assert not found.is_left


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "username": 1}'])
def test_one_that_cannot_be_read_is_somebodys(folder: StateFolder, content: str) -> None:
    path = lock(folder)
    path.write_text(content)
    (found,) = read_locks(folder, STACK)
    assert not found.is_left
    assert str(path) in str(found)


@pytest.mark.parametrize(
    ("content", "way_out"),
    [
        ({"pid": os.getpid()}, "`--wait` waits for that run"),
        ({"hostname": "elsewhere"}, "can only be seen on its machine"),
        ({"timestamp": "yesterday"}, "delete the file"),
    ],
)
def test_each_has_its_way_out(folder: StateFolder, content: dict[str, Any], way_out: str) -> None:
    lock(folder, **content)
    told = str(Held(STACK, read_locks(folder, STACK)))
    assert told.startswith("locked by ")
    assert ". Nothing was done. " in told
    assert way_out in told
    assert ("pulumi cancel" in told) == (content.get("hostname") == "elsewhere")
