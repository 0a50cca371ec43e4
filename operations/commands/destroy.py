"""`fusion destroy`: what many stacks made is taken away."""

from __future__ import annotations

from typing import Any

import click

from operations.commands.fleet_options import Fleet, fleet_options, require_somebody
from operations.commands.turn_options import Patient, wait_option
from operations.fleet.results import Operation


@click.command(cls=Patient)
@fleet_options
@wait_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy(yes: bool, **options: Any) -> None:
    """`pulumi destroy` of many stacks, several at once. It previews, asks once, and takes away what these stacks made at the
    merged centres.

    FUSIONS are stacks. Ends with 0 when all went well, 5 when some did, 1 when none did, 130 when nobody agreed or it was
    interrupted.
    """
    require_somebody(yes=yes)
    Fleet(**options).write(
        Operation.DESTROY, preview=Operation.PREVIEW_DESTROY, question="Take away what was made by", yes=yes
    )
