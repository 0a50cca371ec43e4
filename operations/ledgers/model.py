"""A run as its ledger has it: how it ended, what came of each thing, each call with its answer, what is uncertain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from providers.ledger import ADOPTED, AS_IT_IS, CHANGED, FAILED, LEFT, MADE, REMOVED, WAITING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

UNFINISHED, NOT_ATTEMPTED, UNCERTAIN = "unfinished", "notAttempted", "uncertain"
COUNTED = (
    MADE, ADOPTED, CHANGED, REMOVED, AS_IT_IS, WAITING, LEFT, FAILED, UNFINISHED, NOT_ATTEMPTED, UNCERTAIN,
)  # fmt: skip
"""What a thing can come to in a run, in the order in which it is told; `unfinished` was begun, and its end is not noted. Of
`uncertain` calls are counted."""


class Ending(StrEnum):
    """How a run ended, as far as its ledger tells."""

    UNDER_WAY = "underWay"
    DONE = "done"
    ENDED = "ended"
    FAILED = "failed"
    REFUSED = "refused"
    NOT_BEGUN = "notBegun"
    NOT_APPLIED = "notApplied"
    BROKEN_OFF = "brokenOff"
    KILLED = "killed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a call: the portal carried it out, or said no, or nobody knows, or it never went out."""

    DONE = "done"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    NOT_SENT = "notSent"


@dataclass(frozen=True)
class Call:
    """A writing call, once for each time that it was asked.

    :param centre: ten digits. :param attempt: from 1, and higher for a repeat of a call that got no sure answer.
    :param status: None without answer.
    :param sent_as: the trace id that it carried; `trace`: the portal's own, of its answer.
    :param settled: what a later look found, "" where none did; the same run's own step, where that ended well.
    """

    at: datetime
    centre: str
    method: str
    path: str
    attempt: int
    outcome: Outcome
    status: int | None
    sent_as: str
    trace: str = ""
    why: str = ""
    settled: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody knows even now."""
        return self.outcome is Outcome.UNCERTAIN and not self.settled


@dataclass(frozen=True)
class Thing:
    """What the run did with one thing.

    :param title: as people call it, the provider's name where the program did not say. :param came: one of `COUNTED`; of
        several steps the last. :param why: of what failed.
    """

    name: str
    title: str
    centre: str
    came: str
    why: str = ""
    calls: Sequence[Call] = ()


@dataclass(frozen=True)
class Settled:
    """A call of an earlier run of which this run's look found something out."""

    title: str
    found: str
    run: str
    method: str
    path: str


@dataclass(frozen=True)
class Run:
    """One run of one stack. Moments are of this machine's clock, UTC.

    :param why: errors of the run that are no thing's: a refusal before it, alarms after it, else the engine's where no
        thing failed. :param ended: of the last line. :param counted: what the engine counted, of resources by its steps,
        where `fusion` started it. :param wrote_outputs: it came so far as to write the stack's outputs.
    """

    run: str
    stack: str
    operation: str
    who: str
    host: str
    began: datetime
    ended: datetime
    ending: Ending
    things: Sequence[Thing] = ()
    settled: Sequence[Settled] = ()
    why: Sequence[str] = ()
    counted: Mapping[str, int] = field(default_factory=dict)
    wrote_outputs: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """By the words of `COUNTED`: things, and of `uncertain` the calls that nothing has settled since."""
        came = Counter(thing.came for thing in self.things)
        came[UNCERTAIN] = len(self.uncertain)
        return {word: came[word] for word in COUNTED if came[word]}

    @property
    def uncertain(self) -> list[Call]:
        """The calls of which nobody knows."""
        return [call for thing in self.things for call in thing.calls if call.is_open]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {**as_json(self), "counts": self.counts}


@dataclass(frozen=True)
class Ledger:
    """The runs of one stack, the oldest first; `unread`: how many lines were cut or are none of ours; `why`: it cannot be
    read at all."""

    stack: str
    runs: Sequence[Run] = ()
    unread: int = 0
    why: str = ""


@dataclass(frozen=True)
class Waits:
    """What waits, as the stack's state has it: the last `up` left it so that wrote its outputs.

    :param things: by name the sentence, which ends with until when. :param since: when that `up` ended, by the ledger; None
        where it does not have it. :param why: the state cannot be read here.
    """

    things: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    why: str = ""


def as_json(value: DataclassInstance) -> dict[str, Any]:
    """Any of these for programs: `sentAs`, moments as RFC 3339."""
    return {_member(name): _plain(one) for name, one in asdict(value).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    # Names of fields are ours; what waits is named by its thing, which has spaces and no underscores.
    return {_member(name): _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def _member(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
