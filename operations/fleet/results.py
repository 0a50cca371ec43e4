"""What became of one stack in a run: how it ended, what the engine counted, why it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

UNCHANGED = ("same", "read", "refresh")
"""What the engine counts as steps and changes nothing."""


class Operation(StrEnum):
    """What the engine does with a stack, by the name of its command."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"
    PREVIEW_REFRESH = "preview of refresh"
    PREVIEW_DESTROY = "preview of destroy"

    @property
    def writes(self) -> bool:
        """Whether the portal or the state may be another afterwards."""
        return self in (Operation.UP, Operation.REFRESH, Operation.DESTROY)


class Ending(StrEnum):
    """How a stack's run ended; `inSync` needed no engine, `interrupted` is broken off, `notBegun` left as it was."""

    PASSED = "passed"
    IN_SYNC = "inSync"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    NOT_BEGUN = "notBegun"


@dataclass(frozen=True)
class StackResult:
    """How one stack's run ended.

    :param operation: the last one that was begun, or was to be. :param counts: the engine's own, of resources by step
        (`create`, `same`, …), as in its changeSummary; what was done so far where it failed; none where what was asked for
        was not begun, such as the `up` after a preview.
    :param outputs: the stack's, secrets masked. :param because: why the engine had to look, where that was asked.
    :param healed: what an earlier run left, and this one put right.
    :param run: its name in the ledger, "" where it has none. :param did: what came of the things, as `fusion status` counts.
    """

    stack: str
    operation: Operation
    ending: Ending
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    error: str = ""
    seconds: float = 0.0
    outputs: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""
    healed: Sequence[str] = ()
    run: str = ""
    did: Mapping[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether all of it was done."""
        return self.ending in (Ending.PASSED, Ending.IN_SYNC)

    @property
    def changes(self) -> int:
        """How many resources it changed, or would."""
        return sum(count for step, count in self.counts.items() if step not in UNCHANGED)

    def as_json(self) -> dict[str, Any]:
        """For programs; without the outputs, which `pulumi stack output` has."""
        found = asdict(self)
        del found["outputs"]
        return {**found, "seconds": round(self.seconds, 1), "changes": self.changes}
