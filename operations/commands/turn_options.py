"""What the commands that write share about turns: `--wait`, and what goes before the engine is even asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from operations.fleet.interruption import Interruption
from operations.fleet.results import Operation
from operations.printing import say
from operations.state_folder import StateFolder
from providers.settings import project_root
from schemas.errors import EngineError

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


def make_ready(stacks: Sequence[str], operation: Operation, patience: int) -> None:
    """Put right what killed runs left of these stacks, and wait for whoever is at work on them.

    :raises FusionError: where others are at work for longer.
    """
    from operations.fleet.automation import Project
    from operations.fleet.turns import Turns

    project = Project.find(project_root())
    turns = Turns(project.folder, project.clear_pending, patience)
    for stack in stacks:
        turns.take(lambda: None, stack, operation, _Said(stack), Interruption())


class _Said:
    """Says what a stack's turn takes."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def heal(self, line: str) -> None:
        say(f"{self._stack}: {line}")

    def wait(self, whom: str) -> None:
        say(f"{self._stack}: waiting for {whom}")


def list_whole(root: Path, choose: Callable[[], list[str]], *, heals: bool) -> list[str]:
    """What `choose` gives: the engine lists no stack where one's state is half written.

    :param heals: that is put right. :raises HalfWritten: where it is not.
    """
    from operations.recovery import states

    try:
        return choose()
    except EngineError:
        folder = StateFolder.find(root)
        if folder is None or not (halves := states.find_half_written(folder)):
            raise
        for stack in halves:
            if not heals:
                states.refuse_half_written(folder, stack, f"`fusion up {stack}`")
            elif done := states.put_copy_in_place(folder, stack):
                say(f"{stack}: {done}")
    return choose()
