"""`fusion smoke`: every fusion applied to a fresh emulated portal, then previewed once more."""

from __future__ import annotations

import sys

import click

from operations import exit_codes
from operations.printing import echo_json
from providers.settings import project_root


@click.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--keep", is_flag=True, help="Leave the run's folder for a look: .state/rehearsal-run.")
def smoke(names: tuple[str, ...], form: str, keep: bool) -> None:
    """Run the main job on a fresh portal of its own: preview, apply and preview again, for all fusions or NAMES.

    The stacks and the portal of this checkout are not touched. `fusion rehearse` tells a whole story, day by day.
    """
    from operations.rehearsals.smoke import report, run

    outcomes = run(project_root(), names, lambda line: click.echo(line, err=True), keep=keep)
    if form == "json":
        echo_json([outcome.as_json() for outcome in outcomes])
    else:
        click.echo(report(outcomes))
    sys.exit(exit_codes.of_runs([outcome.passed for outcome in outcomes]))
