"""Rehearsals one of whose runs of `up` is killed, or what somebody looks with before it: the rest of the story must go on,
and end, as it is told."""

from __future__ import annotations

import copy
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from operations.stories.choice import GENERAL
from operations.stories.journal_check import describe
from operations.stories.language import Step, Story
from operations.stories.play import Player, begin_story, is_taken_by, list_writes
from operations.stories.reading import load_story
from operations.stories.results import StepOutcome
from schemas.errors import EngineError
from schemas.loading import load_declaration
from tests.support.ledger_check import check_ledger
from tests.support.workspace import CHECKOUT, Workspace
from tests.torture.kills import comparison
from tests.torture.kills.disturbance import PORTAL, Blow, Moment, StruckRun, disturb
from tests.torture.kills.processes import ENGINE
from tests.torture.kills.served_portal import ServedPortal
from tests.torture.kills.starting_points import CHECK, UP, export_resources


class ToldStory(NamedTuple):
    """A story's file, and the fusion that lives through it."""

    path: Path
    fusion: str


# Every scenario, and what goes wrong.
REHEARSED: Mapping[str, ToldStory] = {
    "rehearsal 1": ToldStory(GENERAL, "pajottegem"),
    "rehearsal 2": ToldStory(GENERAL, "tessenderlo-ham"),
    "rehearsal 3": ToldStory(GENERAL, "antwerpen"),
    "rehearsal of trouble": ToldStory(
        CHECKOUT / "tests" / "stories" / "04-things-go-wrong.yaml", "pajottegem"
    ),
}


@dataclass
class DisturbedPlayer(Player):
    """A player whose next `up` may be struck, or a preview, refresh or `fusion check` that somebody runs before it: then the
    stack's people do what docs/operating.md says, and the story goes on.

    :param seconds: how long its last `up` took.
    :param written: how many writing calls that made.
    """

    seconds: float = 0
    written: int = 0
    blow: Blow | None = None
    portal: ServedPortal | None = None
    may_fail: bool = False
    struck: StruckRun | None = None

    def run_engine(self, operation: str, outcome: StepOutcome) -> None:
        pending = False
        if operation == "up" and self.blow is not None:
            self._suffer(self.blow, outcome)
            pending, self.blow = self.blow.operation == UP, None
        began, before = time.monotonic(), outcome.writes
        super().run_engine(operation, outcome)
        if operation == "up":
            self.seconds, self.written = time.monotonic() - began, outcome.writes - before
        if pending and any("pending operations" in line for line in outcome.runs[-1].warnings):
            workspace = Workspace(self.folder)
            workspace.pulumi("refresh", "--clear-pending-creates", "--yes", "-s", self.name)

    def _suffer(self, blow: Blow, outcome: StepOutcome) -> None:
        workspace = Workspace(self.folder)
        self.journal.skip()
        self.struck = disturb(workspace, self.name, blow, self.portal)
        # A check ends with what it found, and much of a story waits or is due.
        outcome.problems += self.struck.findings(blow, may_fail=self.may_fail or blow.operation == CHECK)
        if blow.victim == ENGINE and blow.operation != CHECK:
            workspace.pulumi("cancel", "--yes", "-s", self.name)
        if blow.operation != UP:
            outcome.problems += list_writes(blow.operation, self.journal.read(self.fusion, client=None))
            return
        new = self.journal.read(self.fusion)
        outcome.written += map(describe, new)
        if blow.victim != PORTAL:  # whose answer got lost is asked again, and may then be refused
            outcome.problems += self.journal.needless(new)
        # What was written and not kept in the state is found, or as a password, which nobody can read, set once more.
        self.journal.forget()


@dataclass(frozen=True)
class UpcomingUp:
    """The moment before a step with an `up`: where the story can be taken up again, and what that `up` took."""

    step: int
    workspace: Workspace
    player: DisturbedPlayer
    seconds: float
    writes: int


@dataclass(frozen=True)
class UndisturbedRehearsal:
    """A rehearsal that nobody disturbed."""

    workspace: Workspace
    ups: list[UpcomingUp] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)


class Rehearsal:
    """One of `REHEARSED`, to be lived through again and again from before one of its steps."""

    def __init__(self, folder: Path, name: str) -> None:
        self.told = REHEARSED[name]
        self.folder = folder / name.replace(" ", "-")

    @cached_property
    def story(self) -> Story:
        declared = load_declaration(CHECKOUT / "fusions" / f"{self.told.fusion}.yaml")
        return load_story(self.told.path).of(declared.takes_effect)

    @cached_property
    def undisturbed(self) -> UndisturbedRehearsal:
        workspace = Workspace.make(self.folder / "undisturbed", self.told.fusion)
        player = DisturbedPlayer(**vars(begin_story(workspace.root, self.told.fusion, self.story)))
        ups: list[UpcomingUp] = []
        for number, step in enumerate(self.story.steps):
            if not is_taken_by(step, player.fusion):
                continue
            saved = workspace.copy(self.folder / f"before-{number}") if step.up else None
            kept = copy.deepcopy(player)
            lived = player.step(step)
            assert lived.problems == [], lived.problems
            if saved:
                ups.append(UpcomingUp(number, saved, kept, player.seconds, player.written))
        return UndisturbedRehearsal(workspace, ups, export_resources(workspace, self.told.fusion))

    def moment(self, part: float, *, at_write: bool) -> tuple[UpcomingUp, Moment]:
        """Where this part of the time, or of the writing calls, of all its `up` has passed."""
        ups = self.undisturbed.ups
        left = part * sum(one.writes if at_write else one.seconds for one in ups)
        for one in ups:
            takes = one.writes if at_write else one.seconds
            if left < takes:
                return one, Moment(writes=left) if at_write else Moment(left)
            left -= takes
        return ups[-1], Moment(ups[-1].seconds)

    def play_on(
        self, workspace: Workspace, before: UpcomingUp, blow: Blow, *, served: bool
    ) -> tuple[bool, list[str]]:
        """The story from that step on, with a blow in its `up`: whether it came in time, and what is not as it is told."""
        with ExitStack() as stack:
            portal = stack.enter_context(ServedPortal(workspace, self.told.fusion)) if served else None
            player = replace(
                copy.deepcopy(before.player),
                folder=workspace.root,
                blow=blow,
                portal=portal,
                may_fail=self.story.steps[before.step].expect.error is not None,
            )
            player.journal.database = workspace.database
            findings = self._play_steps(player, before.step)
        if not findings:
            expected = self.undisturbed
            findings += player.journal.forbidden
            checked = blow.operation == CHECK
            findings += comparison.compare_portals(
                expected.workspace.database, workspace.database, checked=checked
            )
            findings += comparison.compare_states(
                expected.resources, export_resources(workspace, self.told.fusion)
            )
            findings += check_ledger(workspace.root, self.told.fusion)
        return player.struck is not None and player.struck.in_time, findings

    def _play_steps(self, player: DisturbedPlayer, first: int) -> list[str]:
        follows = player.blow is not None and player.blow.operation == UP
        for number, step in enumerate(self.story.steps[first:], first):
            if not is_taken_by(step, player.fusion):
                continue
            try:
                lived = player.step(_without_counts(step) if number == first and follows else step)
            except (AssertionError, EngineError, subprocess.TimeoutExpired) as error:
                return [f"{step.on}, {step.what}: {error}"]
            if lived.problems:
                return [f"{step.on}, {step.what}: {problem}" for problem in lived.problems]
        return []


def _without_counts(step: Step) -> Step:
    """How much is left to a run that follows a killed one, and what it finds made already, is different each time."""
    return step.model_copy(
        update={"expect": step.expect.model_copy(update={"changes": None, "created": None, "adopted": None})}
    )
