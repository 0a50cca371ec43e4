"""Where only the engine sees locks: the one of a run of this machine that is gone is known by the ledger, and taken once."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.recovery.locks import Locked
from operations.recovery.told_locks import find_left
from providers import ledger
from stacks.beginning import find_backend
from tests.operations.engine_files import STACK

SINCE = datetime(2025, 2, 3, 9, tzinfo=UTC)
URL = "postgres://postgres@db.example:5432/fusions"
Begun = Callable[..., None]


def tell(pid: int, host: str = "", who: str = "els@ocmw", count: int = 1) -> Locked:
    """As the engine does, in the time zone of its machine."""
    line = f"\n  {URL}/.pulumi/locks/x.json: created by {who}@{host or socket.gethostname()} (pid {pid}) at "
    said = (
        f"the stack is currently locked by {count} lock(s). Either wait for the other process(es) to end or delete the lock "
        "file with `pulumi cancel`."
    )
    return Locked(STACK, said + f"{line}2025-02-03T10:00:00+01:00" * count)


@pytest.fixture(autouse=True)
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", URL)


@pytest.fixture
def begun(tmp_path: Path, gone: int) -> Begun:
    """Notes in the ledger that a run began a moment before the lock."""

    def note(**other: Any) -> None:
        line = {
            "kind": "begin",
            "run": f"run-{gone}",
            "at": (SINCE - timedelta(seconds=1)).isoformat(),
            "host": socket.gethostname(),
            "process": gone,
            "started": "1",
            "backend": find_backend(),
        }
        path = ledger.file_of(tmp_path, STACK)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{json.dumps(line | other)}")

    return note


def test_the_lock_of_a_run_of_this_machine_that_is_gone_is_left(
    tmp_path: Path, begun: Begun, gone: int
) -> None:
    begun()
    left = find_left(tmp_path, STACK, tell(gone))
    assert left is not None
    assert str(left).startswith(f"els@ocmw@{socket.gethostname()} (process {gone}), since ")
    assert left.since == SINCE


def test_it_is_taken_away_once_and_again_where_that_failed(tmp_path: Path, begun: Begun, gone: int) -> None:
    """Whoever comes second may have heard of it before it went, and somebody else may have the stack by now."""
    begun()
    one, other = find_left(tmp_path, STACK, tell(gone)), find_left(tmp_path, STACK, tell(gone))
    assert one is not None
    assert other is not None
    assert (one.claim(), other.claim()) == (True, False)
    one.give_back()
    assert other.claim()


@pytest.mark.parametrize(
    "other",
    [
        {"process": 1},
        {"host": "elsewhere"},
        {"backend": "postgres://db.example:5432/others"},
        {"kind": "ended"},
        {"at": (SINCE + timedelta(hours=1)).isoformat()},
    ],
)
def test_a_run_that_this_machine_does_not_know_is_somebody_elses(
    tmp_path: Path, begun: Begun, gone: int, other: dict[str, Any]
) -> None:
    """Hosted machines share their names, and their processes' numbers are small."""
    assert find_left(tmp_path, STACK, tell(gone)) is None, "no ledger at all"
    begun(**other)
    assert find_left(tmp_path, STACK, tell(gone)) is None


def test_a_run_that_goes_on_is_never_robbed(tmp_path: Path, begun: Begun) -> None:
    from stacks.beginning import moment_of

    begun(process=os.getpid(), started=moment_of(os.getpid()))
    assert find_left(tmp_path, STACK, tell(os.getpid())) is None


@pytest.mark.parametrize(
    "told",
    [
        {"count": 2},
        {"host": "elsewhere"},
        {"count": 0},
    ],
)
def test_what_else_the_engine_tells_is_left_to_people(
    tmp_path: Path, begun: Begun, gone: int, told: dict[str, Any]
) -> None:
    begun()
    assert find_left(tmp_path, STACK, tell(gone, **told)) is None
