"""A run over many stacks: so many at once, one that fails stops no other, nothing begins after an interrupt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Event, Lock
from typing import Any

import pytest

from operations.fleet.interruption import Interrupted, Interruption
from operations.fleet.progress import Progress
from operations.fleet.report import report
from operations.fleet.results import Ending, Operation, StackResult
from operations.fleet.run import OnEvent, run
from operations.fleet.standing import Standing
from schemas.errors import EngineError
from tests.operations.fleet.events import done, message, summary_of

PREVIEW, UP = Operation.PREVIEW, Operation.UP
SECONDS = 60.0
"""More than any of this takes: a test that fails does not hang."""


class ReadyEngine:
    """Does at once what `how` says of a stack; notes what was begun, and how many at once."""

    def __init__(self, **how: Callable[[Operation, Callable[[Any], None]], None]) -> None:
        self._how = how
        self.begun: list[tuple[str, Operation]] = []
        self.most = self._now = 0
        self._lock = Lock()

    def find_done(self, stack: str) -> tuple[str, dict[str, int]]:
        return f"run of {stack}", {"made": 1}

    def run(
        self, stack: str, operations: Sequence[Operation], on_event: OnEvent, interruption: Interruption
    ) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            for operation in operations:
                if interruption.asked:
                    raise Interrupted
                self._do(stack, operation, partial(on_event, operation))
        finally:
            with self._lock:
                self._now -= 1

    def _do(self, stack: str, operation: Operation, tell: Callable[[Any], None]) -> None:
        with self._lock:
            self.begun.append((stack, operation))
        if stack in self._how:
            self._how[stack](operation, tell)
        tell(summary_of({"same": 3}))


def endings(results: list[StackResult]) -> list[Ending]:
    return [result.ending for result in results]


def go(
    engine: ReadyEngine,
    *stacks: str,
    operations: tuple[Operation, ...] = (PREVIEW,),
    jobs: int = 2,
    interruption: Interruption | None = None,
) -> list[StackResult]:
    return run(engine, stacks, operations, Progress(print), interruption or Interruption(), jobs)


def refuse(operation: Operation, on_event: Callable[[Any], None]) -> None:
    on_event(message("error", "the portal refuses this"))
    raise EngineError("the engine ended with 1")


def test_results_stand_in_the_order_of_the_stacks_whatever_ends_first() -> None:
    later = Event()
    engine = ReadyEngine(a=lambda *_: _wait(later), b=lambda *_: later.set())
    assert [result.stack for result in go(engine, "a", "b")] == ["a", "b"]


def test_as_many_at_once_as_jobs_says_and_no_more() -> None:
    together = Barrier(3)

    def meet(*_: Any) -> None:
        together.wait(SECONDS)

    engine = ReadyEngine(**dict.fromkeys("abcdef", meet))
    assert endings(go(engine, *"abcdef", jobs=3)) == [Ending.PASSED] * 6
    assert engine.most == 3


def test_one_that_fails_stops_no_other() -> None:
    results = go(ReadyEngine(b=refuse), "a", "b", "c", jobs=1)
    assert endings(results) == [Ending.PASSED, Ending.FAILED, Ending.PASSED]
    assert results[1].error == "the portal refuses this"


def test_nor_does_what_nobody_foresaw() -> None:
    def fill(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    results = go(ReadyEngine(a=fill), "a", "b")
    assert endings(results) == [Ending.FAILED, Ending.PASSED]
    assert results[0].error == "OSError: [Errno 28] No space left on device"


def test_what_could_not_be_previewed_is_not_applied() -> None:
    engine = ReadyEngine(a=refuse)
    results = go(engine, "a", "b", operations=(PREVIEW, UP), jobs=1)
    assert engine.begun == [("a", PREVIEW), ("b", PREVIEW), ("b", UP)]
    assert [(one.operation, one.ending) for one in results] == [(PREVIEW, Ending.FAILED), (UP, Ending.PASSED)]


def test_what_a_preview_counted_is_not_told_as_done() -> None:
    """Neither where it failed, nor where its `up` was not begun any more."""
    interruption = Interruption()

    def count_and_refuse(operation: Operation, on_event: Callable[[Any], None]) -> None:
        on_event(summary_of({"create": 7}))
        raise EngineError("the engine ended with 1")

    def count_until_interrupted(operation: Operation, on_event: Callable[[Any], None]) -> None:
        on_event(done("b-contact", "create"))
        interruption.ask()

    engine = ReadyEngine(a=count_and_refuse, b=count_until_interrupted)
    refused, left = go(engine, "a", "b", operations=(PREVIEW, UP), jobs=1, interruption=interruption)
    assert (refused.operation, refused.ending, refused.as_json()["changes"]) == (PREVIEW, Ending.FAILED, 0)
    assert (left.operation, left.ending, dict(left.counts)) == (UP, Ending.NOT_BEGUN, {})
    assert report(UP, [refused, left], 1).splitlines()[2].split()[1:5] == ["0", "0", "0", "0"]


def test_after_an_interrupt_what_is_under_way_ends_and_nothing_begins() -> None:
    interruption = Interruption()
    engine = ReadyEngine(a=lambda *_: interruption.ask())
    results = go(engine, "a", "b", "c", jobs=1, interruption=interruption)
    assert endings(results) == [Ending.PASSED, Ending.NOT_BEGUN, Ending.NOT_BEGUN]
    assert engine.begun == [("a", PREVIEW)]


def test_an_interrupted_preview_is_not_followed_by_its_up() -> None:
    interruption = Interruption()
    engine = ReadyEngine(a=lambda *_: interruption.ask())
    (result,) = go(engine, "a", operations=(PREVIEW, UP), interruption=interruption)
    assert engine.begun == [("a", PREVIEW)]
    assert result.ending is Ending.NOT_BEGUN


def test_what_fails_after_the_second_interrupt_was_broken_off() -> None:
    interruption = Interruption()

    def stop(*_: Any) -> None:
        interruption.ask()
        interruption.ask()
        raise EngineError("broken off")

    results = go(ReadyEngine(a=stop), "a", "b", jobs=1, interruption=interruption)
    assert endings(results) == [Ending.INTERRUPTED, Ending.NOT_BEGUN]


def test_an_engine_that_may_not_start_any_more_began_nothing() -> None:
    def too_late(*_: Any) -> None:
        raise Interrupted

    assert endings(go(ReadyEngine(a=too_late), "a")) == [Ending.NOT_BEGUN]


@pytest.mark.parametrize("jobs", [1, None])
def test_nothing_to_do_is_done(jobs: int | None) -> None:
    assert run(ReadyEngine(), [], [PREVIEW], Progress(print), Interruption(), jobs) == []


@pytest.mark.parametrize(("interrupts", "second"), [(0, Ending.PASSED), (2, Ending.NOT_BEGUN)])
def test_whoever_listened_may_go_and_the_run_goes_on(interrupts: int, second: Ending) -> None:
    """A terminal that is closed, a program that reads no further."""

    class Gone(Progress):
        def begin(self, standing: Standing) -> None:
            raise BrokenPipeError

        def note(self, standing: Standing, event: Any) -> None:
            raise BrokenPipeError

        def end(self, result: StackResult) -> None:
            raise BrokenPipeError

        def tick(self) -> None:
            raise OSError(5, "Input/output error")

        def say(self, line: str) -> None:
            raise OSError(5, "Input/output error")

    interruption = Interruption()

    def interrupt(*_: Any) -> None:
        for _time in range(interrupts):
            interruption.ask()

    engine = ReadyEngine(a=interrupt)
    results = run(engine, ["a", "b"], [PREVIEW], Gone(print), interruption, 1)
    assert endings(results) == [Ending.PASSED, second]


def _wait(event: Event) -> None:
    assert event.wait(SECONDS)
