"""How a run goes, for programs: a JSON object a line for each event, and the result as the last one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from operations.fleet.progress import Progress, Say
from operations.fleet.results import Operation, StackResult
from operations.fleet.standing import Standing, name_resource

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent, StepEventMetadata

_TOLD = ("warning", "error")
"""The severities of messages that are told; what is informational, `fusion plan` has."""


class JsonLines(Progress):
    """Each line has `at`, `event` and `stack`; docs/commands.md has the rest.

    :param write: takes a line.
    """

    def __init__(self, say: Say, write: Callable[[str], None]) -> None:
        super().__init__(say)
        self._write = write
        self._lock = Lock()

    def begin(self, standing: Standing) -> None:
        self._tell("begins", standing.stack, operation=standing.operation)

    def heal(self, standing: Standing, line: str) -> None:
        self._tell("healed", standing.stack, message=line)

    def wait(self, standing: Standing) -> None:
        self._tell("locked", standing.stack, message=standing.holders)

    def note(self, standing: Standing, event: EngineEvent) -> None:
        if event.diagnostic_event is not None and event.diagnostic_event.severity in _TOLD:
            told = event.diagnostic_event
            self._tell("message", standing.stack, severity=told.severity, message=told.message.strip())
        elif event.res_outputs_event is not None:
            self._tell("resource", standing.stack, **_name(event.res_outputs_event.metadata), failed=False)
        elif event.res_op_failed_event is not None:
            self._tell("resource", standing.stack, **_name(event.res_op_failed_event.metadata), failed=True)

    def end(self, result: StackResult) -> None:
        self._put({"event": "ends", **result.as_json()})

    def conclude(self, operation: Operation, results: Sequence[StackResult], code: int) -> None:
        """The last line: all results, and the code that the command ends with."""
        stacks = [result.as_json() for result in results]
        self._put({"event": "result", "operation": operation, "exitCode": code, "stacks": stacks})

    def _tell(self, event: str, stack: str, **more: Any) -> None:
        self._put({"event": event, "stack": stack, **more})

    def _put(self, told: Mapping[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, **told})
        with self._lock:
            self._write(line)


def _name(step: StepEventMetadata) -> Mapping[str, str]:
    return {"step": step.op.value, "resource": name_resource(step), "type": step.type}
