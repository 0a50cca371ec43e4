"""`fusion log`: all that the runs of a fusion did, call by call."""

from __future__ import annotations

import click

from operations.commands.status import VERSION
from operations.printing import echo_json
from providers.settings import project_root
from schemas.errors import FusionError


@click.command()
@click.argument("fusions", nargs=-1, metavar="[FUSION]...")
@click.option("--run", "name", metavar="ID", help="Only this run, by the name that the log gives it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def log(fusions: tuple[str, ...], name: str | None, form: str) -> None:
    """What each `up`, `refresh` and `destroy` on this machine did: what was made, adopted, changed, removed, what failed,
    was not attempted or is uncertain, each with its calls, their answers, trace ids and times.

    FUSIONS are stacks; without any, all that there are. The oldest run stands first. Neither the engine nor the portal is
    asked. Ends with 1 where no run has that name.
    """
    from operations.ledgers.reading import read_ledgers
    from operations.ledgers.rendering import render_log

    root = project_root()
    ledgers = read_ledgers(root, fusions)
    runs = [run for ledger in ledgers for run in ledger.runs if name in (None, run.run)]
    if name is not None and not runs:
        which = "that can be read here" if any(ledger.why for ledger in ledgers) else "of this machine"
        raise FusionError(f"no run {name} is in the ledgers {which}", "`fusion log` names those that are")
    if form == "json":
        unread = {ledger.stack: ledger.unread for ledger in ledgers if ledger.unread}
        echo_json(
            {
                "version": VERSION,
                "runs": [run.as_json() for run in runs],
                "unreadLines": unread,
                "unreadable": {ledger.stack: ledger.why for ledger in ledgers if ledger.why},
            }
        )
        return
    click.echo(render_log(ledgers, runs) or "no run is known here")
