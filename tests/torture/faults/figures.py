"""What fleet runs came to, in figures for docs/reliability.md: by fault, by reruns, by stack, by uncertain call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from operations.ledgers.model import Outcome
from operations.ledgers.reading import IN_THIS_RUN, explain
from tests.torture.faults.fleet_run import SHARE, FleetResult
from tests.torture.faults.fleet_starts import STACKS, STARTS

_LATE = "latency"


def tell_figures(results: Sequence[FleetResult], seed: int) -> str:
    """The tables, as Markdown."""
    command = f"`python -m tests.torture.faults --runs {len(results)} --seed {seed}`"
    parts = [
        f"{command}: {len(results)} fleet runs, each over {len(STACKS)} stacks, one of each scenario.",
        _table(("", ""), _count_all(results)),
        _table(("fault", "calls", "asked again in the same run", "left to the next"), _by_fault(results)),
        _table(("beginning", "runs", *_counts_of_reruns(results)), _by_start(results)),
    ]
    return "\n\n".join(parts) + "\n"


def _count_all(results: Sequence[FleetResult]) -> Iterator[tuple[object, ...]]:
    calls = [call for result in results for time in result.calls for call in time]
    faulty = sum("fault" in call for call in calls)
    yield "calls that the portal got", len(calls)
    yield (
        f"of these met a fault (asked for: {SHARE:.0%} of the calls)",
        f"{faulty}, {faulty / len(calls):.0%}",
    )
    times = [passed for result in results for passed in result.passed]
    yield "runs of a stack that ended well", sum(times)
    yield "runs of a stack that failed, with the call and the way out", len(times) * len(STACKS) - sum(times)
    asked = [
        call for result in results for run in result.runs for thing in run.things for call in thing.calls
    ]
    yield "writing calls in the accounts", len(asked)
    uncertain = [call for call in asked if call.outcome is Outcome.UNCERTAIN]
    yield "of these without a sure answer", len(uncertain)
    settled = Counter(call.settled for call in uncertain)
    yield "settled by the same run", settled.pop(IN_THIS_RUN, 0)
    yield "still uncertain at the end", settled.pop("", 0)
    for found, count in sorted(settled.items()):
        yield f"settled by the next run: {explain(found)}", count
    yield "findings", sum(len(result.findings) for result in results)


def _by_fault(results: Sequence[FleetResult]) -> Iterator[tuple[object, ...]]:
    met: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for result in results:
        for calls in result.calls:
            met.update(call["fault"] for call in calls if "fault" in call)
            again.update(call["fault"] for call in find_repeated(calls))
    for fault, count in sorted(met.items()):
        if fault == _LATE:
            yield fault, count, "no need", "none"
        else:
            yield fault, count, again[fault], count - again[fault]


def find_repeated(calls: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Those that met a fault and were asked again later: the same method and path."""
    later: set[tuple[str, str]] = set()
    for call in reversed(list(calls)):
        key = (call["method"], call["path"])
        if "fault" in call and key in later:
            yield call
        later.add(key)


def _counts_of_reruns(results: Sequence[FleetResult]) -> list[str]:
    most = max(result.reruns for result in results)
    return ["without a rerun", *(f"after {n}" for n in range(1, most + 1))]


def _by_start(results: Sequence[FleetResult]) -> Iterator[tuple[object, ...]]:
    most = max(result.reruns for result in results)
    for start in STARTS:
        reruns = [result.reruns for result in results if result.run.start == start]
        yield (start, len(reruns), *(reruns.count(n) for n in range(most + 1)))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |" if any(head) else f"|{' |' * len(head)}", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])
