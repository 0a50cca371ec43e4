"""What waits now: the outputs in the stack's state, read without the engine, and since when they stand there."""

from __future__ import annotations

from pathlib import Path

from operations.in_sync.local import Checkout, NotKnown
from operations.ledgers.model import Ending, Ledger, Waits
from operations.rehearsals.projects import STACK_TYPE
from providers.ledger import FAILED


def read_waits(root: Path, ledger: Ledger) -> Waits:
    """Of the ledger's stack. Only a state in a folder can be read without the engine."""
    try:
        resources = Checkout(root).read_resources(ledger.stack)
    except NotKnown as error:
        return Waits(why=str(error))
    stated = next((one.get("outputs") for one in resources if one.get("type") == STACK_TYPE), None) or {}
    waiting = stated.get("waiting")
    things = {str(name): str(why) for name, why in waiting.items()} if isinstance(waiting, dict) else {}
    # An alarm is told after the outputs are written; any other error keeps the earlier ones.
    wrote = [
        run
        for run in ledger.runs
        if run.operation == "up" and run.ending in (Ending.DONE, Ending.FAILED) and FAILED not in run.counts
    ]
    return Waits(things, wrote[-1].ended if wrote else None)
