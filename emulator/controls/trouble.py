"""Rehearsed failures and the rate limit."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from emulator.controls.connections import open_in_transaction
from emulator.core import store
from emulator.rehearsal import faults, limits
from emulator.rehearsal.faults import Rule
from emulator.rehearsal.limits import Limit


def get_rate_limit(database: Path) -> Limit:
    """How often each client may call."""
    with closing(store.connect(database)) as connection:
        return limits.get(connection)


def set_rate_limit(database: Path, limit: Limit) -> None:
    with open_in_transaction(database) as connection:
        limits.put(connection, limit)


def clear_rate_limit(database: Path) -> None:
    """Back to the portal's own limit."""
    with open_in_transaction(database) as connection:
        limits.clear(connection)


def add_fault(database: Path, rule: Rule) -> int:
    """Have calls fail from now on; the rule's id."""
    with closing(store.connect(database)) as connection:
        return faults.add(connection, rule)


def list_faults(database: Path) -> list[dict[str, Any]]:
    """`{id, rule, met, made}` of each rule: how many calls it met, how many it failed."""
    with closing(store.connect(database)) as connection:
        return faults.every(connection)


def clear_faults(database: Path) -> None:
    with closing(store.connect(database)) as connection:
        faults.clear(connection)
