"""A team's state, in PostgreSQL or in a bucket like S3's, with the real engine: looking, applying, a kill, two at once.

The servers come from the package index (`tests.support.backend_servers`) and listen on this machine's own address.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from tests.e2e.test_approved import fusion, leaked
from tests.support.backend_servers import Bucket, Postgres, serve_bucket, serve_postgres
from tests.support.shared_workspace import Shared, name_backend
from tests.support.workspace import ENGINE_SECONDS, Workspace

LOCKED = "the stack is currently locked by 1 lock(s)"
KINDS = ("postgres", "bucket")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Postgres | Bucket]]:
    """Both servers, each begun when a test asks for it first."""
    with ExitStack() as ending:
        yield _Begun(ending)


class _Begun(dict[str, Any]):
    def __init__(self, ending: ExitStack) -> None:
        super().__init__()
        self._ending = ending

    def __missing__(self, kind: str) -> Any:
        self[kind] = self._ending.enter_context(serve_postgres() if kind == "postgres" else serve_bucket())
        return self[kind]


@pytest.fixture(params=KINDS)
def shared(
    request: pytest.FixtureRequest,
    servers: dict[str, Postgres | Bucket],
    fresh_template: Workspace,
    tmp_path: Path,
) -> Iterator[Shared]:
    """Nothing applied yet, and an empty backend in which `fusion setup` made the stacks."""
    backend = servers[request.param].make(name_backend())
    workspace = Shared(fresh_template.copy(tmp_path / "project").root, backend)
    shutil.rmtree(workspace.root / ".state" / ".pulumi")
    made = fusion(workspace, "setup")
    assert made.returncode == 0, made.stderr
    assert "stack hasselt" in made.stdout + made.stderr
    yield workspace
    workspace.close()


@contextmanager
def begun(workspace: Shared, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A command under way, in a process group of its own."""
    with (workspace.root / "said").open("w") as said:
        running = subprocess.Popen(
            command,
            cwd=workspace.root,
            env={**workspace.environment, "PULUMI_RUN_PROGRAM": "false"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            text=True,
            process_group=0,
        )
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()


def up(stack: str) -> tuple[str, ...]:
    return ("pulumi", "up", "-s", stack, "--yes", "--skip-preview", "--non-interactive")


def wait_until(so: Callable[[], object]) -> None:
    until = monotonic() + ENGINE_SECONDS
    while not so():
        assert monotonic() < until, "it did not come to that"
        sleep(0.02)


def previewed(workspace: Shared, *stacks: str) -> dict[str, dict[str, Any]]:
    """What `fusion preview` came to, by stack."""
    done = fusion(workspace, "preview", *stacks, "--format", "json", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert leaked(workspace, done.stdout + done.stderr) == []
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["stacks"]
    return {one["stack"]: one for one in found}


def assert_nothing_was_made_twice(shared: Shared) -> None:
    """By the portal's journal."""
    created = [
        call["path"]
        for call in shared.journal(writes=True)
        if call["method"] == "POST" and call["status"] == 201
    ]
    assert len(created) == len({*created}), "what the killed run had made was made again"


def test_a_stack_lives_there(shared: Shared) -> None:
    planned = fusion(shared, "plan", "hasselt", "--format", "json")
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["fusions"][0]["counts"]["engine"] == {"create": 46}
    shared.up("hasselt")
    assert shared.locks == []
    shared.in_sync("hasselt")
    # Nothing of it is on this machine, and without a state to compare the engine looks, each time.
    assert not (shared.root / ".state" / ".pulumi").exists()
    (one,) = previewed(shared, "hasselt").values()
    assert (one["ending"], one["changes"]) == ("passed", 0)
    assert "the state of hasselt is in no folder of this machine" in one["because"]


def test_a_state_there_belongs_to_a_portal_too(shared: Shared) -> None:
    assert shared.run("up", "-s", "hasselt", "--yes", "--skip-preview").returncode == 0
    shared.restart_portal("2025-02-03")
    refused = shared.run("up", "-s", "hasselt", "--yes")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "and another one is there now" in refused.stderr
    assert shared.journal(writes=True) == []


def test_after_a_kill_the_lock_is_told_and_taken_away_and_the_next_up_goes_on(shared: Shared) -> None:
    with begun(shared, *up("hasselt")) as killed:
        wait_until(lambda: shared.journal(writes=True) or killed.poll() is not None)
        killed.kill()
        killed.wait()
    assert shared.locks == ["hasselt"]
    told = shared.up("hasselt", succeeds=False)
    assert LOCKED in told
    assert f"(pid {killed.pid})" in told
    assert all(secret not in told for secret in shared.backend.variables.values())
    shared.pulumi("cancel", "-s", "hasselt", "--yes")
    shared.up("hasselt")
    shared.in_sync("hasselt")
    assert shared.locks == []
    assert_nothing_was_made_twice(shared)


def test_after_a_kill_fusion_up_takes_away_the_lock_of_its_own_machine_and_goes_on(
    shared: Shared, tmp_path: Path
) -> None:
    """Another machine, of the same name here, does not know the run: it tells, and takes nothing away."""
    other = shared.by_another(tmp_path / "other")
    command = ("up", "hasselt", "--yes", "--skip-preview", "--format", "json")
    with begun(shared, *up("hasselt")) as killed:
        wait_until(lambda: shared.journal(writes=True) or killed.poll() is not None)
        killed.kill()
        killed.wait()
    told = fusion(other, *command)
    assert told.returncode == 1
    assert f"(process {killed.pid}), since " in told.stdout
    assert "make sure that it is over, then `pulumi cancel -s hasselt`" in told.stdout
    assert shared.locks == ["hasselt"]
    done = fusion(shared, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    (healed,) = json.loads(done.stdout.splitlines()[-1])["stacks"][0]["healed"]
    assert f"(process {killed.pid}), since " in healed
    assert healed.endswith("left by a run that is gone, taken away")
    assert all(secret not in done.stdout + done.stderr for secret in shared.backend.variables.values())
    assert shared.locks == []
    shared.in_sync("hasselt")
    assert_nothing_was_made_twice(shared)


def test_after_a_kill_of_postgresql_the_next_up_goes_on(
    servers: dict[str, Any], fresh_template: Workspace, tmp_path: Path
) -> None:
    """The engine cannot write what it did, nor take its lock away: as if it had been killed itself."""
    server: Postgres = servers["postgres"]
    shared = Shared(fresh_template.copy(tmp_path / "project").root, server.make(name_backend()))
    assert fusion(shared, "setup").returncode == 0
    with begun(shared, *up("hasselt")) as broken:
        wait_until(lambda: shared.journal(writes=True) or broken.poll() is not None)
        server.kill()
        ended = broken.wait(ENGINE_SECONDS)
        server.begin()  # also for the tests that come later
    assert ended != 0
    assert shared.backend.variables["PGPASSWORD"] not in (shared.root / "said").read_text()
    assert shared.locks == ["hasselt"]
    shared.pulumi("cancel", "-s", "hasselt", "--yes")
    shared.up("hasselt")
    shared.in_sync("hasselt")
    assert_nothing_was_made_twice(shared)


def test_of_two_workers_on_one_stack_one_works_and_the_other_is_told(shared: Shared, tmp_path: Path) -> None:
    other = shared.by_another(tmp_path / "other")
    with begun(shared, *up("hasselt")) as first:
        wait_until(lambda: shared.locks or first.poll() is not None)
        os.killpg(first.pid, signal.SIGSTOP)  # however long the other takes
        told = fusion(other, "up", "hasselt", "--yes", "--skip-preview")
        os.killpg(first.pid, signal.SIGCONT)
        assert told.returncode == 1
        assert "\nhasselt: locked by " in told.stdout, (
            "nothing before it, such as what the store's library logs"
        )
        assert f"(process {first.pid}), since " in told.stdout
        assert all(secret not in told.stdout + told.stderr for secret in shared.backend.variables.values())
        assert first.wait(ENGINE_SECONDS) == 0, (shared.root / "said").read_text()
    other.in_sync("hasselt")


def test_two_workers_on_different_stacks_do_each_other_no_harm(shared: Shared, tmp_path: Path) -> None:
    other = shared.by_another(tmp_path / "other")
    with (
        begun(shared, "fusion", "up", "hasselt", "--yes", "--skip-preview") as first,
        begun(other, "fusion", "up", "pajottegem", "--yes", "--skip-preview") as second,
    ):
        assert first.wait(ENGINE_SECONDS) == 0, (shared.root / "said").read_text()
        assert second.wait(ENGINE_SECONDS) == 0, (other.root / "said").read_text()
    assert {one["ending"] for one in previewed(shared, "hasselt", "pajottegem").values()} == {"passed"}


def test_nobody_gets_the_rehearsals_passphrase_for_it(shared: Shared) -> None:
    without = {name: value for name, value in shared.environment.items() if "PASSPHRASE" not in name}
    done = subprocess.run(
        ["pulumi", "preview", "-s", "hasselt", "--non-interactive"],
        cwd=shared.root,
        env={**without, "PULUMI_RUN_PROGRAM": "false"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=ENGINE_SECONDS,
    )
    assert done.returncode != 0
    assert "passphrase must be set" in done.stderr
