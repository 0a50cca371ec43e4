"""A run over many stacks: so many at once, each on its own. One that fails stops no other."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, Protocol

from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.progress import Progress
from operations.fleet.results import Ending, Operation, StackResult
from operations.fleet.standing import Standing
from operations.fleet.turns import Turns
from schemas.errors import FusionError

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent

TICK_SECONDS = 0.2
P = ParamSpec("P")
OnEvent = Callable[[Operation, "EngineEvent"], None]
"""Takes what the engine tells, and which of the operations it is at."""


class Engine(Protocol):
    """What works on a stack: `operations.fleet.automation.Project`."""

    def run(
        self,
        stack: str,
        operations: Sequence[Operation],
        on_event: OnEvent,
        interruption: Interruption,
    ) -> None:
        """Do these in one go, and tell on the way.

        :raises FusionError: where one fails. :raises Interrupted: where the last may not begin.
        """

    def find_done(self, stack: str) -> tuple[str, Mapping[str, int]]:
        """The last run that wrote, by its name in the ledger, and what it counts; "" and {} where there is none."""


def count_jobs() -> int:
    """How many engines at once keep this process's processors busy: one more than there are, since one that starts, or
    waits for an answer, leaves its own idle."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + 1


def run(
    engine: Engine,
    stacks: Sequence[str],
    operations: Sequence[Operation],
    progress: Progress,
    interruption: Interruption,
    jobs: int | None = None,
    turns: Turns | None = None,
) -> list[StackResult]:
    """Do these, one after another, with each stack, `jobs` stacks at once; the results in the order of the stacks. What one
    engine does in one go is one run of it: an `up` after its preview.

    A stack whose first operation fails, such as the preview before an `up`, is left at that.

    :param turns: when the engine may begin with a stack; without, at once.
    """
    standings = [Standing(stack, operations[-1]) for stack in stacks]

    def work(standing: Standing) -> StackResult:
        ending, said = Ending.PASSED, ""
        try:
            if interruption.asked:
                raise Interrupted
            standing.turn_to(operations[0])
            begin = partial(begin_with, standing)
            if turns is None:
                begin()
            else:
                turns.take(begin, standing.stack, operations[-1], _Onlooker(standing, progress), interruption)
        except Interrupted:
            ending, said = Ending.NOT_BEGUN, "nothing was begun: the run was interrupted"
        except FusionError as error:
            ending, said = Ending.FAILED, str(error)
            if interruption.is_at_once:
                ending = Ending.INTERRUPTED
        except Exception as error:  # such as a full disk: the other stacks go on
            ending, said = Ending.FAILED, f"{type(error).__name__}: {error}"
        result = standing.end(ending, said)
        if result.operation.writes:
            name, did = engine.find_done(standing.stack)
            result = replace(result, run=name, did=did)
        _tell(progress.end, result)
        return result

    def begin_with(standing: Standing) -> None:
        standing.begin(operations[0])
        _tell(progress.begin, standing)
        engine.run(standing.stack, operations, note_for(standing), interruption)

    def note_for(standing: Standing) -> OnEvent:
        def note(operation: Operation, event: EngineEvent) -> None:
            if operation is not standing.operation:
                standing.turn_to(operation)
                _tell(progress.begin, standing)
            standing.note(event)
            _tell(progress.note, standing, event)

        return note

    with (
        interruption.listening(),
        progress.showing(standings),
        ThreadPoolExecutor(jobs or count_jobs()) as workers,
    ):
        results = [workers.submit(work, standing) for standing in standings]
        while wait(results, timeout=TICK_SECONDS).not_done:
            interruption.act(lambda line: _tell(progress.say, line))
            _tell(progress.tick)
    return [result.result() for result in results]


class _Onlooker:
    """Shows what a stack's turn takes."""

    def __init__(self, standing: Standing, progress: Progress) -> None:
        self._standing, self._progress = standing, progress

    def heal(self, line: str) -> None:
        self._standing.healed.append(line)
        _tell(self._progress.heal, self._standing, line)

    def wait(self, whom: str) -> None:
        self._standing.wait(whom)
        _tell(self._progress.wait, self._standing)


def _tell(tell: Callable[P, None], *what: P.args, **how: P.kwargs) -> None:
    """Whoever listened may be gone, as when a terminal is closed: that is no reason to leave a stack half done."""
    with suppress(OSError):
        tell(*what, **how)
