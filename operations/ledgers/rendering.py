"""Runs as text: a line for each run in a table, or a run with all that it did. Moments in this machine's own time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from operations.ledgers.model import (
    COUNTED,
    NOT_ATTEMPTED,
    UNCERTAIN,
    Call,
    Ending,
    Ledger,
    Outcome,
    Run,
    Thing,
    Waits,
)
from operations.ledgers.reading import explain
from operations.tables import table
from providers.ledger import AS_IT_IS
from schemas.counts import format_count

ENDINGS: Mapping[Ending, str] = {
    Ending.UNDER_WAY: "under way",
    Ending.DONE: "done",
    Ending.ENDED: "ended",
    Ending.FAILED: "failed",
    Ending.REFUSED: "refused",
    Ending.NOT_BEGUN: "not begun",
    Ending.NOT_APPLIED: "not applied",
    Ending.BROKEN_OFF: "broken off",
    Ending.KILLED: "killed",
    Ending.UNKNOWN: "unknown",
}
EXPLAINED: Mapping[Ending, str] = {
    Ending.ENDED: "it ended in order; whether it came to all, was interrupted, or nobody agreed, its ledger does not tell",
    Ending.NOT_BEGUN: "it ended before it began to work: the engine said why",
    Ending.NOT_APPLIED: "it ended before anything was applied: nobody agreed, or its preview failed or was interrupted",
    Ending.BROKEN_OFF: "it ended before it came to all",
    Ending.KILLED: "its engine or its provider host ended without noting an end",
    Ending.UNKNOWN: "whether it goes on cannot be told here: it is on another machine, or this one does not say when a "
    "process began",
}
WORDS: Mapping[str, str] = {AS_IT_IS: "as it is", NOT_ATTEMPTED: "not attempted"}
_SHOWN_AS_A_COUNT = frozenset({AS_IT_IS, NOT_ATTEMPTED})


def render_status(shown: Sequence[tuple[Ledger, Sequence[Run], Waits]]) -> str:
    """The last runs of each stack, then what nobody knows, then what waits."""
    rows = [
        (
            run.stack,
            _moment(run.began),
            run.operation,
            _who(run),
            ENDINGS[run.ending],
            describe_counts(run.counts),
        )
        for _, runs, _ in shown
        for run in runs
    ]
    lines = [table(("fusion", "began", "run", "by", "ended", "what it did"), rows)] if rows else []
    for ledger, runs, waits in shown:
        if not runs and not ledger.why:
            lines += [f"{ledger.stack}: no run is known here"]
        lines += _unread([ledger])
        for run in ledger.runs:
            lines += [f"{run.stack}: uncertain: {_describe_call(call)}" for call in run.uncertain]
        lines += _waiting(ledger.stack, waits)
    return "\n".join(lines)


def render_log(ledgers: Iterable[Ledger], runs: Iterable[Run]) -> str:
    """All that these runs did, call by call."""
    return "\n\n".join([*_unread(ledgers), *("\n".join(_lines(run)) for run in runs)])


def describe_counts(counts: Mapping[str, int]) -> str:
    """`2 made, 1 adopted, 3 uncertain`."""
    return ", ".join(f"{count} {WORDS.get(word, word)}" for word, count in counts.items()) or "nothing"


def _lines(run: Run) -> Iterator[str]:
    yield f"{run.stack}: {run.operation} of {_moment(run.began)}, by {_who(run)}: {ENDINGS[run.ending]}"
    yield f"  run {run.run}, {round((run.ended - run.began).total_seconds())} s: {describe_counts(run.counts)}"
    if run.ending in EXPLAINED:
        yield f"  {EXPLAINED[run.ending]}"
    for why in run.why:
        yield f"  {why}"
    if run.counted:
        yield f"  the engine counted {', '.join(f'{count} {step}' for step, count in run.counted.items())}"
    for one in run.settled:
        yield f"  settled: {one.title}: {one.method} {one.path} of run {one.run}: {explain(one.found)}"
    for word in COUNTED:
        things = [thing for thing in run.things if thing.came == word]
        if word in _SHOWN_AS_A_COUNT:
            quiet = [thing for thing in things if not thing.calls]
            things = [thing for thing in things if thing.calls]
            if quiet and word == NOT_ATTEMPTED:
                yield f"  {WORDS[word]}: {', '.join(thing.title for thing in quiet)}"
        for thing in things:
            yield from _thing_lines(thing)


def _thing_lines(thing: Thing) -> Iterator[str]:
    came = WORDS.get(thing.came, thing.came)
    yield f"  {came}: {thing.title}{f': {thing.why}' if thing.why else ''}"
    for call in thing.calls:
        yield f"    {_describe_call(call)}"


def _describe_call(call: Call) -> str:
    none = "not sent" if call.outcome is Outcome.NOT_SENT else "no answer"
    answer = (
        f"answered {call.status}" if call.status is not None else f"{none} ({call.why or 'none is noted'})"
    )
    known = "" if call.outcome.value != UNCERTAIN else f", {UNCERTAIN}"
    if call.settled:
        known = f", uncertain then: {explain(call.settled)}"
    parts = [
        f"{call.method} {call.path}: {answer}{known}",
        f"attempt {call.attempt}" if call.attempt > 1 else "",
        f"centre {call.centre}",
        f"at {_moment(call.at, seconds=True)}",
        f"trace {call.trace}" if call.trace else f"sent as trace {call.sent_as}",
    ]
    return "; ".join(part for part in parts if part)


def _waiting(stack: str, waits: Waits) -> Iterator[str]:
    if waits.why:
        yield f"{stack}: what waits is not known here: {waits.why}; `pulumi stack output waiting -s {stack}` asks the engine"
        return
    since = (
        f"since the `up` of {_moment(waits.since)}"
        if waits.since
        else "since an `up` that is not in the ledger"
    )
    if waits.things:
        yield f"{stack}: {format_count(len(waits.things), 'thing waits', 'things wait')}, by its state, {since}:"
    for name, why in waits.things.items():
        yield f"  {name}: {why}"


def _unread(ledgers: Iterable[Ledger]) -> Iterator[str]:
    for ledger in ledgers:
        if ledger.why:
            yield f"{ledger.stack}: its runs are not known here: {ledger.why}"
        if ledger.unread:
            yield f"{ledger.stack}: {format_count(ledger.unread, 'line')} of the ledger cannot be read, and did not count"


def _who(run: Run) -> str:
    return f"{run.who or 'somebody'}@{run.host}" if run.host else run.who or "somebody"


def _moment(moment: datetime, *, seconds: bool = False) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M{':%S' if seconds else ''}}"
