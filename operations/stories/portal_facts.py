"""What a story asks the portal itself, apart from what the stack says of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from emulator import store
from schemas.declaration import Fusion

_WITHOUT_SUCCESSOR = """
    SELECT kind, count(*) FROM forms
    WHERE organization = ? AND start_date < ? AND successor IS NULL AND (end_date IS NULL OR end_date = ?)
    GROUP BY kind
"""


def forms_left(database: Path, fusion: Fusion) -> Iterator[str]:
    """The centres of which a form or an attestation has not ended, or runs on nowhere (R06-R11)."""
    declared = fusion.dossiers
    if declared is None:
        return
    with closing(store.connect(database)) as connection:
        for centre in fusion.merging:
            if centre.name not in declared.centres:
                continue
            values = (centre.kbo, declared.restart_on.isoformat(), declared.stop_on.isoformat())
            for kind, number in connection.execute(_WITHOUT_SUCCESSOR, values):
                yield (
                    f"expected: every {kind} of {centre.name} has ended and its successor runs\n"
                    f"seen: {number} without"
                )
            yield from _twice(connection, centre.kbo)


def _twice(connection: sqlite3.Connection, number: str) -> Iterator[str]:
    row = connection.execute(
        "SELECT count(*) FROM (SELECT s.predecessor FROM forms s JOIN forms p ON p.id = s.predecessor"
        " WHERE p.organization = ? GROUP BY s.predecessor HAVING count(*) > 1)",
        (number,),
    ).fetchone()
    if row[0]:
        yield f"expected: each form of {number} is entered again once\nseen: {row[0]} more than once"
