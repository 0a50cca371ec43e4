"""After a kill, half a state, an older or a lost one, the next `fusion up` goes on; and of two operators one goes first."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from operations.recovery.locks import Lock, read_locks
from stacks.state_folder import StateFolder
from tests.e2e.test_approved import fusion
from tests.e2e.test_fleet import SECONDS, result_of
from tests.support.prepared import prepare_once
from tests.support.workspace import Workspace

STACK = "hasselt"
UP = ("up", STACK, "--yes", "--skip-preview", "--format", "json")


@pytest.fixture(scope="session")
def hasselt_template(fresh_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    def make(folder: Path) -> None:
        fresh_template.copy(folder).up(STACK)

    return Workspace(prepare_once(tmp_path_factory, STACK, make))


@pytest.fixture
def hasselt(hasselt_template: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Hasselt is applied."""
    workspace = hasselt_template.copy(tmp_path / "project")
    yield workspace
    workspace.close()


def folder_of(workspace: Workspace) -> StateFolder:
    return StateFolder(workspace.root / ".state", "fusion")


def up(workspace: Workspace, *options: str, code: int = 0) -> dict[str, Any]:
    """The result of a `fusion up`."""
    done = fusion(workspace, *UP, *options)
    assert done.returncode == code, done.stdout + done.stderr
    (result,) = result_of(done.stdout)
    return result


def slow_down(workspace: Workspace, milliseconds: int) -> None:
    """The portal takes so long for a write."""
    for method in ("PUT", "POST"):
        options = ("--kind", "latency", "--delay-ms", str(milliseconds), "--method", method)
        assert fusion(workspace, "emulator", "faults", *options).returncode == 0


def hurry(workspace: Workspace) -> None:
    assert fusion(workspace, "emulator", "faults", "--clear").returncode == 0


@contextmanager
def started(workspace: Workspace, *command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Under way, with its lock taken, or at its end."""
    with subprocess.Popen(
        command,
        cwd=workspace.root,
        env={**workspace.environment, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def wait_for_lock(workspace: Workspace) -> Lock:
    until = monotonic() + SECONDS
    while not (locks := read_locks(folder_of(workspace), STACK)):
        assert monotonic() < until, "nobody took a lock"
        sleep(0.05)
    return locks[0]


def wait_for_pending(workspace: Workspace) -> None:
    until = monotonic() + SECONDS
    while b'"pending_operations"' not in folder_of(workspace).state(STACK).read_bytes():
        assert monotonic() < until, "nothing was begun"
        sleep(0.05)


def lasting_writes(workspace: Workspace) -> list[tuple[str, str]]:
    """The writes that the portal carried out, in the order of their paths."""
    done = [call for call in workspace.journal(writes=True) if call["status"] < 300]
    return sorted((call["method"], call["path"]) for call in done)


# -- a killed run ---------------------------------------------------------------------------------------------------------


def test_after_a_kill_the_next_up_says_whose_lock_it_took_and_goes_on(
    fresh: Workspace, hasselt_template: Workspace
) -> None:
    slow_down(fresh, 1500)
    command = ("pulumi", "up", "-s", STACK, "--yes", "--skip-preview", "--non-interactive")
    with started(fresh, *command, PULUMI_SKIP_CHECKPOINTS="false") as running:
        lock = wait_for_lock(fresh)
        wait_for_pending(fresh)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert lock.path.exists(), "the engine left it"
    hurry(fresh)

    taken, cleared = up(fresh)["healed"]
    assert taken.startswith(f"the lock of {lock.who}@{socket.gethostname()} (process {lock.pid}), since ")
    assert "pending: cleared, since creates adopt" in cleared
    assert read_locks(folder_of(fresh), STACK) == []
    assert b'"pending_operations"' not in folder_of(fresh).state(STACK).read_bytes()
    assert lasting_writes(fresh) == lasting_writes(hasselt_template), "nothing was made twice"
    fresh.in_sync(STACK)


def test_a_refresh_and_a_destroy_go_on_too(hasselt: Workspace) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    content = {
        "pid": ended.pid,
        "username": "els",
        "hostname": socket.gethostname(),
        "timestamp": "2025-02-03T09:00:00Z",
    }
    for command in ("refresh", "destroy"):
        left = folder_of(hasselt).locks(STACK) / "left.json"
        left.write_text(json.dumps(content))
        done = fusion(hasselt, command, STACK, "--yes", "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        (healed,) = result_of(done.stdout)[0]["healed"]
        assert healed.startswith("the lock of els@")
        assert not left.exists()
    assert hasselt.resources(STACK) == []


# -- two operators --------------------------------------------------------------------------------------------------------


def test_whoever_is_at_work_is_told_and_never_robbed(fresh: Workspace) -> None:
    slow_down(fresh, 3000)
    with started(
        fresh, "pulumi", "up", "-s", STACK, "--yes", "--skip-preview", "--non-interactive"
    ) as running:
        lock = wait_for_lock(fresh)
        told = up(fresh, code=1)["error"]
        assert lock.path.exists()
        assert running.poll() is None, "the first is still at work"
        hurry(fresh)
        assert running.wait(SECONDS) == 0
    assert told.startswith(f"locked by {lock.who}@{socket.gethostname()} (process {lock.pid}), since ")
    assert told.endswith("Nothing was done. `--wait` waits for that run")
    fresh.in_sync(STACK)


def test_of_two_at_once_one_waits_and_both_end_well(fresh: Workspace, hasselt_template: Workspace) -> None:
    slow_down(fresh, 300)
    with started(fresh, "fusion", *UP, "--wait") as first:
        second = up(fresh, "--wait")
        assert first.wait(SECONDS) == 0
    assert second["ending"] == "passed"
    assert lasting_writes(fresh) == lasting_writes(hasselt_template), "nothing was made twice"
    hurry(fresh)
    fresh.in_sync(STACK)


def test_a_lock_of_another_machine_is_left_and_told(hasselt: Workspace) -> None:
    lock = folder_of(hasselt).locks(STACK) / "elsewhere.json"
    content = {
        "pid": 7,
        "username": "els",
        "hostname": "elsewhere",
        "timestamp": "2025-02-03T09:00:00Z",
    }
    lock.write_text(json.dumps(content))
    told = up(hasselt, code=1)["error"]
    assert told.startswith("locked by els@elsewhere (process 7), since 2025-02-03 ")
    assert f"`pulumi cancel -s {STACK}`" in told
    assert lock.exists()
    hasselt.pulumi("cancel", "-s", STACK, "--yes")
    up(hasselt)


# -- states ---------------------------------------------------------------------------------------------------------------


def test_half_a_state_is_put_right_and_nothing_is_made_twice(hasselt: Workspace) -> None:
    state, writes = folder_of(hasselt).state(STACK), hasselt.journal(writes=True)
    state.write_bytes(state.read_bytes()[:3000])
    looked = fusion(hasselt, "preview", "--all")
    assert looked.returncode == 1
    assert f"{state}: half written" in looked.stderr
    assert f"`fusion up {STACK}` puts the newest copy that the engine keeps in its place" in looked.stderr

    (backup,) = folder_of(hasselt).backups(STACK)
    (healed,) = up(hasselt)["healed"]
    assert healed.startswith(
        f"{state} was half written. The newest copy that the engine keeps, {backup.name} of "
    )
    assert hasselt.journal(writes=True) == writes
    hasselt.in_sync(STACK)


def test_an_older_state_is_brought_in_line_and_nothing_is_made_twice(
    hasselt: Workspace, fresh_template: Workspace
) -> None:
    """A backup of before everything was made."""
    state, writes = folder_of(hasselt).state(STACK), hasselt.journal(writes=True)
    shutil.copy2(folder_of(fresh_template).state(STACK), state)
    assert up(hasselt)["healed"] == []
    assert hasselt.journal(writes=True) == writes
    hasselt.in_sync(STACK)


def test_a_lost_state_is_told_with_its_way_back(hasselt: Workspace) -> None:
    state, writes = folder_of(hasselt).state(STACK), hasselt.journal(writes=True)
    state.unlink()
    told = up(hasselt, code=1)["error"]
    (backup,) = folder_of(hasselt).backups(STACK)
    assert f"`cp {backup} {state}`" in told
    shutil.copy2(backup, state)
    up(hasselt)
    assert hasselt.journal(writes=True) == writes
    hasselt.in_sync(STACK)


def test_empty_notes_beside_a_state_are_removed(fresh: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine keeps them where the backend's URL has no `metadata=skip`, and reads no state then."""
    url = f"file://{fresh.root}/.state"
    environment = {**fresh.environment, "PULUMI_BACKEND_URL": url}
    monkeypatch.setattr(Workspace, "environment", property(lambda _: environment))
    note = Path(f"{folder_of(fresh).state(STACK)}.attrs")
    fresh.up(STACK)
    assert note.stat().st_size, "the engine keeps notes here"
    note.write_bytes(b"")
    assert "EOF" in fresh.preview(STACK, succeeds=False)
    (healed,) = up(fresh)["healed"]
    assert healed.startswith(f"{note} was empty")
    fresh.in_sync(STACK)
