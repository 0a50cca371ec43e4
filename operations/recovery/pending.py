"""What an engine was making when it was killed: the engine keeps that in the state until somebody says what became of it.

Here it is always harmless, since a create adopts what it finds. So it goes by the engine's own option.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.counts import format_count
from stacks.state_folder import StateFolder

_CREATING = "creating"
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Pending:
    """The creates that a stack's state does not know the end of.

    :param stack_urn: of the resource that stands for the stack; "" where it is not in the state yet.
    """

    names: tuple[str, ...]
    stack_urn: str

    def __str__(self) -> str:
        return f"{format_count(len(self.names), 'create')} ({', '.join(self.names)})"


def find_pending(folder: StateFolder, stack: str) -> Pending | None:
    """None where there are none, and where the state cannot be read: then the engine says why."""
    try:
        state = json.loads(folder.state(stack).read_bytes())
        latest: Mapping[str, Any] = state["checkpoint"].get("latest") or {}
        pending = [one for one in latest.get("pending_operations") or [] if one["type"] == _CREATING]
        names = tuple(one["resource"]["urn"].rpartition("::")[2] for one in pending)
        stacks = [one["urn"] for one in latest.get("resources") or [] if one["type"] == _STACK]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None
    return Pending(names, stacks[0] if stacks else "") if names else None
