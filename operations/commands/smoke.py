"""`fusion smoke`: every fusion applied to a fresh emulated portal, then previewed once more."""

from __future__ import annotations

import sys
from time import monotonic

import click

from operations import exit_codes
from operations.commands.fleet_options import choose_progress
from operations.printing import echo_json
from providers.settings import project_root


@click.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--keep", is_flag=True, help="Leave the run's folder for a look: .state/rehearsal-run.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    help="So many fusions at once. Default: one more than there are processors.",
)
def smoke(names: tuple[str, ...], form: str, keep: bool, jobs: int | None) -> None:
    """Run the main job on a fresh portal of its own: apply all fusions or NAMES, several at once, and preview them again.

    The stacks and the portal of this checkout are not touched. `fusion rehearse` tells a whole story, day by day.
    """
    from operations.fleet.interruption import Interruption
    from operations.rehearsals.smoke import report, run

    began, interruption = monotonic(), Interruption()
    outcomes = run(project_root(), names, choose_progress(), interruption, keep=keep, jobs=jobs)
    if form == "json":
        echo_json([outcome.as_json() for outcome in outcomes])
    else:
        click.echo(report(outcomes, monotonic() - began))
    passed = [outcome.passed for outcome in outcomes]
    sys.exit(exit_codes.of_runs(passed, interrupted=interruption.asked))
