"""Checkpoints: the portal's state at a moment, kept under a name, put back, and compared with another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from emulator.controls.connections import open_in_transaction
from emulator.core import store
from emulator.rehearsal import checkpoints, checkpoints_api
from emulator.rehearsal.checkpoints import Checkpoint
from emulator.rehearsal.differences import Difference


def make_checkpoint(database: Path, name: str) -> tuple[Checkpoint, bool]:
    """Keep the portal as it is now, in the place of an older checkpoint; gives whether the name is new.

    :raises Problem: 400 for what cannot be a name.
    """
    with open_in_transaction(database) as connection:
        return checkpoints.make(connection, name)


def list_checkpoints(database: Path) -> list[Checkpoint]:
    with closing(store.connect(database)) as connection:
        return checkpoints.every(connection)


def restore_checkpoint(database: Path, name: str) -> Checkpoint:
    """Put the portal back while others may have it open; the rehearsal's own things stay.

    :raises Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with open_in_transaction(database) as connection:
        return checkpoints.restore(connection, name)


def delete_checkpoint(database: Path, name: str) -> None:
    """:raises Problem: 404 without such a checkpoint."""
    with closing(store.connect(database)) as connection:
        checkpoints.delete(connection, name)


def compare(database: Path, name: str, to: str | None = None, details: bool = False) -> list[Difference]:
    """What differs from a checkpoint to another one, or to now.

    :param details: what comes in numbers (forms, files, mails, ...) one by one instead of counted.
    :raises Problem: 404 without such a checkpoint, 409 for one that this version cannot read.
    """
    with open_in_transaction(database) as connection:
        return checkpoints_api.compare(connection, name, to, details)
