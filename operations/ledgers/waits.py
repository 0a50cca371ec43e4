"""What waits now: the outputs in the stack's state, read without the engine, and since when they stand there."""

from __future__ import annotations

from pathlib import Path

from operations.in_sync.local import Checkout, NotKnown
from operations.ledgers.model import Ledger, Waits
from operations.rehearsals.projects import STACK_TYPE


def read_waits(root: Path, ledger: Ledger) -> Waits:
    """Of the ledger's stack. Only a state in a folder can be read without the engine."""
    try:
        resources, written = Checkout(root).read_state(ledger.stack)
    except NotKnown as error:
        return Waits(why=str(error))
    stated = next((one.get("outputs") for one in resources if one.get("type") == STACK_TYPE), None) or {}
    waiting = stated.get("waiting")
    things = {str(name): str(why) for name, why in waiting.items()} if isinstance(waiting, dict) else {}
    # A run of which the state knows nothing wrote nothing there: the disk was full, or an older state is in its place.
    wrote = [run for run in ledger.runs if run.wrote_outputs and written is not None and run.began <= written]
    return Waits(things, wrote[-1].ended if wrote else None)
