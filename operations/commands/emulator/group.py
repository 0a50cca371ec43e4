"""`fusion emulator`: serves the emulated portal; the group's commands are the modules beside this one."""

from __future__ import annotations

from pathlib import Path

import click

from operations.commands.emulator.checkpoints import checkpoint
from operations.commands.emulator.clock import clock
from operations.commands.emulator.faults import faults, limit
from operations.commands.emulator.openapi import openapi
from operations.commands.emulator.parties import clients, delegation, postpone, token
from operations.commands.emulator.records import folders, journal, mails, mutations, request
from operations.commands.emulator.reset import reset
from operations.commands.emulator.shared import opened
from operations.commands.old_names import under_old_name
from providers.settings import embedded_database
from schemas.errors import RehearsalError


@click.group(invoke_without_command=True)
@click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The portal's file; by default the one that the embedded portal of this checkout uses.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one."
)
@click.option(
    "--sftp-port",
    type=click.IntRange(0, 65535),
    default=8022,
    show_default=True,
    help="Of the FTP accounts' folders; 0 takes a free one.",
)
@click.option("--url", help="How others reach it, when not by --host: what clients sign in at.")
@click.pass_context
def emulator(
    context: click.Context, database: Path | None, host: str, port: int, sftp_port: int, url: str | None
) -> None:
    """The emulated portal. Without a command: serve it over HTTP, with OpenAPI and docs pages, and the FTP accounts'
    folders over SFTP.

    Embedded and served are the same portal when they use the same file. To use the served one:
    `pulumi config set portalUrl http://127.0.0.1:8080 -s STACK`.
    """
    context.obj = database or embedded_database()
    if context.invoked_subcommand is None:
        from emulator.serve import serve

        opened(context.obj)
        try:
            serve(context.obj, host, port, sftp_port, url)
        except OSError as error:
            option = "--port" if error.filename == f"{host}:{port}" else "--sftp-port"
            raise RehearsalError(
                f"{error.filename} cannot be used ({error.strerror})",
                f"Choose another with {option}, 0 takes a free one",
            ) from None


for _command in (
    checkpoint,
    clients,
    clock,
    delegation,
    faults,
    folders,
    journal,
    limit,
    mails,
    mutations,
    openapi,
    postpone,
    request,
    reset,
    token,
    under_old_name("boxes", folders),
):
    emulator.add_command(_command)
