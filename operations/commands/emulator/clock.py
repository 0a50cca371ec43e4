"""`fusion emulator clock`: what time it is at the emulated portal, and later."""

from __future__ import annotations

from pathlib import Path

import click

from operations.commands.emulator.shared import opened, refusals


@click.command()
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
