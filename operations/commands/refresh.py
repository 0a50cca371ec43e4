"""`fusion refresh`: what the portals have is taken into the states of many stacks at once."""

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
def refresh(yes: bool, **options: Any) -> None:
    """`pulumi refresh` of many stacks, several at once. It compares, asks once, and takes into the states what the portals
    have.

    FUSIONS are stacks. Nothing is written at a portal. Ends with 0 when all went well, 5 when some did, 1 when none did, 130
    when nobody agreed or it was interrupted.
    """
    require_somebody(yes=yes)
    Fleet(**options).write(Operation.REFRESH, preview=Operation.PREVIEW_REFRESH, question="Refresh", yes=yes)
