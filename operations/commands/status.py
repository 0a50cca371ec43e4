"""`fusion status`: the last runs of each fusion, who ran them, what is uncertain and what waits."""

from __future__ import annotations

import click

from operations.printing import echo_json
from providers.settings import project_root

VERSION = 1


@click.command()
@click.argument("fusions", nargs=-1, metavar="[FUSION]...")
@click.option("--last", default=1, type=click.IntRange(1), show_default=True, help="How many runs of each.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def status(fusions: tuple[str, ...], last: int, form: str) -> None:
    """The last `up`, `refresh` or `destroy` of each fusion on this machine: who ran it, how it ended, what it did, of which
    calls nobody knows whether the portal carried them out, and what waits until when.

    FUSIONS are stacks; without any, all that there are. Neither the engine nor the portal is asked.
    """
    from operations.ledgers.model import as_json
    from operations.ledgers.reading import read_ledgers
    from operations.ledgers.rendering import render_status
    from operations.ledgers.waits import read_waits

    root = project_root()
    shown = [
        (ledger, ledger.runs[-last:], read_waits(root, ledger)) for ledger in read_ledgers(root, fusions)
    ]
    if form == "text":
        click.echo(render_status(shown))
        return
    stacks = [
        {
            "stack": ledger.stack,
            "runs": [run.as_json() for run in runs],
            "uncertain": [as_json(call) for run in ledger.runs for call in run.uncertain],
            "waits": as_json(waits),
            "unreadLines": ledger.unread,
            "why": ledger.why,
        }
        for ledger, runs, waits in shown
    ]
    echo_json({"version": VERSION, "stacks": stacks})
