"""`fusion supplier upload`: a folder of certificates for many centres."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations import exit_codes
from operations.commands.fleet_options import require_somebody
from operations.commands.supplier.options import ACCOUNT, FORMAT, SETTINGS, centres, desk_of, rows_of, show
from operations.printing import say
from operations.tables import table
from schemas.counts import format_count

if TYPE_CHECKING:
    from operations.suppliers.upload import Line

_COLUMNS = ("centre", "kbo", "account", "file", "result", "reason")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@centres()
@click.option(
    "--all", "every", is_flag=True, help="Every file of the folder. One of this and --centre must be given."
)
@ACCOUNT
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@FORMAT
@SETTINGS
def upload(
    folder: Path,
    numbers: tuple[str, ...],
    every: bool,
    account: str | None,
    dry_run: bool,
    yes: bool,
    form: str,
    settings: Path | None,
) -> None:
    """Upload the certificates in FOLDER, one .cer for each centre: a request that waits is accepted with it, an account that
    you manage gets it as its new one, beside the one before (R36).

    A file is named by the centre's enterprise number or its name: 0212.212.343.cer, galmaarden.cer. Each is judged before
    any call that writes (R37, R40-R46), and none stops the others. What the centre changed after the table was shown is
    left, and told. A second run does what is left, by what the portal then has. Ends with 0 when nobody has to do anything,
    5 when a part is left, 1 when all is; a centre that waits and has no file is left.
    """
    from operations.suppliers import upload as uploading

    if every == bool(numbers):
        raise click.UsageError("one of --all and --centre must be given")
    if not dry_run:
        require_somebody(yes=yes)
    with desk_of(settings) as desk:
        lines = uploading.plan(desk, folder, numbers, account)
        count = format_count(sum(line.to_do for line in lines), "certificate")
        if dry_run or not any(line.to_do for line in lines):
            _show(lines, form)
            sys.exit(exit_codes.of_runs([line.passed or line.to_do for line in lines]))
        if not yes:
            say(table(_COLUMNS, rows_of(_COLUMNS, [line.as_json() for line in lines])))
            click.confirm(f"Upload {count}?", abort=True, err=True)
        done = uploading.carry_on(desk, lines, _tell)
    _show(done, form)
    sys.exit(exit_codes.of_runs([line.passed for line in done]))


def _tell(line: Line) -> None:
    say(f"{line.centre}: {line.result}")


def _show(lines: Sequence[Line], form: str) -> None:
    show([line.as_json() for line in lines], _COLUMNS, form)
