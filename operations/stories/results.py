"""The results of a story: for each step what was applied, what waits, what came through; and where it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from operations.checks.results import Result
from operations.rehearsals.projects import EngineRun
from schemas.systems import System
from stacks.waits import WaitingThing

# The engine's own words for that a program or an operation ended with an error; in full, since a preview's errors of
# resources begin with "Preview failed: ".
_ENDED = ("an unhandled error occurred", "update failed", "preview failed", "refresh failed")


@dataclass(frozen=True)
class Action:
    """Something that people, the portal, its calendar or the supplier did. It belongs to these systems; () is to none."""

    what: str
    systems: tuple[System, ...] = ()


class Failure(NamedTuple):
    """A line of a run's errors, about a thing of this system."""

    system: System
    line: str


@dataclass
class StepOutcome:
    """One step; `did` is what others than the stack did, `problems` is what was not as expected. `failures` are the lines of
    its runs' errors that name a thing of the fusion.

    `written` are its runs' own writing calls; `written_of_up` those of the last step that had an `up`, this one or one
    above it.

    `summary` is the stack's own, of all it has; `created` and `adopted` are what this step added to it. `waits_as_of` is
    the day of the last `up` that told what waits; `said` are the messages that the story was waiting for.
    """

    on: str
    what: str
    did: list[Action] = field(default_factory=list)
    runs: list[EngineRun] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    written_of_up: Sequence[str] = ()
    waits: Sequence[WaitingThing] = ()
    waits_as_of: str = ""
    said: Sequence[str] = ()
    failures: list[Failure] = field(default_factory=list)
    came_through: Sequence[WaitingThing] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    created: int = 0
    adopted: int = 0
    checks: list[Result] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def up(self) -> EngineRun | None:
        return next((ran for ran in self.runs if ran.operation == "up"), None)

    @property
    def writes(self) -> int:
        return len(self.written)

    @property
    def errors(self) -> list[str]:
        """What its runs failed with; that something ended says nothing where it was said why."""
        found = [line for ran in self.runs for line in ran.errors]
        return [line for line in found if not line.startswith(_ENDED)] or found

    @property
    def error_lines(self) -> list[str]:
        """Each single thing that went wrong: of a message that lists things what it lists, else every line of it."""
        found = []
        for message in self.errors:
            lines = message.splitlines()
            found += [line for line in lines if line.startswith(" ")] or lines
        return [line.strip() for line in found]

    @property
    def applied(self) -> dict[str, int]:
        """Resources that its `up` created, updated, …; empty without an `up`."""
        if self.up is None:
            return {}
        return {kind: count for kind, count in self.up.steps.items() if kind != "same"}

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on,
            "what": self.what,
            "did": [action.what for action in self.did],
            "runs": [
                {
                    "operation": ran.operation,
                    "succeeded": ran.succeeded,
                    "changes": ran.changes,
                    "errors": list(ran.errors),
                    "warnings": list(ran.warnings),
                }
                for ran in self.runs
            ],
            "applied": {**self.applied, "created": self.created, "adopted": self.adopted},
            "writes": self.writes,
            "written": self.written,
            "said": list(self.said),
            "waits": [one.as_output() for one in self.waits],
            "waitsAsOf": self.waits_as_of,
            "cameThrough": [one.as_output() for one in self.came_through],
            "checks": [result.as_json() for result in self.checks],
            "problems": self.problems,
            "interrupted": self.interrupted,
            "seconds": round(self.seconds, 1),
        }


class DatedLine(NamedTuple):
    """Something that was done or said on a day."""

    on: str
    what: str


@dataclass(frozen=True)
class WaitPeriod:
    """`count` things that waited for the same, from `since` on.

    :param ended: the day; "" while they still wait.
    :param until: when it should end; "" where nobody knows, and once it has ended.
    """

    count: int
    rule: str
    whom: str
    since: str
    ended: str = ""
    until: str = ""

    def as_json(self) -> dict[str, Any]:
        """With `number` for the count; without what is empty."""
        found = {"number": self.count, **vars(self)}
        return {name: value for name, value in found.items() if value and name != "count"}


@dataclass(frozen=True)
class CheckDay:
    """A day's `fusion check`: how many lines are `ok`, and the others."""

    on: str
    ok: int
    others: Sequence[Result] = ()


@dataclass(frozen=True)
class SystemResult:
    """What a story shows of a system of the manual, called `name`; `mails` by kind and day, `retained` by part."""

    name: str
    note: str = ""
    writes: Mapping[str, int] = field(default_factory=dict)
    did: Sequence[DatedLine] = ()
    waited: Sequence[WaitPeriod] = ()
    errors: Sequence[DatedLine] = ()
    checks: Sequence[CheckDay] = ()
    mails: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    retained: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Everything that was seen, days as `2025-01-01`."""
        found = {
            "note": self.note,
            "writes": self.writes,
            "did": [one._asdict() for one in self.did],
            "waited": [one.as_json() for one in self.waited],
            "errors": [one._asdict() for one in self.errors],
            "checks": [
                {"on": one.on, "ok": one.ok, "others": [result.as_json() for result in one.others]}
                for one in self.checks
            ],
            "mails": self.mails,
            "kept": self.retained,
        }
        return {name: value for name, value in found.items() if value}


@dataclass
class StoryOutcome:
    """A story lived through, or up to where it stopped: `error` is what broke it off, "" where nothing did.
    `folder` is where its project is left, "" where it is not."""

    story: str
    fusion: str
    steps: list[StepOutcome] = field(default_factory=list)
    systems: Sequence[SystemResult] = ()
    error: str = ""
    seconds: float = 0.0
    folder: str = ""
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        return not self.error and not self.interrupted and not any(step.problems for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        return {
            "story": self.story,
            "fusion": self.fusion,
            "passed": self.passed,
            "seconds": round(self.seconds, 1),
            "error": self.error,
            "interrupted": self.interrupted,
            "folder": self.folder,
            "steps": [step.as_json() for step in self.steps],
            "systems": {system.name: system.as_json() for system in self.systems},
        }
