"""`fusion emulator`: serve the emulated portal, its clock, a fresh start; the other commands are modules of their own."""

from __future__ import annotations

from pathlib import Path

import click

from operations.emulator_checkpoints import checkpoint
from operations.emulator_people import clients, delegation, postpone, token
from operations.emulator_records import boxes, journal, mails, mutations, request
from operations.emulator_shared import opened, refusals
from operations.emulator_trouble import faults, limit
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

        try:
            serve(context.obj, host, port, sftp_port, url)
        except OSError as error:
            option = "--port" if error.filename == f"{host}:{port}" else "--sftp-port"
            reason = f"{error.filename} cannot be used ({error.strerror}); choose another with {option}, 0 takes a free one"
            raise RehearsalError(reason) from None


@emulator.command()
@click.option("--set", "moment", help="Move forward to a date or an RFC 3339 moment.")
@click.option("--advance", "days", type=int, help="Move forward by so many days.")
@click.option(
    "--run",
    "times",
    type=float,
    is_flag=False,
    flag_value=60.0,
    help="Let it run, so many times as fast as ours: 3600 is an hour a second. Default: 60.",
)
@click.option("--stop", is_flag=True, help="Let it stand still.")
@click.pass_obj
def clock(database: Path, moment: str | None, days: int | None, times: float | None, stop: bool) -> None:
    """The portal's clock. What falls due on the way happens in order. It never goes back: `reset --at` starts anew.

    One that runs does so from call to call: what it has passed happens at the next one, whoever calls. It runs a year of
    the portal's time at most.
    """
    from emulator import controls

    if stop and times is not None:
        raise click.UsageError("either --run or --stop")
    opened(database)
    happened: list[controls.Happening] = []
    with refusals():
        if moment is not None:
            happened = controls.set_clock(database, moment)
        if days is not None:
            happened += controls.advance_clock(database, days)
        if stop or times is not None:
            happened += controls.run_clock(database, times or 0)
    for one in happened:
        click.echo(one.line, err=True)
    click.echo(controls.get_clock(database))
    speed = controls.get_speed(database)
    if speed:
        click.echo(f"running, {speed:g} times as fast as ours", err=True)


@emulator.command()
@click.option("--at", "moment", help="The clock's first moment, a date or RFC 3339.")
@click.option(
    "--centres", type=click.IntRange(2, 2000), help="Beside those of the 13 fusions, so many made-up ones."
)
@click.option(
    "--forms", type=click.IntRange(0, 10**6), help="Running forms of all these together; by default 30 each."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another one gives other mergers and forms."
)
@click.confirmation_option(prompt="Forget everything that this emulated portal holds?")
@click.pass_obj
def reset(database: Path, moment: str | None, centres: int | None, forms: int | None, seed: int) -> None:
    """Start the emulated portal anew. Clients' keys stay."""
    from emulator import controls

    if forms is not None and centres is None:
        raise click.UsageError("--forms are those of --centres: say how many")
    at = {} if moment is None else {"moment": moment}
    try:
        controls.reset(database, **at, centres=centres or 0, forms=forms, seed=seed)
    except controls.ClockError as error:
        raise RehearsalError(str(error)) from None
    click.echo(controls.get_clock(database))


for _command in (
    boxes,
    checkpoint,
    clients,
    delegation,
    postpone,
    faults,
    journal,
    limit,
    mails,
    mutations,
    request,
    token,
):
    emulator.add_command(_command)
