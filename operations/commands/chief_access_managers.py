"""`fusion chief-access-managers`: the list of chief access managers (HTB) for Flanders, written or compared."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from operations import exit_codes
from schemas.counts import format_count


@click.command("chief-access-managers")
@click.argument("names", nargs=-1, metavar="[FUSION]...")
@click.option("--out", type=click.Path(path_type=Path), help="The Excel file to write.")
@click.option("--check", "checked", type=click.Path(path_type=Path), help="An Excel file to compare.")
@click.option("--masked", is_flag=True, help="Written or compared without INSZ, for review.")
@click.option("--allow-missing", is_flag=True, help="Go on without centres that declare no access.")
@click.option("--secrets", "secrets_file", type=click.Path(path_type=Path), help="Who the people are.")
def chief_access_managers(
    names: tuple[str, ...],
    out: Path | None,
    checked: Path | None,
    masked: bool,
    allow_missing: bool,
    secrets_file: Path | None,
) -> None:
    """The list of chief access managers (HTB) for Flanders, of every FUSION or of those named (R13).

    A row for each chief access manager of each merging centre and of the merged one, as declared. The file holds INSZ:
    only its owner can read it, and a place that git would take up is refused.
    """
    from operations.chief_access_managers import listing

    if (out is None) == (checked is None):
        raise click.UsageError("give one of --out FILE.xlsx and --check FILE.xlsx")
    listed = listing.read_declarations(names, secrets_file)
    listing.require_complete(listed, allow_missing=allow_missing)
    for line in listed.missing:
        click.echo(f"missing: {line}", err=True)
    if checked is not None:
        found = listing.find_differences(listed, checked, masked=masked)
        for line in found:
            click.echo(line)
        left_out = "; INSZ were not compared" if masked else ""
        count = format_count(len(found), "difference") if found else "no differences"
        click.echo(f"{checked}: {count}{left_out}", err=True)
        sys.exit(exit_codes.of_findings(found))
    assert out is not None
    listing.write(listed, out, masked=masked)
    click.echo(listing.describe_file(listed, out, masked=masked))
