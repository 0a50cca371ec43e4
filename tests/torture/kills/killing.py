"""One kill: whom, when, in which run; what a person then does, as docs/operating.md tells; what must be true then."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.ledger_check import check_ledger
from tests.support.workspace import Workspace
from tests.torture.kills import comparison
from tests.torture.kills.disturbance import PORTAL, VICTIMS, Blow, Moment, disturb
from tests.torture.kills.processes import ENGINE, HOST, PROGRAM
from tests.torture.kills.rehearsals import REHEARSED, Rehearsal
from tests.torture.kills.served_portal import ServedPortal
from tests.torture.kills.starting_points import (
    CHANGE,
    CHECK,
    DOSSIERS,
    FIRST,
    PREVIEW,
    REFRESH,
    UP,
    StartingPoint,
    export_resources,
)

STACKS = ("pajottegem", "hasselt")
_EARLIER = 3
LOOKING = {
    ENGINE: (PREVIEW, REFRESH, CHECK),
    HOST: (PREVIEW, REFRESH),
    PROGRAM: (PREVIEW,),
    PORTAL: (PREVIEW, REFRESH, CHECK),
}
"""What only looks, and has this to lose."""
# It takes no longer than this part of an `up`.
_LOOK = 0.7


@dataclass(frozen=True)
class Kill:
    """What happens to one run.

    :param kind: `FIRST` or `CHANGE` for one `up`, else the name of the rehearsal (`REHEARSED`) one of whose `up` it is.
    :param moment: after this part of the undisturbed time, or where `at_write` at this part of the writing calls: of the
        run's, in a rehearsal of all its runs'.
    :param dossiers: count the batches of forms only.
    :param late: a killed portal comes back when the run has given up, not at once.
    :param every_checkpoint: the engine writes its state after each step, not at the end only (`PULUMI_SKIP_CHECKPOINTS`).
    :param operation: what is killed; in a rehearsal also what somebody looks with before an `up`.
    """

    stack: str
    kind: str
    victim: str
    moment: float
    at_write: bool
    dossiers: bool = False
    served: bool = False
    late: bool = False
    every_checkpoint: bool = False
    operation: str = UP

    def __str__(self) -> str:
        when = f"{self.moment:.0%} of its {'batches' if self.dossiers else 'writes' if self.at_write else 'time'}"
        words = [f"{self.stack} {self.kind}: {self.victim} at {when}"]
        words += [f"{self.operation} before an up"] * (self.operation != UP)
        words += ["served"] * (self.served and self.victim != PORTAL) + ["back late"] * self.late
        return ", ".join(words + ["every checkpoint"] * self.every_checkpoint)


def draw(seed: int, number: int) -> Kill:
    """The kill of this number: the same for the same seed. The victims take turns, in single runs and in rehearsals."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - when to kill
    turn, place = divmod(number, len(VICTIMS))
    victim = VICTIMS[place]
    if turn % 2:
        kind = chance.choice(sorted(REHEARSED))
        stack = REHEARSED[kind].fusion
    else:
        kind = chance.choice((FIRST, CHANGE))
        stack = chance.choice((*STACKS, STACKS[0]))
    at_write = chance.random() < 0.6
    kill = Kill(
        stack,
        kind,
        victim,
        chance.random() * 0.95,
        at_write,
        dossiers=at_write and kind == FIRST and chance.random() < 0.3,
        served=victim == PORTAL or chance.random() < 0.3,
        late=victim == PORTAL and chance.random() < 0.5,
        every_checkpoint=chance.random() < 0.1,
    )
    if kind in REHEARSED and chance.random() < 0.3:
        return replace(kill, operation=chance.choice(LOOKING[victim]), at_write=False)
    return kill


@dataclass
class KillResult:
    """What became of a kill: `findings` is empty where everything was as if nothing had happened."""

    kill: Kill
    struck: bool
    seconds: float
    findings: list[str]


class Killing:
    """Carries out kills in a folder, from starts and rehearsals that are made when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts: dict[tuple[str, str], StartingPoint] = {}
        self._rehearsals: dict[str, Rehearsal] = {}

    def start(self, kill: Kill) -> StartingPoint:
        key = (kill.stack, kill.kind)
        if key not in self._starts:
            self._starts[key] = StartingPoint(self._folder, *key)
        return self._starts[key]

    def rehearsal(self, kill: Kill) -> Rehearsal:
        if kill.kind not in self._rehearsals:
            self._rehearsals[kill.kind] = Rehearsal(self._folder, kill.kind)
        return self._rehearsals[kill.kind]

    def carry_out(self, kill: Kill, name: str, *, keep: bool = False) -> KillResult:
        """Kill, go on as a person would, and compare. The workspace stays where something is found, or with `keep`.

        A run that ended before its moment (quicker than the undisturbed one) is followed by another with an earlier one.
        """
        result = self._carry_out(kill, name, keep)
        for again in range(_EARLIER):
            if result.struck or result.findings:
                break
            kill = replace(kill, moment=kill.moment / 2)
            result = self._carry_out(kill, f"{name}-earlier-{again}", keep)
        return result

    def _carry_out(self, kill: Kill, name: str, keep: bool) -> KillResult:
        if kill.kind in REHEARSED:
            rehearsal = self.rehearsal(kill)
            before, moment = rehearsal.moment(kill.moment, at_write=kill.at_write)
            workspace = before.workspace.copy(rehearsal.folder / name)
            began = time.monotonic()
            struck, findings = rehearsal.play_on(workspace, before, _blow(kill, moment), served=kill.served)
        else:
            start = self.start(kill)
            moment = _moment(kill, start)
            workspace = start.begin(name)
            began = time.monotonic()
            struck, findings = _disturbed(workspace, kill, start, moment)
        workspace.close()
        if not findings and not keep:
            shutil.rmtree(workspace.root)
        return KillResult(kill, struck, time.monotonic() - began, findings)


def _blow(kill: Kill, moment: Moment) -> Blow:
    if kill.operation != UP:
        moment = Moment(moment.seconds * _LOOK)
    return Blow(kill.victim, moment, kill.late, kill.every_checkpoint, kill.operation)


def _moment(kill: Kill, start: StartingPoint) -> Moment:
    expected = start.undisturbed
    if not kill.at_write:
        return Moment(kill.moment * expected.seconds)
    if kill.dossiers:
        return Moment(writes=kill.moment * expected.dossier_writes, path=DOSSIERS)
    return Moment(writes=kill.moment * expected.writes)


def _disturbed(
    workspace: Workspace, kill: Kill, start: StartingPoint, moment: Moment
) -> tuple[bool, list[str]]:
    """One run of `up`, killed, and the next: whether the blow came in time, and what is not as after an undisturbed one."""
    blow = _blow(kill, moment)
    with ExitStack() as stack:
        portal = stack.enter_context(ServedPortal(workspace, kill.stack)) if kill.served else None
        struck = disturb(workspace, kill.stack, blow, portal)
        findings = struck.findings(blow) + _go_on(kill, workspace)
    if not findings:
        expected = start.undisturbed
        findings += comparison.compare_portals(expected.workspace.database, workspace.database)
        findings += comparison.find_forbidden_writes(workspace.database, start.fusion)
        findings += comparison.compare_states(expected.resources, export_resources(workspace, kill.stack))
        findings += check_ledger(workspace.root, kill.stack)
    return struck.in_time, findings


def _go_on(kill: Kill, workspace: Workspace) -> list[str]:
    """What docs/operating.md tells people to do after a killed run, one `fusion up`; what goes wrong meanwhile."""
    try:
        done = workspace.fusion("up", kill.stack, "--yes")
        if done.returncode != 0:
            return [f"fusion up: {done.returncode}\n{done.stdout}{done.stderr}"]
        workspace.in_sync(kill.stack)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    state = json.loads(workspace.pulumi("stack", "export", "-s", kill.stack))
    return (
        ["something is still pending in the state"] if state["deployment"].get("pending_operations") else []
    )
