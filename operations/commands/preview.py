"""`fusion preview`: the engine's preview of many stacks at once."""

from __future__ import annotations

from typing import Any

import click

from operations.commands.fleet_options import Fleet, fleet_options


@click.command()
@fleet_options
@click.option(
    "--expect-no-changes", "expected", is_flag=True, help="End with 2 where an `up` would change something."
)
@click.option(
    "--full", is_flag=True, help="Have the engine look at all, also where nothing can have changed."
)
def preview(expected: bool, full: bool, **options: Any) -> None:
    """`pulumi preview` of many stacks, several at once: how many things of each would change.

    FUSIONS are stacks. Nothing is written. A stack in which nothing can have changed since its last full look is in sync,
    and no engine is started for it. `fusion plan` says what would change, in the words of the screens. Ends with 0
    when all could be previewed, with changes or without, 5 when some could, 1 when none could, 130 when it was interrupted.
    """
    Fleet(heals=False, **options).preview(expected=expected, full=full)
