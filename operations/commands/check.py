"""`fusion check`: does what was set up work? Every check of every fusion in one pass, and nothing is written."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json
from providers.settings import project_root


@click.command()
@click.argument("fusions", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--fetch",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep copies of what lies in the FTP accounts' folders here. They are about people: not where git would "
    "take them up.",
)
@click.option("--strict", is_flag=True, help="What is to do, or waits, makes it end with 5 too.")
def check(fusions: tuple[str, ...], form: str, folder: Path | None, strict: bool) -> None:
    """Does it work? Opens the FTP accounts' folders, reads every system at every centre, and says what came out.

    FUSIONS are stacks; without any, all that there are. One that cannot be looked at is told beside the others. Nothing
    is written, taken away or marked as read. Ends with 0 when
    nothing failed and everything could be looked at, with 3 when the portal lets nobody in at all, else with 5.
    """
    from operations.checks.report import as_text
    from operations.checks.run import run_checks
    from operations.private_files import require_outside_git

    if folder:
        require_outside_git(folder, "files about people")
    results = run_checks(project_root(), fusions, lambda line: click.echo(line, err=True), folder)
    if form == "json":
        echo_json([result.as_json() for result in results])
    else:
        click.echo(as_text(results))
    sys.exit(exit_codes.of_checks(results, strict=strict))
