"""`fusion fleet`: what other engines need to work on many stacks; the group's commands are the modules beside this one."""

from __future__ import annotations

import click

from operations.commands.fleet.kubernetes import kubernetes
from operations.commands.fleet.matrix import matrix


@click.group()
def fleet() -> None:
    """Many stacks on many machines: a CI matrix, manifests for Kubernetes. docs/fleet.md says which is for
    how many stacks.

    These commands print. They start nothing at the portal.
    """


for _command in (kubernetes, matrix):
    fleet.add_command(_command)
