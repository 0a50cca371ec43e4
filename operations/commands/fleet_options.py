"""The options that the commands over many stacks share, and what all of them do: choose, ask, run, tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn, TypeVar

import click

from operations import exit_codes
from operations.commands.turn_options import Lister, list_whole
from operations.fleet.choice import Choice
from operations.fleet.interruption import Interruption
from operations.fleet.json_lines import JsonLines
from operations.fleet.progress import PlainLines, Progress
from operations.fleet.results import Operation, StackResult
from operations.plans.choice import choose_all
from operations.printing import say
from providers.settings import project_root
from schemas.counts import format_count
from schemas.errors import FusionError

Command = TypeVar("Command", bound=Callable[..., Any])
_CHOICE = (
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
)
_RUN = (
    click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        help="So many stacks at once. Default: one more than there are processors.",
    ),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
    click.option(
        "--metrics",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Also write what the run came to there, for Prometheus.",
    ),
)


def choice_options(command: Command) -> Command:
    """Which stacks."""
    for option in reversed(_CHOICE):
        command = option(command)
    return command


def fleet_options(command: Command) -> Command:
    """Which stacks, how many at once, in which form."""
    for option in reversed(_RUN):
        command = option(command)
    return choice_options(command)


def choose(root: Path, chosen: Mapping[str, Any], list_all: Lister = choose_all) -> list[str]:
    """The stacks that the options of `choice_options` mean, as click has them, out of all.

    :raises click.UsageError: where not exactly one of them is given. :raises FusionError: for what is no stack's name.
    """
    choice = Choice(chosen["fusions"], chosen["every"], chosen["revision"], chosen["pattern"])
    if not choice.is_one:
        raise click.UsageError("give one of FUSION…, --all, --changed-since REV and --stacks PATTERN")
    return choice.find_stacks(root, list_all)


class Fleet:
    """One command's run over many stacks. The options come as click has them.

    :param patience: how many seconds others are waited for. :param heals: what killed runs left is put right.
    """

    def __init__(
        self,
        *,
        jobs: int | None,
        form: str,
        metrics: Path | None,
        patience: int = 0,
        heals: bool = True,
        **chosen: Any,
    ) -> None:
        self._jobs, self._form, self._metrics = jobs, form, _require_writable(metrics)
        self._began = monotonic()
        root = project_root()
        self._stacks = list_whole(root, lambda list_all: choose(root, chosen, list_all), heals=heals)
        from operations.fleet.automation import Project
        from operations.fleet.turns import Turns

        self._project = Project.find(root)
        project = self._project
        self._turns = Turns(
            project.folder,
            project.clear_pending,
            project.locks.ask,
            project.locks.take_left_away,
            patience,
            heals,
        )
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
        from operations.in_sync.judging import Judge
        from operations.in_sync.local import Checkout

        def engine(stacks: Sequence[str]) -> list[StackResult]:
            return self._have_done(stacks, [Operation.PREVIEW], progress)

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
        began = monotonic()
        progress = self._choose_progress()
        results = self._have_done(stacks, operations, progress)
        self._tell(operations[-1], results, began)
        return results

    def _have_done(
        self, stacks: Sequence[str], operations: Sequence[Operation], progress: Progress
    ) -> list[StackResult]:
        """By engines."""
        from operations.fleet.run import run
        from operations.fleet.warm.python import warm_python

        with warm_python(len(stacks)) as variables:
            project = self._project.with_variables(variables)
            return run(project, stacks, operations, progress, self._interruption, self._jobs, self._turns)

    def _end(self, operation: Operation, results: Sequence[StackResult], code: int) -> NoReturn:
        if self._metrics is not None:
            from operations.fleet import metrics

            ends = metrics.find_ends(self._stacks)
            seconds = monotonic() - self._began
            began = datetime.now(UTC) - timedelta(seconds=seconds)
            calls = metrics.find_calls(self._project.root, self._stacks, began)
            metrics.write(self._metrics, operation, results, seconds, ends, calls)
        if self._form == "json":
            JsonLines(say, click.echo).conclude(operation, results, code)
        sys.exit(code)


def _require_writable(metrics: Path | None) -> Path | None:
    """Before anything starts: a run whose metrics cannot be written would be told as one that was not."""
    if metrics is None:
        return None
    if find_spec("prometheus_client") is None:
        raise FusionError(
            "metrics need the extra `fleet`", "`make setup` installs it, or `uv sync --extra fleet`"
        )
    if not metrics.parent.is_dir() or not os.access(metrics.parent, os.W_OK | os.X_OK):
        raise FusionError(f"{metrics}: {metrics.parent} is no folder in which this user may write")
    return metrics


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
