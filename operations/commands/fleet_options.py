"""The options that the commands over many stacks share, and what all of them do: choose, ask, run, tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn, TypeVar

import click

from operations import exit_codes
from operations.fleet.choice import Choice
from operations.fleet.interruption import Interruption
from operations.fleet.json_lines import JsonLines
from operations.fleet.progress import PlainLines, Progress
from operations.fleet.results import Operation, StackResult
from operations.printing import say
from operations.state_folder import StateFolder
from providers.settings import project_root
from schemas.counts import format_count
from schemas.errors import EngineError, FusionError

Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.argument("fusions", nargs=-1, metavar="[FUSION]..."),
    click.option("--all", "every", is_flag=True, help="Every stack."),
    click.option(
        "--changed-since",
        "revision",
        metavar="REV",
        help="The stacks whose declaration, or a certificate that it names, differs from this git revision.",
    ),
    click.option(
        "--stacks", "pattern", metavar="PATTERN", help="The stacks whose name this fits: `*.production`."
    ),
    click.option(
        "--jobs", type=click.IntRange(1, 64), help="So many stacks at once. Default: one for each processor."
    ),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
)


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


def fleet_options(command: Command) -> Command:
    """Which stacks, how many at once, in which form."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class Fleet:
    """One command's run over many stacks. The options come as click has them.

    :param patience: how many seconds others are waited for. :param heals: what killed runs left is put right.
    """

    def __init__(
        self, *, jobs: int | None, form: str, patience: int = 0, heals: bool = True, **chosen: Any
    ) -> None:
        choice = Choice(chosen["fusions"], chosen["every"], chosen["revision"], chosen["pattern"])
        if not choice.is_one:
            raise click.UsageError("give one of FUSION…, --all, --changed-since REV and --stacks PATTERN")
        from operations.fleet.automation import Project
        from operations.fleet.turns import Turns

        self._jobs, self._form = jobs, form
        root = project_root()
        self._stacks = _find_stacks(choice, root, heals=heals)
        self._project = Project.find(root)
        self._turns = Turns(self._project.folder, self._project.clear_pending, patience, heals)
        self._interruption = Interruption()

    def preview(self, *, expected: bool, full: bool) -> NoReturn:
        """Preview all, and end the command.

        :param expected: nobody expects a change, so that one has a code of its own. :param full: the engine looks at those
            too in which nothing can have changed.
        """
        results = self._look(full=full)
        pending = sum(result.changes for result in results) if expected else 0
        passed = [result.passed for result in results]
        code = exit_codes.of_plan(passed, pending=pending, interrupted=self._interruption.asked)
        self._end(Operation.PREVIEW, results, code)

    def write(self, *operations: Operation, preview: Operation, question: str, yes: bool) -> NoReturn:
        """Do these with all, and end the command. Somebody must agree first, who sees a preview; `yes`: has agreed.

        A stack that cannot be previewed is left as it is.
        """
        results: list[StackResult] = []
        if yes:
            results = self._run(self._stacks, *operations)
        else:
            previewed = self._run(self._stacks, preview)
            possible = [result.stack for result in previewed if result.passed]
            if not possible or self._interruption.asked:
                results = previewed
            else:
                changes = format_count(sum(result.changes for result in previewed), "change")
                stacks = format_count(len(possible), "stack")
                click.confirm(f"{question} {stacks}, {changes}?", abort=True, err=True)
                done = {result.stack: result for result in self._run(possible, operations[-1])}
                results = [done.get(result.stack, result) for result in previewed]
        passed = [result.passed for result in results]
        self._end(operations[-1], results, exit_codes.of_runs(passed, interrupted=self._interruption.asked))

    def _look(self, *, full: bool) -> list[StackResult]:
        from operations.fleet.looking import look
        from operations.fleet.run import run
        from operations.in_sync.judging import Judge
        from operations.in_sync.local import Checkout

        def engine(stacks: Sequence[str]) -> list[StackResult]:
            how = (progress, self._interruption, self._jobs, self._turns)
            return run(self._project, stacks, [Operation.PREVIEW], *how)

        began = monotonic()
        progress = self._choose_progress()
        root = self._project.root
        results = look(self._stacks, Judge(root, Checkout(root)), engine, progress, full=full)
        self._tell(Operation.PREVIEW, results, began)
        return results

    def _choose_progress(self) -> Progress:
        return JsonLines(say, click.echo) if self._form == "json" else choose_progress()

    def _tell(self, operation: Operation, results: Sequence[StackResult], began: float) -> None:
        from operations.fleet.report import report

        if self._form == "text":
            click.echo(report(operation, results, monotonic() - began))

    def _run(self, stacks: Sequence[str], *operations: Operation) -> list[StackResult]:
        """Do these with each stack, show how it goes, and print what it came to."""
        from operations.fleet.run import run

        began = monotonic()
        progress = self._choose_progress()
        how = (progress, self._interruption, self._jobs, self._turns)
        results = run(self._project, stacks, operations, *how)
        self._tell(operations[-1], results, began)
        return results

    def _end(self, operation: Operation, results: Sequence[StackResult], code: int) -> NoReturn:
        if self._form == "json":
            JsonLines(say, click.echo).conclude(operation, results, code)
        sys.exit(code)


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


def _find_stacks(choice: Choice, root: Path, *, heals: bool) -> list[str]:
    """The engine lists no stack where one's state is half written.

    :raises HalfWritten: then, where that is not put right.
    """
    from operations.recovery import states

    try:
        return choice.find_stacks(root)
    except EngineError:
        folder = StateFolder.find(root)
        if folder is None or not (halves := states.find_half_written(folder)):
            raise
        for stack in halves:
            if not heals:
                states.refuse_half_written(folder, stack, f"`fusion up {stack}`")
            elif done := states.put_copy_in_place(folder, stack):
                say(f"{stack}: {done}")
    return choice.find_stacks(root)


def choose_progress() -> Progress:
    """How people are told how a run goes: a live table on a terminal, else lines."""
    if not sys.stderr.isatty() or os.environ.get("TERM") in (None, "dumb"):
        return PlainLines(say)
    if find_spec("rich") is None:
        say("a live table needs the extra `fleet`: `make setup` installs it, or `uv sync --extra fleet`")
        return PlainLines(say)
    from rich.console import Console

    from operations.fleet.live_table import LiveTable

    return LiveTable(Console(stderr=True))


def require_somebody(*, yes: bool) -> None:
    """Without `--yes` somebody must be there to be asked.

    :raises FusionError: before anything starts.
    """
    if not yes and not sys.stdin.isatty():
        raise FusionError("there is no terminal, so nobody can be asked", "Give --yes to go on without")
