"""One run of `up`, or of what only looks, that loses its engine, provider host, program or portal to SIGKILL at a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.workspace import Workspace
from tests.torture.kills.processes import ENGINE, HOST, PROGRAM, Session
from tests.torture.kills.served_portal import ServedPortal
from tests.torture.kills.starting_points import UP, count_writes, read_output, start_run

PORTAL = "portal"
VICTIMS = (ENGINE, HOST, PROGRAM, PORTAL)
LATE_DEADLINE_SECONDS = "2"
_PATIENCE_SECONDS = 240
_LOOKS_A_SECOND = 500


@dataclass(frozen=True)
class Moment:
    """When to strike: so long after the run's beginning, or where `writes` is given, after more writing calls than that, of
    those whose path matches `path`."""

    seconds: float = 0
    writes: float | None = None
    path: str | None = None


@dataclass(frozen=True)
class Blow:
    """What happens to a run.

    :param late: a killed portal comes back when the run has given up, not at once.
    :param every_checkpoint: the engine writes its state after each step, not at the end only (`PULUMI_SKIP_CHECKPOINTS`).
    :param operation: what is run, one of `starting_points.OPERATIONS`.
    """

    victim: str
    moment: Moment
    late: bool = False
    every_checkpoint: bool = False
    operation: str = UP


@dataclass(frozen=True)
class StruckRun:
    """What became of the run: whether the blow came in time, how the engine ended, and who was left behind."""

    in_time: bool
    status: int
    said: str
    left: list[str]

    def findings(self, blow: Blow, *, may_fail: bool = False) -> list[str]:
        """What must not be, whatever the next run does."""
        found = [f"left behind: {', '.join(self.left)}"] if self.left else []
        if self.in_time and blow.victim == PORTAL and not blow.late and self.status and not may_fail:
            found.append(
                f"the portal was back at once, and `{blow.operation}` ended with {self.status}:\n{self.said}"
            )
        return found


def disturb(workspace: Workspace, stack: str, blow: Blow, portal: ServedPortal | None) -> StruckRun:
    """Run, kill, and wait until the engine has ended. `portal` is the served one, which a blow at it needs."""
    more = {"PULUMI_SKIP_CHECKPOINTS": "false"} if blow.every_checkpoint else {}
    if blow.late:
        workspace.pulumi("config", "set", "deadlineSeconds", LATE_DEADLINE_SECONDS, "-s", stack)
    # By what was there before: a run may write before the first look at it.
    is_due = _trigger_of(workspace, blow.moment)
    session = start_run(workspace, stack, blow.operation, more)
    in_time = any(is_due() and _strike(blow, session, portal) for _ in _while_it_runs(session))
    if in_time and blow.victim == PORTAL and not blow.late:
        _served(portal).start_again()
    status = session.leader.wait(_PATIENCE_SECONDS)
    left = session.left_behind()
    if in_time and blow.victim == PORTAL and blow.late:
        _served(portal).start_again()
    if blow.late:
        workspace.pulumi("config", "rm", "deadlineSeconds", "-s", stack)
    return StruckRun(in_time, status, read_output(workspace), left)


def _trigger_of(workspace: Workspace, moment: Moment) -> Callable[[], bool]:
    if moment.writes is None:
        began = time.monotonic()
        return lambda: time.monotonic() - began >= moment.seconds
    least = count_writes(workspace, moment.path) + moment.writes
    return lambda: count_writes(workspace, moment.path) > least


def _while_it_runs(session: Session) -> Iterator[None]:
    while session.leader.poll() is None:
        yield
        time.sleep(1 / _LOOKS_A_SECOND)


def _strike(blow: Blow, session: Session, portal: ServedPortal | None) -> bool:
    """Whether the victim was there to be killed."""
    if blow.victim == PORTAL:
        _served(portal).kill()
        return True
    process = session.find(blow.victim)
    if process is not None:
        process.kill()
    return process is not None


def _served(portal: ServedPortal | None) -> ServedPortal:
    assert portal is not None, "only a served portal can be killed"
    return portal
