"""`fusion setup`: what a checkout needs beside its programs."""

from __future__ import annotations

import click

from providers.settings import project_root


@click.command()
def setup() -> None:
    """Make what a checkout needs beside its programs: client key, the rehearsal's secrets and portal, stacks."""
    from operations.rehearsals.preparation import prepare

    for line in prepare(project_root()):
        click.echo(line)
