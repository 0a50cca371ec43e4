"""What a run came to: a table, a count, then what people have to know of each stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from operations.fleet.progress import ENDINGS
from operations.fleet.results import UNCHANGED, Ending, Operation, StackResult
from operations.ledgers.rendering import describe_counts
from operations.tables import table
from providers.ledger import AS_IT_IS, WAITING

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "+": ("create", "import"),
    "~": ("update",),
    "+-": ("replace",),
    "-": ("delete",),
    "=": UNCHANGED,
}
"""The engine's own signs, each for these of its steps."""
_LEGEND = {
    "+": "to make",
    "~": "to change",
    "+-": "to replace",
    "-": "to take away",
    "=": "as it is",
    "*": "other steps",
}
_DONE = {
    "+": "made",
    "~": "changed",
    "+-": "replaced",
    "-": "taken away",
    "=": "as it was",
    "*": "other steps",
}
_OTHER = "*"
QUIET = frozenset({AS_IT_IS, WAITING})
"""What a run that had nothing to do has of things, too."""
_PAST = {
    Operation.PREVIEW: "previewed",
    Operation.UP: "applied",
    Operation.REFRESH: "refreshed",
    Operation.DESTROY: "destroyed",
    Operation.PREVIEW_REFRESH: "compared with the portal",
    Operation.PREVIEW_DESTROY: "previewed",
}


def report(operation: Operation, results: Sequence[StackResult], seconds: float) -> str:
    """The closing text of a run of so many seconds."""
    shown = [sign_counts(result.counts) for result in results]
    signs = [
        sign for sign in (*_SIGNS, _OTHER) if sign in "+~-=" or any(counts.get(sign) for counts in shown)
    ]
    rows = [
        (
            result.stack,
            *(counts.get(sign, 0) for sign in signs),
            round(result.seconds),
            ENDINGS[result.ending],
        )
        for result, counts in zip(results, shown, strict=True)
    ]
    words = _DONE if operation.writes else _LEGEND
    legend = ", ".join(f"{sign} {words[sign]}" for sign in signs if sign in words)
    passed = sum(result.passed for result in results)
    lines = [table(("stack", *signs, "s", "ended"), rows), "", legend] if results else []
    lines += [f"{passed} of {len(results)} stacks {_PAST[operation]} in {seconds:.0f} s"]
    return "\n".join([*lines, *_messages(results)])


def sign_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """The engine's counts by the signs of the table."""
    signs: dict[str, int] = {}
    for step, count in counts.items():
        sign = next((sign for sign, steps in _SIGNS.items() if step in steps), _OTHER)
        signs[sign] = signs.get(sign, 0) + count
    return signs


def _messages(results: Sequence[StackResult]) -> Iterator[str]:
    """What was put right, what was done, the warnings, then why stacks failed: what stands last is seen first."""
    for result in results:
        yield from (f"{result.stack}: {healed}" for healed in result.healed)
    for result in results:
        if any(word not in QUIET for word in result.did):
            yield f"{result.stack}: {describe_counts(result.did)}; `fusion log {result.stack} --run {result.run}` has all"
    for result in results:
        yield from (f"{result.stack}: warning: {warning}" for warning in result.warnings)
    for result in results:
        if result.error and result.ending is not Ending.NOT_BEGUN:
            yield f"{result.stack}: {result.error}"
