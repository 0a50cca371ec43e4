"""`fusion supplier`: what a supplier does for its centres; the group's commands are the modules beside this one."""

from __future__ import annotations

import click

from operations.commands.supplier.answers import accept, refuse
from operations.commands.supplier.inbox import inbox
from operations.commands.supplier.upload import upload


@click.group()
def supplier() -> None:
    """For suppliers: the delegation requests of all your centres, your answers, and your certificates (R34-R37).

    Each command works with a client of your own, which sees nobody else's centre. docs/supplier.md says how.
    """


for _command in (inbox, accept, refuse, upload):
    supplier.add_command(_command)
