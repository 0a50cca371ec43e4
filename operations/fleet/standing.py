"""Where one stack stands while the engine works on it, by the events that the engine sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from operations.engine import drop_program_end
from operations.fleet.results import UNCHANGED, Ending, Operation, StackResult
from operations.rehearsals.projects import STACK_TYPE

if TYPE_CHECKING:
    from pulumi.automation.events import DiagnosticEvent, EngineEvent, StepEventMetadata

_VERBS = {
    Operation.PREVIEW: "previewing",
    Operation.UP: "applying",
    Operation.REFRESH: "refreshing",
    Operation.DESTROY: "destroying",
    Operation.PREVIEW_REFRESH: "reading the portal",
    Operation.PREVIEW_DESTROY: "previewing",
}


class Counted:
    """What the engine counts while it works: its summary, which one that fails may owe, else its steps so far."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self._summary: Mapping[str, int] | None = None

    def note(self, event: EngineEvent) -> None:
        """Take up what the engine tells."""
        if event.res_outputs_event is not None:
            self.steps[event.res_outputs_event.metadata.op.value] += 1
        elif event.summary_event is not None:
            self._summary = {str(step): n for step, n in (event.summary_event.resource_changes or {}).items()}

    @property
    def counts(self) -> Mapping[str, int]:
        """Resources by step."""
        return self._summary if self._summary is not None else dict(self.steps)


class Standing:
    """One stack of a run: first it waits, then the engine works on it, then it has a result.

    The thread that the engine's events come in writes it, the one that shows it reads.

    :param operation: what is asked for; another may have to go before it.
    """

    def __init__(self, stack: str, operation: Operation) -> None:
        self.stack = stack
        self.operation = self._asked = operation
        self.result: StackResult | None = None
        self.resource = ""
        self.holders = ""
        """Who is at work on it meanwhile, and is waited for."""
        self.healed: list[str] = []
        """What an earlier run left, and was put right."""
        self._began: float | None = None
        self._forget()

    def _forget(self) -> None:
        self._counted = Counted()
        self.resource = ""
        self._reading = False
        self._errors: list[str] = []
        self._warnings: list[str] = []
        self._outputs: Mapping[str, Any] = {}

    def turn_to(self, operation: Operation) -> None:
        """This is next; what the engine did before is forgotten."""
        self.operation = operation
        self._forget()

    def begin(self, operation: Operation) -> None:
        """The engine begins with this."""
        self._began = self._began or monotonic()
        self.holders = ""
        self.turn_to(operation)

    def wait(self, holders: str) -> None:
        """Others are at work on it."""
        self._began = self._began or monotonic()
        self.holders = holders

    @property
    def is_under_way(self) -> bool:
        """Whether an engine works on it now, or others do and are waited for."""
        return self._began is not None and self.result is None

    @property
    def seconds(self) -> float:
        """Since its beginning, or that it took."""
        if self.result is not None:
            return self.result.seconds
        return monotonic() - self._began if self._began is not None else 0.0

    @property
    def doing(self) -> str:
        """What it is at."""
        if self.holders:
            return f"waiting for {self.holders}"
        return "reading the portal" if self._reading else _VERBS[self.operation]

    @property
    def steps(self) -> Counter[str]:
        """So many so far."""
        return self._counted.steps

    @property
    def changed(self) -> int:
        """How many resources were changed so far, or would be."""
        # A copy: meanwhile the other thread counts.
        return sum(count for step, count in self.steps.copy().items() if step not in UNCHANGED)

    def note(self, event: EngineEvent) -> None:
        """Take up what the engine tells."""
        self._counted.note(event)
        if event.resource_pre_event is not None:
            step = event.resource_pre_event.metadata
            self._reading = step.op == "refresh"
            self.resource = name_resource(step)
        elif event.res_outputs_event is not None:
            step = event.res_outputs_event.metadata
            if step.type == STACK_TYPE:
                self._outputs = (step.new and step.new.outputs) or self._outputs
        elif event.diagnostic_event is not None:
            self._note_message(event.diagnostic_event)

    def _note_message(self, told: DiagnosticEvent) -> None:
        into = {"error": self._errors, "warning": self._warnings}.get(told.severity)
        if into is not None and (message := told.message.strip()) and message not in into:
            into.append(message)

    def end(self, ending: Ending, said: str = "") -> StackResult:
        """The result. Of a failure the engine's events tell best why. Nothing is counted where what was asked for was not
        begun.

        :param said: why, where they tell nothing.
        """
        errors = drop_program_end(self._errors) if ending is Ending.FAILED else []
        counts: Mapping[str, int] = {}
        # What a preview counted is not what the `up` after it did.
        if self.operation is self._asked:
            counts = self._counted.counts
        self.result = StackResult(
            self.stack,
            self._asked if ending is Ending.NOT_BEGUN else self.operation,
            ending,
            counts=counts,
            warnings=tuple(self._warnings),
            error="\n".join(errors) or said,
            seconds=self.seconds,
            outputs=self._outputs,
            healed=tuple(self.healed),
        )
        return self.result


def name_resource(step: StepEventMetadata) -> str:
    """The resource of a step, by the name that its URN ends with."""
    return step.urn.rpartition("::")[2]
