"""What a run came to as metrics, in the text form of Prometheus: a file for node_exporter's textfile collector.

All are gauges of the last run that wrote the file. Days are moments (seconds since 1970), as is usual there: how far away
they are is asked when somebody looks. No label has more values than stacks, certificates, systems and the manual's rules.
docs/metrics.md lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from operations.fleet.results import Ending, Operation, StackResult
from operations.ledgers.model import Call, Outcome
from operations.ledgers.reading import read_ledger
from providers.contract import BELGIUM
from schemas.certificate_files import CertificateError
from schemas.certificates import read_certificate
from schemas.document import read
from schemas.errors import FusionError
from schemas.loading import examine
from stacks.declared import declaration_path
from stacks.waits import WaitingThing

_CENTRE = "the centre"
Days = Mapping[str, Mapping[str, datetime]]
"""When certificates end, by stack and by their files' names."""
Calls = Mapping[str, Sequence[Call]]
"""The calls that wrote, by stack."""


def write(
    path: Path,
    operation: Operation,
    results: Sequence[StackResult],
    seconds: float,
    ends: Days,
    calls: Calls,
) -> None:
    """Write the file, whole or not at all. What an earlier run wrote there is gone.

    :param operation: what was asked for. :param seconds: that the whole run took.
    :raises FusionError: where it cannot be written.
    """
    try:
        write_to_textfile(str(path), _collect(operation, results, seconds, ends, calls))
    except OSError as error:
        raise FusionError(f"{path}: the metrics cannot be written: {error.strerror}") from None


def find_ends(stacks: Iterable[str]) -> Days:
    """When the certificates end that these stacks' declarations name. What cannot be read has none: findings say why."""
    return {stack: dict(_ends_of(stack)) for stack in stacks}


def find_calls(root: Path, stacks: Iterable[str], since: datetime) -> Calls:
    """The calls of the runs that began since then, by the ledgers. A stack whose ledger has no such run, or cannot be read,
    has none."""
    found: dict[str, list[Call]] = {}
    for stack in stacks:
        with suppress(FusionError):
            runs = [run for run in read_ledger(root, stack).runs if run.began >= since]
            if runs:
                found[stack] = [call for run in runs for thing in run.things for call in thing.calls]
    return found


def _ends_of(stack: str) -> Iterator[tuple[str, datetime]]:
    """Also where the declaration has findings: of what it says of its certificates, nothing is lost."""
    try:
        declaration = declaration_path(stack)
        fusion, _ = examine(read(declaration, within=declaration.parent))
    except (FusionError, OSError):
        return
    for name in sorted(set(fusion.accounts.certificate_files)) if fusion and fusion.accounts else []:
        with suppress(CertificateError, OSError):
            yield name, read_certificate(declaration.parent / name).not_after


def _collect(
    operation: Operation, results: Sequence[StackResult], seconds: float, ends: Days, calls: Calls
) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"fusion_{name}", about, (*labels, "operation"), registry=registry)

    gauge("run_ended_timestamp_seconds", "When the run ended.").labels(operation).set_to_current_time()
    gauge("run_duration_seconds", "How long the run took.").labels(operation).set(seconds)
    ended = gauge("stack_ended", "1 for how the stack's run ended, else 0.", "stack", "ending")
    took = gauge("stack_duration_seconds", "How long the stack's run took.", "stack")
    steps = gauge("stack_resources", "Resources by the engine's step, such as create.", "stack", "step")
    waiting = gauge("stack_waiting", "How many things wait.", "stack")
    waits = gauge("stack_waits", "Things that wait, by system and rule.", "stack", "system", "rule")
    deadline = gauge(
        "stack_first_deadline_timestamp_seconds",
        "By when the centre must do the first; the day's end.",
        "stack",
    )
    expiry = gauge("certificate_end_timestamp_seconds", "When a certificate ends.", "stack", "certificate")
    written = gauge("stack_writing_calls", "Calls that write, by what came of them.", "stack", "outcome")
    repeated = gauge("stack_repeated_calls", "Those of them that repeat another.", "stack")
    for result in results:
        begun = result.operation is operation or not operation.writes
        ending = result.ending if begun or not result.passed else Ending.NOT_BEGUN
        for one in Ending:
            ended.labels(result.stack, one, operation).set(one is ending)
        took.labels(result.stack, operation).set(result.seconds)
        # What the preview before it counted is not what the operation did.
        for step, count in result.counts.items() if begun else ():
            steps.labels(result.stack, step, operation).set(count)
        things = _find_waits(result.outputs)
        if things is not None:
            waiting.labels(result.stack, operation).set(len(things))
        for (system, rule), count in Counter(
            (one.system.title, one.waiting.rule) for one in things or ()
        ).items():
            waits.labels(result.stack, system, rule, operation).set(count)
        if day := _first_deadline(things or ()):
            deadline.labels(result.stack, operation).set(_end_of(day))
        for certificate, end in ends.get(result.stack, {}).items():
            expiry.labels(result.stack, certificate, operation).set(end.timestamp())
        if result.stack in calls:
            outcomes = Counter(call.outcome for call in calls[result.stack])
            for outcome in Outcome:
                written.labels(result.stack, outcome, operation).set(outcomes[outcome])
            again = sum(call.attempt > 1 for call in calls[result.stack])
            repeated.labels(result.stack, operation).set(again)
    return registry


def _find_waits(outputs: Mapping[str, Any]) -> Sequence[WaitingThing] | None:
    """None where the run learnt nothing of them: in a preview that would change something the engine has a mark there."""
    entries = outputs.get("waits")
    return (
        [WaitingThing.from_output(one) for one in entries.values()] if isinstance(entries, Mapping) else None
    )


def _first_deadline(things: Iterable[WaitingThing]) -> date | None:
    """Only what the centre must do has one: of what others bring, `until` is the day on which it comes."""
    days = [
        date.fromisoformat(one.waiting.until)
        for one in things
        if one.waiting.whom == _CENTRE and one.waiting.until
    ]
    return min(days, default=None)


def _end_of(day: date) -> float:
    return datetime.combine(day, time.max, BELGIUM).timestamp()
