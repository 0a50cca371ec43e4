"""`fusion rehearse`: the story of a fusion, two months before the merger to two months after, on a portal of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json
from providers.settings import project_root
from schemas.counts import format_count


@click.command()
@click.argument("fusions", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every fusion that is declared.")
@click.option(
    "--story",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A story of your own; may be repeated. Default: the general one, of any fusion.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--keep", is_flag=True, help="Leave the projects for a look, in .state/stories.")
@click.option("--clean", "cleaned", is_flag=True, help="Remove the projects that earlier runs left, and end.")
@click.option(
    "--jobs", type=click.IntRange(1, 16), help="So many stories at once. Default: 2, or 1 on one processor."
)
def rehearse(
    fusions: tuple[str, ...],
    every: bool,
    files: tuple[Path, ...],
    form: str,
    keep: bool,
    cleaned: bool,
    jobs: int | None,
) -> None:
    """Live through a fusion, from two months before its day to two months after: what is applied when, what waits for whom,
    what comes through.

    FUSIONS are declarations by name. Each story has a project and a portal of its own: the stacks and the portal of this
    checkout are not touched. Ends with 0 when all pass, 5 when some do, 1 when none does, 130 when it was interrupted.
    """
    from operations.stories.choice import choose_stories
    from operations.stories.report import text
    from operations.stories.runner import clean, run

    if cleaned:
        if fusions or every or files:
            raise click.UsageError("--clean removes what earlier runs left, and tells no story")
        count = clean(project_root())
        runs = format_count(count, "earlier run") if count else "no earlier runs"
        click.echo(f"removed {runs}", err=True)
        return
    told = choose_stories(project_root(), fusions, files, every=every)
    outcomes = run(project_root(), told, lambda line: click.echo(line, err=True), keep=keep, jobs=jobs)
    if form == "json":
        echo_json([outcome.as_json() for outcome in outcomes])
    else:
        click.echo(text(outcomes))
    interrupted = any(outcome.interrupted for outcome in outcomes)
    sys.exit(exit_codes.of_runs([outcome.passed for outcome in outcomes], interrupted=interrupted))
