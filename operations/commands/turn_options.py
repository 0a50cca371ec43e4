"""What the commands that write share about turns: `--wait`, and what goes before the engine is even asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.results import Operation
from operations.printing import say
from providers.settings import project_root
from schemas.errors import EngineError, FusionError
from stacks.state_folder import StateFolder

Lister = Callable[[Path], list[str]]
"""All stacks of the project in a folder."""
FOREVER = 10**9
"""So many seconds wait whoever waits for as long as it takes."""


class Patient(click.Command):
    """A command with `--wait`, alone or with seconds: `--wait=60`. click would take a name that follows for the seconds."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        given = [f"--wait={FOREVER}" if one == "--wait" else one for one in args[:end]]
        return super().parse_args(context, given + args[end:])


wait_option = click.option(
    "--wait",
    "patience",
    type=click.IntRange(min=0),
    default=0,
    metavar="[=SECONDS]",
    help="Wait while others are at work on a stack; for as long as it takes, or for so many seconds.",
)


def make_ready(stacks: Sequence[str], operation: Operation, patience: int) -> list[str]:
    """Put right what killed runs left of these stacks, and wait for whoever is at work on them. What was put right, a line
    each.

    :raises FusionError: where others are at work for longer. :raises KeyboardInterrupt: after an interrupt, once the engine
        that cleared what was pending has ended.
    """
    from concurrent.futures import ThreadPoolExecutor, wait

    from operations.fleet.automation import Project
    from operations.fleet.run import TICK_SECONDS
    from operations.fleet.turns import Turns

    project, interruption, healed = Project.find(project_root()), Interruption(), list[str]()
    turns = Turns(
        project.folder, project.clear_pending, project.locks.ask, project.locks.take_left_away, patience
    )

    def take_turns() -> None:
        for stack in stacks:
            if interruption.asked:
                raise Interrupted
            ask = partial(project.locks.ask, stack, interruption)
            turns.take(ask, stack, operation, _Said(stack, healed), interruption)

    with interruption.listening(), ThreadPoolExecutor(1) as worker:
        ready = worker.submit(take_turns)
        while wait([ready], timeout=TICK_SECONDS).not_done:
            interruption.act(say)
    try:
        ready.result()
    except Interrupted:
        raise KeyboardInterrupt from None
    except FusionError as error:
        if not interruption.asked:
            raise
        say(str(error))
    if interruption.asked:
        raise KeyboardInterrupt
    return healed


class _Said:
    """Says what a stack's turn takes, and keeps what was put right."""

    def __init__(self, stack: str, healed: list[str]) -> None:
        self._stack, self._healed = stack, healed

    def heal(self, line: str) -> None:
        self._healed.append(f"{self._stack}: {line}")
        say(self._healed[-1])

    def wait(self, whom: str) -> None:
        say(f"{self._stack}: waiting for {whom}")


def list_whole(root: Path, choose: Callable[[Lister], list[str]], *, heals: bool) -> list[str]:
    """What `choose` gives. Where one's state is half written the engine lists no stack: then they are listed by their files.

    :param heals: what is half written is put right later, when a chosen stack has its turn. :raises HalfWritten: where it
        is not, and one of those is chosen.
    """
    from operations.plans.choice import choose_all
    from operations.recovery import states

    try:
        return choose(choose_all)
    except EngineError:
        folder = StateFolder.find(root)
        if folder is None or not (halves := states.find_half_written(folder)):
            raise
    present = folder.list_stacks()
    chosen = choose(lambda _root: present)
    if not heals:
        for stack in sorted({*halves} & {*chosen}):
            states.refuse_half_written(folder, stack, f"`fusion up {stack}`")
    return chosen
