"""What a run came to as metrics, in the text form of Prometheus: a file for node_exporter's textfile collector.

All are gauges of the last run that wrote the file. Days are moments (seconds since 1970), as is usual there: how far away
they are is asked when somebody looks. No label has more values than stacks, certificates, systems and the manual's rules.
docs/metrics.md lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from operations.fleet.results import Ending, Operation, StackResult
from schemas.certificates import CertificateError, read_certificate
from schemas.errors import FusionError
from schemas.loading import load_declaration
from stacks.declared import declaration_path
from stacks.waits import WaitingThing

Days = Mapping[str, Mapping[str, datetime]]
"""When certificates end, by stack and by their files' names."""


def write(
    path: Path, operation: Operation, results: Sequence[StackResult], seconds: float, ends: Days
) -> None:
    """Write the file, whole or not at all. What an earlier run wrote there is gone.

    :param operation: what was asked for. :param seconds: that the whole run took.
    :raises FusionError: where it cannot be written.
    """
    try:
        write_to_textfile(str(path), _collect(operation, results, seconds, ends))
    except OSError as error:
        raise FusionError(f"{path}: the metrics cannot be written: {error.strerror}") from None


def find_ends(stacks: Iterable[str]) -> Days:
    """When the certificates end that these stacks' declarations name. What cannot be read has none: findings say why."""
    return {stack: _ends_of(stack) for stack in stacks}


def _ends_of(stack: str) -> Mapping[str, datetime]:
    try:
        declaration = declaration_path(stack)
        fusion = load_declaration(declaration)
        names = sorted(set(fusion.accounts.certificate_files)) if fusion.accounts else []
        return {name: read_certificate(declaration.parent / name).not_after for name in names}
    except (FusionError, CertificateError, OSError):
        return {}


def _collect(
    operation: Operation, results: Sequence[StackResult], seconds: float, ends: Days
) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"fusion_{name}", about, labels, registry=registry)

    run = gauge("run_ended_timestamp_seconds", "When the run ended.", "operation")
    run.labels(operation).set_to_current_time()
    gauge("run_duration_seconds", "How long the run took.", "operation").labels(operation).set(seconds)
    ended = gauge("stack_ended", "1 for how the stack's run ended, else 0.", "stack", "operation", "ending")
    took = gauge("stack_duration_seconds", "How long the stack's run took.", "stack", "operation")
    steps = gauge(
        "stack_resources", "Resources by the engine's step, such as create.", "stack", "operation", "step"
    )
    waits = gauge("stack_waits", "Things that wait, by system and rule.", "stack", "system", "rule")
    deadline = gauge(
        "stack_next_deadline_timestamp_seconds", "Until when the first of them waits; the day's end.", "stack"
    )
    expiry = gauge("certificate_end_timestamp_seconds", "When a certificate ends.", "stack", "certificate")
    for result in results:
        for ending in Ending:
            ended.labels(result.stack, operation, ending).set(ending is result.ending)
        took.labels(result.stack, operation).set(result.seconds)
        for step, count in result.counts.items():
            steps.labels(result.stack, operation, step).set(count)
        # Where the run learnt nothing of what waits, it says nothing: that is no zero.
        for (system, rule), count in _count_waits(result.outputs).items():
            waits.labels(result.stack, system, rule).set(count)
        if day := _first_deadline(result.outputs):
            deadline.labels(result.stack).set(_end_of(day))
        for certificate, end in ends.get(result.stack, {}).items():
            expiry.labels(result.stack, certificate).set(end.timestamp())
    return registry


def _waits(outputs: Mapping[str, Any]) -> list[WaitingThing]:
    return [WaitingThing.from_output(entry) for entry in (outputs.get("waits") or {}).values()]


def _count_waits(outputs: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    return Counter((wait.system.title, wait.waiting.rule) for wait in _waits(outputs))


def _first_deadline(outputs: Mapping[str, Any]) -> date | None:
    days = [date.fromisoformat(wait.waiting.until) for wait in _waits(outputs) if wait.waiting.until]
    return min(days, default=None)


def _end_of(day: date) -> float:
    return datetime.combine(day, time.max, UTC).timestamp()
