"""`fusion fleet`: what other engines need to work on many stacks; the group's commands are the modules beside this one."""

from __future__ import annotations

import click

from operations.commands.fleet.matrix import matrix


@click.group()
def fleet() -> None:
    """Many stacks on many machines: a CI matrix. docs/fleet.md says which is for how many stacks.

    These commands print. They start nothing at the portal.
    """


for _command in (matrix,):
    fleet.add_command(_command)
