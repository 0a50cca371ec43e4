"""One stack's run by Pulumi's Automation API, with the `pulumi` that people run.

So `engine/pulumi.sh` looks first, as it does for them: at findings, at the portal, at the passphrase. What the API does
beside the run and nobody here needs, it does not do: select the stack for the next command that people type, and start the
engine three times more to ask for outputs and history. Outputs come with the events, secrets masked.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    InvalidVersionError,
    LocalWorkspace,
    OutputMap,
    PulumiCommand,
    Stack,
    StackNotFoundError,
    UpdateSummary,
)
from pulumi.automation._stack import StackInitMode
from pulumi.automation.events import EngineEvent

from operations.engine import missing_engine
from operations.fleet.engine_command import EngineCommand
from operations.fleet.engine_locks import EngineLocks
from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.results import Operation
from operations.fleet.run import OnEvent
from operations.fleet.standing import Counted
from operations.ledgers.results import Result, count_done, note_result
from operations.recovery.locks import Locked
from operations.recovery.pending import Pending
from operations.recovery.states import LostState
from schemas.errors import EngineError
from stacks.state_folder import StateFolder

_COLLECTOR = {"GOGC": "400", "GOMEMLIMIT": "256MiB"}
"""Go's own variables: an engine lives for seconds, so it looks for garbage seldom, until it has so much memory."""


class RunFailed(EngineError):
    """The engine ended with an error, which its events may have told better."""


class StoppedEngine(EngineError):
    """It was told to stop, and did."""

    def __init__(self) -> None:
        super().__init__(
            "broken off", "What it had done is in its state: the same command goes on from there"
        )


class KilledEngine(EngineError):
    """It was told to stop, and did not."""

    def __init__(self) -> None:
        super().__init__(
            "the engine did not stop in time, and was killed",
            "The same command goes on from there: docs/operating.md, A run was killed",
        )


@dataclass(frozen=True)
class Project:
    """Where the engine works, and with which variables beside those of this process.

    :param folder: in which the states lie; None where only the engine knows where. :param ledgers: for each stack the run
        of the last engine that did with it what was asked for; "" where it kept no ledger.
    """

    root: Path
    environment: Mapping[str, str]
    version: Any
    folder: StateFolder | None
    ledgers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def find(cls, root: Path, environment: Mapping[str, str] | None = None) -> Project:
        """Raises `EngineError` where there is no engine, or one that the API cannot work with."""
        # An engine that is killed breaks its stream of events off; and no event is printed as it is.
        for warning in ("Error in event stream", "Failed to parse engine event"):
            warnings.filterwarnings("ignore", message=warning)
        try:
            version = PulumiCommand().version
        except FileNotFoundError:
            raise missing_engine() from None
        except subprocess.CalledProcessError as error:
            raise EngineError(f"`pulumi version` ended with {error.returncode}", "Run `make setup`") from None
        except InvalidVersionError as error:
            raise EngineError(str(error)) from None
        given = environment or {}
        return cls(root, given, version, StateFolder.find(root, {**os.environ, **given}))

    @property
    def locks(self) -> EngineLocks:
        """Its stacks'."""
        return EngineLocks(self.root, self.environment, self.version, self.folder)

    def with_variables(self, variables: Mapping[str, str]) -> Project:
        """The same, with these variables too."""
        return replace(self, environment={**self.environment, **variables})

    def run(
        self, stack: str, operations: Sequence[Operation], on_event: OnEvent, interruption: Interruption
    ) -> None:
        """Have the engine do this with a stack; it returns when that is done. A preview before is the engine's own, in the
        same run, as when people type `pulumi up`.

        :raises RunFailed: with what the engine said at its end. :raises Interrupted: where it may not begin any more.
        """
        command = EngineCommand(self.version, interruption, previews=len(operations) > 1)
        operation = operations[-1]
        following = iter(operations)
        at: Operation | None = None
        counted = Counted()

        def note(event: EngineEvent) -> None:
            nonlocal at, counted
            # It tells each of them from a prelude on.
            if at is None or event.prelude_event is not None:
                at, counted = next(following, operation), Counted()
                if at is operation:
                    command.writes()
            counted.note(event)
            on_event(at, event)

        try:
            _RUNS[operation](self._select(stack, command), note)
        except CommandError as error:
            failure = self._judge(error, stack, command, interruption)
            if operation.writes:
                counts = counted.counts if at is operation else {}
                self.ledgers[stack] = self._note_end(stack, command, failure, counts)
            # A preview takes no lock; what writes takes it before it tells anything.
            if operation.writes and command.killed:
                self.locks.free(stack, command.killed, told=at is not None)
            if command.stopped and at is not operation and not interruption.is_at_once:
                raise Interrupted from None
            raise failure from None
        if operation.writes:
            self.ledgers[stack] = self._note_end(stack, command, None, counted.counts)

    def find_done(self, stack: str) -> tuple[str, Mapping[str, int]]:
        """The run of the last engine that this project had work on a stack, by its name in the ledger, and what came of the
        things; "" and {} where it kept none."""
        run = self.ledgers.get(stack, "")
        return run, count_done(self.root, stack, run) if run else {}

    def clear_pending(self, stack: str, pending: Pending, interruption: Interruption) -> None:
        """Have the engine forget the creates whose end it does not know. It reads nothing at the portal, so nobody asks
        before which one that is.

        :raises RunFailed: with what the engine said at its end. :raises Interrupted: where it may not begin any more.
        """
        command = EngineCommand(self.version, interruption)
        targets = [pending.stack_urn] if pending.stack_urn else None
        try:
            engine = self._select(stack, command, PULUMI_RUN_PROGRAM="false")
            engine.refresh(clear_pending_creates=True, target=targets, color="never")
        except CommandError as error:
            failure = self._judge(error, stack, command, interruption)
            self._note_end(stack, command, failure, {})
            if command.killed:
                self.locks.free(stack, command.killed, told=True)
            raise failure from None
        self._note_end(stack, command, None, {})

    def _select(self, stack: str, command: PulumiCommand, **more: str) -> Stack:
        collector = {name: value for name, value in _COLLECTOR.items() if name not in os.environ}
        variables = {**collector, **self.environment, **more}
        workspace = _Workspace(work_dir=str(self.root), env_vars=variables, pulumi_command=command)
        return _Stack(stack, workspace, StackInitMode.SELECT)

    def _note_end(
        self, stack: str, command: EngineCommand, failure: EngineError | None, counts: Mapping[str, int]
    ) -> str:
        """In the run's ledger, where the engine kept one; the run's name, else "".

        :param failure: None where it did not fail.
        """
        ends = {KilledEngine: Result.KILLED, StoppedEngine: Result.INTERRUPTED}
        result = ends.get(type(failure), Result.FAILED) if failure else Result.PASSED
        why = failure.sentence() if failure else ""
        return note_result(self.root, stack, command.process, command.began, result, why, counts)

    def _judge(
        self, error: CommandError, stack: str, command: EngineCommand, interruption: Interruption
    ) -> EngineError:
        """What the end of an engine that failed means."""
        if command.killed:
            return KilledEngine()
        if isinstance(error, ConcurrentUpdateError):
            return Locked(stack, command.said)
        if isinstance(error, StackNotFoundError):
            return LostState(self.folder, stack)
        if interruption.is_at_once or command.stopped:
            return StoppedEngine()
        return RunFailed(command.said or str(error))


class _Workspace(LocalWorkspace):
    def select_stack(self, stack_name: str) -> None:
        """What people have selected stays so."""

    def stack_outputs(self, stack_name: str) -> OutputMap:  # noqa: ARG002
        """The events have them."""
        return {}


class _Stack(Stack):
    def info(self, show_secrets: bool = True) -> UpdateSummary:  # noqa: ARG002
        """The events have it."""
        return UpdateSummary("update", datetime.now(UTC), "", {}, {}, "succeeded")


_RUNS: Mapping[Operation, Callable[[Stack, Callable[[EngineEvent], Any]], object]] = {
    Operation.PREVIEW: lambda stack, on: stack.preview(color="never", on_event=on),
    Operation.UP: lambda stack, on: stack.up(color="never", on_event=on),
    Operation.REFRESH: lambda stack, on: stack.refresh(
        color="never", clear_pending_creates=True, on_event=on
    ),
    Operation.DESTROY: lambda stack, on: stack.destroy(color="never", on_event=on),
    Operation.PREVIEW_REFRESH: lambda stack, on: stack.preview_refresh(color="never", on_event=on),
    Operation.PREVIEW_DESTROY: lambda stack, on: stack.preview_destroy(color="never", on_event=on),
}
