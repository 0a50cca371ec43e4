"""How a run goes, while it goes: a line where something begins or ends, and every few seconds in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from operations import heartbeat
from operations.fleet.results import Ending, StackResult
from operations.fleet.standing import Standing
from schemas.counts import format_count

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent

ENDINGS = {
    Ending.PASSED: "passed",
    Ending.IN_SYNC: "in sync",
    Ending.FAILED: "failed",
    Ending.INTERRUPTED: "broken off",
    Ending.NOT_BEGUN: "not begun",
}
Say = Callable[[str], None]


class Progress:
    """What a run tells of itself. This one shows nothing, but what is said."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._standings: Sequence[Standing] = ()

    @contextmanager
    def showing(self, standings: Sequence[Standing]) -> Iterator[None]:
        """While the run goes."""
        self._standings = standings
        yield

    def say(self, line: str) -> None:
        """Something about the whole run."""
        self._say(line)

    def begin(self, standing: Standing) -> None:
        """The engine begins with a stack."""

    def heal(self, standing: Standing, line: str) -> None:
        """What an earlier run left of a stack was put right."""
        self.say(f"{standing.stack}: {line}")

    def wait(self, standing: Standing) -> None:
        """Others are at work on a stack, and are waited for."""

    def note(self, standing: Standing, event: EngineEvent) -> None:
        """The engine told something about a stack."""

    def end(self, result: StackResult) -> None:
        """A stack has its result."""

    def tick(self) -> None:
        """Some time went by; called from the thread that waits."""

    @property
    def ended(self) -> int:
        """How many stacks have their result."""
        return sum(standing.result is not None for standing in self._standings)

    @property
    def under_way(self) -> list[Standing]:
        """The stacks that an engine works on."""
        return [standing for standing in self._standings if standing.is_under_way]


class PlainLines(Progress):
    """Lines with the time since the beginning."""

    def __init__(self, say: Say) -> None:
        super().__init__(say)
        self._began = self._spoke = monotonic()
        self._pauses = heartbeat.pauses()
        self._pause = next(self._pauses)
        self._lock = Lock()

    def say(self, line: str) -> None:
        with self._lock:
            self._spoke = monotonic()
            self._say(f"{format_seconds(self._spoke - self._began)} {line}")

    def begin(self, standing: Standing) -> None:
        self.say(f"{standing.stack}: {standing.doing}")

    def wait(self, standing: Standing) -> None:
        self.say(f"{standing.stack}: {standing.doing}")

    def end(self, result: StackResult) -> None:
        self.say(f"{result.stack}: {describe(result)} ({self.ended} of {len(self._standings)})")

    def tick(self) -> None:
        if monotonic() - self._spoke >= self._pause and self.under_way:
            self._pause = next(self._pauses)
            at = "; ".join(f"{one.stack} {one.doing}{_describe_steps(one)}" for one in self.under_way)
            self.say(f"{self.ended} of {len(self._standings)} done; {at}")


def describe(result: StackResult) -> str:
    """How a stack's run ended, in a few words."""
    if result.ending is Ending.NOT_BEGUN:
        return ENDINGS[result.ending]
    changes = format_count(result.changes, "change") if result.changes else "no changes"
    return f"{changes if result.passed else ENDINGS[result.ending]}, {result.seconds:.0f} s"


def _describe_steps(standing: Standing) -> str:
    if standing.holders:
        return ""
    steps, changes = standing.steps.total(), standing.changed
    return f", {format_count(steps, 'resource')}, {format_count(changes, 'change')}"


def format_seconds(seconds: float) -> str:
    """`0:08`, `12:30`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
