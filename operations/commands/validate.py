"""`fusion validate`: what is wrong with declarations, without the portal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json, echo_utf8

FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(path_type=Path),
    help="People and passwords to check against.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
def validate(paths: tuple[Path, ...], secrets_file: Path | None, form: str) -> None:
    """Check declarations: every finding of every file in one pass, as path:line:column: rule: message.

    Without PATHS all of fusions/. People and FTP passwords are checked against the secrets file where there is one. The
    portal is not asked.

    For other programs: json, sarif and junit stay as they are; github (annotations, and the step's summary) and gitlab
    (Code Quality) follow their platforms.
    """
    from operations.annotations.formats import WRITERS
    from operations.validation import validate_files
    from schemas.findings import as_lines

    report = validate_files(paths, secrets_file)
    if form == "json":
        echo_json(report.as_json())
    elif form in WRITERS:
        echo_utf8(WRITERS[form](report.annotated()))
    else:
        for line in as_lines(report.findings):
            click.echo(line)
        click.echo(report.summary(), err=True)
    sys.exit(exit_codes.of_findings(report.findings))
