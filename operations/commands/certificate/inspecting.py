"""`fusion certificate inspect`: a file, held to the manual's rules."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from operations import exit_codes
from operations.printing import echo_json
from schemas.certificate_rules import Usage


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--usage", type=click.Choice(["ftp", "rest"]), required=True, help="For which kind of account.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Valid on this day? Default: today, by this machine.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def inspect_certificate(file: Path, usage: Usage, day: datetime | None, form: str) -> None:
    """Which of the manual's rules does the certificate in FILE keep? A line for each, with what was found and what is
    allowed.

    DER or PEM. A file that is no certificate says what it is. Ends with 1 when a rule is broken.
    """
    from operations.certificates.inspection import inspect_file

    found = inspect_file(file, usage, day.date() if day else date.today())  # noqa: DTZ011 - this machine's day
    if form == "json":
        echo_json(found.as_json())
    else:
        click.echo(found.as_text())
    sys.exit(exit_codes.of_findings(found.broken))
