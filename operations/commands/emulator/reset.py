"""`fusion emulator reset`: the emulated portal, anew."""

from __future__ import annotations

from pathlib import Path

import click

from schemas.errors import RehearsalError


@click.command()
@click.option("--at", "moment", help="The clock's first moment, a date or RFC 3339.")
@click.option(
    "--centres", type=click.IntRange(2, 2000), help="Beside those of the known mergers, so many made-up ones."
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
    click.echo(
        "It is another portal now. A stack that was applied to the one before says so, and how to begin anew",
        err=True,
    )
