"""One kill: whom, when, from which start; what a person then does, as docs/operating.md tells; what must be true then."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos import comparison
from tests.chaos.processes import ENGINE, HOST, PROGRAM, Session
from tests.chaos.served import Served
from tests.chaos.starts import CHANGE, DOSSIERS, FIRST, Start, count_writes, output, resources, up
from tests.e2e.workspace import Workspace

PORTAL = "portal"
VICTIMS = (ENGINE, HOST, PROGRAM, PORTAL)
STACKS = ("pajottegem", "hasselt")
_PATIENCE_SECONDS = 240
_LOOKS_A_SECOND = 500
_EARLIER = 3


@dataclass(frozen=True)
class Kill:
    """What happens to one run.

    :param moment: after this part of the undisturbed run's time, or where `at_write` at this part of its writing calls.
    :param dossiers: count the batches of forms only.
    :param late: a killed portal comes back when the run has given up, not at once.
    :param one_checkpoint: the engine writes its state at the end only (`PULUMI_SKIP_CHECKPOINTS`).
    """

    stack: str
    kind: str
    victim: str
    moment: float
    at_write: bool
    dossiers: bool = False
    served: bool = False
    late: bool = False
    one_checkpoint: bool = False

    def __str__(self) -> str:
        when = f"{self.moment:.0%} of its {'batches' if self.dossiers else 'writes' if self.at_write else 'time'}"
        words = [f"{self.stack} {self.kind}: {self.victim} at {when}"]
        words += ["served"] * (self.served and self.victim != PORTAL) + ["back late"] * self.late
        return ", ".join(words + ["one checkpoint"] * self.one_checkpoint)


def draw(seed: int, number: int) -> Kill:
    """The kill of this number: the same for the same seed. The victims take turns."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - when to kill
    victim = VICTIMS[number % len(VICTIMS)]
    stack = chance.choice((*STACKS, STACKS[0]))
    kind = chance.choice((FIRST, CHANGE))
    at_write = chance.random() < 0.6
    return Kill(
        stack,
        kind,
        victim,
        chance.random() * 0.95,
        at_write,
        dossiers=at_write and kind == FIRST and chance.random() < 0.3,
        served=victim == PORTAL or chance.random() < 0.3,
        late=victim == PORTAL and chance.random() < 0.5,
        one_checkpoint=chance.random() < 0.25,
    )


@dataclass
class Story:
    """What became of a kill: `findings` is empty where everything was as if nothing had happened."""

    kill: Kill
    struck: bool
    seconds: float
    findings: list[str]


class Killing:
    """Carries out kills in a folder, from starts that are made when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts: dict[tuple[str, str], Start] = {}

    def start(self, kill: Kill) -> Start:
        key = (kill.stack, kill.kind)
        return self._starts.setdefault(key, Start(self._folder, *key))

    def carry_out(self, kill: Kill, name: str, *, keep: bool = False) -> Story:
        """Kill, go on as a person would, and compare. The workspace stays where something is found, or with `keep`.

        A run that ended before its moment (quicker than the undisturbed one) is followed by another with an earlier one.
        """
        story = self._carry_out(kill, name, keep)
        for again in range(_EARLIER):
            if story.struck or story.findings:
                break
            kill = replace(kill, moment=kill.moment / 2)
            story = self._carry_out(kill, f"{name}-earlier-{again}", keep)
        return story

    def _carry_out(self, kill: Kill, name: str, keep: bool) -> Story:
        start = self.start(kill)
        expected = start.undisturbed
        began = time.monotonic()
        workspace = start.begin(name)
        with ExitStack() as stack:
            portal = None
            if kill.served:
                portal = stack.enter_context(Served(workspace, kill.stack))
            struck, findings = _disturb(kill, start, workspace, portal)
            findings += _go_on(kill, workspace)
        if not findings:
            findings += comparison.portals(expected.workspace.database, workspace.database)
            findings += comparison.writes(workspace.database, start.disappearing)
            findings += comparison.states(expected.resources, resources(workspace, kill.stack))
        workspace.close()
        if not findings and not keep:
            shutil.rmtree(workspace.root)
        return Story(kill, struck, time.monotonic() - began, findings)


def _disturb(kill: Kill, start: Start, workspace: Workspace, portal: Served | None) -> tuple[bool, list[str]]:
    """Run `up` and kill; whether it was in time, and who was left behind."""
    more = {"PULUMI_SKIP_CHECKPOINTS": "true"} if kill.one_checkpoint else {}
    if kill.late:
        workspace.pulumi("config", "set", "deadlineSeconds", "2", "-s", kill.stack)
    before = count_writes(workspace)
    dossiers_before = count_writes(workspace, DOSSIERS)
    session = up(workspace, kill.stack, more)
    struck = False
    for passed in _moments(session, start, kill, workspace, before, dossiers_before):
        if not passed:
            continue
        if kill.victim == PORTAL:
            assert portal is not None
            portal.kill()
            struck = True
            break
        process = session.find(kill.victim)
        if process is not None:
            process.kill()
            struck = True
            break
    if struck and portal is not None and kill.victim == PORTAL and not kill.late:
        portal.start_again()
    ended = session.leader.wait(_PATIENCE_SECONDS)
    left = session.left_behind()
    if struck and portal is not None and kill.late:
        portal.start_again()
    findings = [f"left behind: {', '.join(left)}"] if left else []
    if struck and kill.victim == PORTAL and not kill.late and ended != 0:
        findings.append(f"the portal was back at once, and `up` ended with {ended}:\n{output(workspace)}")
    return struck, findings


def _moments(
    session: Session, start: Start, kill: Kill, workspace: Workspace, before: int, dossiers_before: int
) -> Iterator[bool]:
    """Again and again while the run lives: whether the moment has come."""
    undisturbed = start.undisturbed
    began = time.monotonic()
    while session.leader.poll() is None:
        if not kill.at_write:
            yield time.monotonic() - began >= kill.moment * undisturbed.seconds
        elif kill.dossiers:
            yield (
                count_writes(workspace, DOSSIERS) - dossiers_before > kill.moment * undisturbed.dossier_writes
            )
        else:
            yield count_writes(workspace) - before > kill.moment * undisturbed.writes
        time.sleep(1 / _LOOKS_A_SECOND)


def _go_on(kill: Kill, workspace: Workspace) -> list[str]:
    """What docs/operating.md tells people to do after a killed run; what goes wrong meanwhile."""
    stack = ("-s", kill.stack)
    try:
        if kill.late:
            workspace.pulumi("config", "rm", "deadlineSeconds", *stack)
        if kill.victim == ENGINE:
            workspace.pulumi("cancel", "--yes", *stack)
        shown = workspace.up(kill.stack)
        if "pending operations" in shown:
            workspace.pulumi("refresh", "--clear-pending-creates", "--yes", *stack)
        preview = workspace.preview(kill.stack, "--expect-no-changes", "--diff")
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    return ["a preview still speaks of pending operations"] if "pending operations" in preview else []
