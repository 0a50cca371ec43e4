"""One kill in a run of many stacks: whom, when, in which run; what a person then does, as docs/operating.md tells; what must
be true then."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from tests.support.backend_servers import Postgres, serve_postgres
from tests.support.workspace import ENGINE_SECONDS, Workspace
from tests.torture.kills.disturbance import LATE_DEADLINE_SECONDS, PORTAL
from tests.torture.kills.fleet_checks import compare_files, compare_states, look_again, run
from tests.torture.kills.fleet_starts import (
    FOLDER,
    POSTGRES,
    STACKS,
    FleetStarts,
    UndisturbedFleet,
    count_events,
    name_command,
    start_fleet,
)
from tests.torture.kills.processes import ENGINE, HOST, PROGRAM, WARM, Session
from tests.torture.kills.served_portal import ServedPortal
from tests.torture.kills.starting_points import (
    CHANGE,
    FIRST,
    PREVIEW,
    REFRESH,
    UP,
    count_writes,
    read_output,
)

FLEET = "fleet process"
VICTIMS = (FLEET, ENGINE, HOST, PROGRAM, PORTAL, POSTGRES, WARM)
TIME, WRITES, EVENTS = "time", "writes", "events"
_EARLIER = 3
_LOOK = 0.7
"""What only looks takes no longer than this part of an `up`."""
_LOOKS_A_SECOND = 50


@dataclass(frozen=True)
class FleetKill:
    """What happens to one run of all stacks.

    :param victim: of engines, hosts and programs the one of those at work that `turn` says. :param moment: after this part
        of an undisturbed run's time, writing calls or events, by `measure`. :param backend: where the states lie.
    :param late: the portal, or PostgreSQL, comes back when the run has given up, not at once. :param previews: the run
        previews each stack before it is applied, and so does the one that heals. :param jobs: how many stacks at once.
    """

    kind: str
    victim: str
    moment: float
    measure: str
    backend: str = FOLDER
    late: bool = False
    previews: bool = False
    jobs: int = 2
    turn: int = 0
    operation: str = UP

    def __str__(self) -> str:
        what = f"{self.operation} of {len(STACKS)} stacks ({self.kind}), {self.jobs} at once"
        words = [what, f"{self.victim} at {self.moment:.0%} of its {self.measure}"]
        words += ["back late"] * self.late + ["with previews"] * self.previews
        return ", ".join([*words, f"states in {'a ' * (self.backend == FOLDER)}{self.backend}"])


def draw(seed: int, number: int) -> FleetKill:
    """The kill of this number: the same for the same seed. The victims take turns."""
    chance = random.Random(f"fleet/{seed}/{number}")  # noqa: S311 - when to kill
    victim = VICTIMS[number % len(VICTIMS)]
    kill = FleetKill(
        chance.choice((FIRST, CHANGE)),
        victim,
        chance.random() * 0.95,
        chance.choice((TIME, WRITES, EVENTS)),
        POSTGRES if victim == POSTGRES or chance.random() < 0.4 else FOLDER,
        late=victim in (PORTAL, POSTGRES) and chance.random() < 0.5,
        previews=chance.random() < 0.2,
        jobs=chance.choice((1, 2, 3)),
        turn=chance.randrange(3),
    )
    if chance.random() < 0.15:
        looks = (PREVIEW,) if victim == PROGRAM else (PREVIEW, REFRESH)
        return replace(kill, operation=chance.choice(looks), measure=TIME, previews=False)
    return kill


@dataclass
class FleetResult:
    """What became of a kill: `findings` is empty where everything was as if nothing had happened."""

    kill: FleetKill
    struck: bool
    seconds: float
    findings: list[str]


class FleetKilling:
    """Carries out kills in a folder, from starts that are made when they are first needed. PostgreSQL runs from then on,
    until the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ending = ExitStack()
        self.starts = FleetStarts(folder, lambda: self.postgres)

    def __enter__(self) -> FleetKilling:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    @cached_property
    def postgres(self) -> Postgres:
        return self._ending.enter_context(serve_postgres())

    def carry_out(self, kill: FleetKill, name: str, *, keep: bool = False) -> FleetResult:
        """Kill, go on as a person would, and compare. The workspace stays where something is found, or with `keep`.

        A run that ended before its moment is followed by another with an earlier one.
        """
        result = self._carry_out(kill, name, keep)
        for again in range(_EARLIER):
            if result.struck or result.findings:
                break
            kill = replace(kill, moment=kill.moment / 2)
            result = self._carry_out(kill, f"{name}-earlier-{again}", keep)
        return result

    def _carry_out(self, kill: FleetKill, name: str, keep: bool) -> FleetResult:
        start = self.starts.of(kill.kind)
        # First, since the undisturbed run has its portal at the same address.
        amount = _amount_until(kill, start.undisturbed)
        workspace = start.begin(name, kill.backend)
        began = time.monotonic()
        written = count_writes(workspace)
        with start.serve(workspace) as portal:
            struck, findings, session = self._disturb(workspace, kill, amount, portal)
            if kill.operation != UP and count_writes(workspace) > written:
                findings.append(f"`fusion {kill.operation}` wrote at the portal")
            findings += heal(workspace, kill)
            findings += [f"left behind: {who}" for who in session.left_behind()]
            if not findings:
                findings += look_again(workspace)
                findings += compare_states(start, workspace)
        findings += compare_files(start, workspace)
        workspace.close()
        if not findings and not keep:
            shutil.rmtree(workspace.root)
        return FleetResult(kill, struck, time.monotonic() - began, findings)

    def _disturb(
        self, workspace: Workspace, kill: FleetKill, amount: float, portal: ServedPortal
    ) -> tuple[bool, list[str], Session]:
        """Run and kill; of a fleet process, and of nobody else, the engines may be still at work then."""
        with _impatient(workspace) if kill.late and kill.victim == PORTAL else ExitStack():
            is_due = _trigger_of(workspace, kill.measure, amount)
            options = ["--jobs", str(kill.jobs)]
            options += ["--skip-preview"] * (kill.operation == UP and not kill.previews)
            session = start_fleet(workspace, kill.operation, *options)
            struck = any(is_due() and self._strike(kill, session, portal) for _ in _while_it_runs(session))
            if struck and not kill.late:
                self._start_again(kill, portal)
            status = session.leader.wait(ENGINE_SECONDS)
            if struck and kill.late:
                self._start_again(kill, portal)
        findings = []
        if struck and kill.victim == PORTAL and not kill.late and status:
            findings.append(
                f"the portal was back at once, and the run ended with {status}:\n{read_output(workspace)}"
            )
        if kill.victim != FLEET:
            findings += [f"left behind: {who}" for who in session.left_behind()]
        return struck, findings, session

    def _strike(self, kill: FleetKill, session: Session, portal: ServedPortal) -> bool:
        """Whether the victim was there to be killed."""
        if kill.victim == PORTAL:
            portal.kill()
        elif kill.victim == POSTGRES:
            self.postgres.kill()
        elif kill.victim == FLEET:
            session.leader.kill()
        else:
            there = session.find_all(kill.victim)
            if not there:
                return False
            there[kill.turn % len(there)].kill()
        return True

    def _start_again(self, kill: FleetKill, portal: ServedPortal) -> None:
        """What is its owner's to start."""
        if kill.victim == PORTAL:
            portal.start_again()
        elif kill.victim == POSTGRES:
            self.postgres.begin()


def _amount_until(kill: FleetKill, undisturbed: UndisturbedFleet) -> float:
    """How many seconds, writing calls or events the run has until its moment."""
    whole = {TIME: undisturbed.seconds, WRITES: undisturbed.writes, EVENTS: undisturbed.events}[kill.measure]
    if kill.previews and kill.measure != WRITES:
        whole *= 2
    return kill.moment * whole * (1 if kill.operation == UP else _LOOK)


def _trigger_of(workspace: Workspace, measure: str, amount: float) -> Callable[[], bool]:
    """Whether the run that begins now has had so much."""
    if measure == EVENTS:
        return lambda: count_events(workspace) > amount
    if measure == WRITES:
        least = count_writes(workspace) + amount
        return lambda: count_writes(workspace) > least
    until = time.monotonic() + amount
    return lambda: time.monotonic() >= until


def _while_it_runs(session: Session) -> Iterator[None]:
    while session.leader.poll() is None:
        yield
        time.sleep(1 / _LOOKS_A_SECOND)


@contextmanager
def _impatient(workspace: Workspace) -> Iterator[None]:
    """Calls give up soon."""
    files = [workspace.root / "stacks" / f"Pulumi.{stack}.yaml" for stack in STACKS]
    before = {path: path.read_text() for path in files}
    for path, text in before.items():
        settings = yaml.safe_load(text)
        settings["config"]["fusion:deadlineSeconds"] = LATE_DEADLINE_SECONDS
        path.write_text(yaml.safe_dump(settings))
    try:
        yield
    finally:
        for path, text in before.items():
            path.write_text(text)


def heal(workspace: Workspace, kill: FleetKill) -> list[str]:
    """One `fusion up` of all, as docs/operating.md has it: the engines of a killed fleet process go on to their end, and are
    waited for. What goes wrong meanwhile."""
    options = ["--skip-preview"] * (not kill.previews) + ["--wait"] * (kill.victim == FLEET)
    return run(workspace, name_command(UP, *options))
