"""A look at many stacks: by the engine where something can have changed, without it where nothing can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from operations.fleet.progress import Progress
from operations.fleet.results import Ending, Operation, StackResult
from operations.in_sync.judging import WAITS, Judge, Verdict
from schemas.counts import format_count

Look = Callable[[Sequence[str]], list[StackResult]]
"""Has the engine preview stacks."""


def look(
    stacks: Sequence[str], judge: Judge, engine: Look, progress: Progress, *, full: bool
) -> list[StackResult]:
    """What there is to do in each, in the order of the stacks; what the engine finds is kept for the next look.

    :param full: the engine looks at all of them.
    """
    progress.say(f"asking the portal what changed, for {format_count(len(stacks), 'stack')}")
    verdicts = judge.judge(stacks)
    in_sync = [] if full else [stack for stack in stacks if verdicts[stack].in_sync]
    if in_sync:
        progress.say(
            f"{format_count(len(in_sync), 'stack')} of {len(stacks)} in sync: nothing can have changed since the last full "
            "look (--full looks at all)"
        )
    looked = {result.stack: result for result in engine([stack for stack in stacks if stack not in in_sync])}
    judge.read_anew()
    for result in looked.values():
        if result.passed and not result.changes:
            judge.keep(result.stack, result.counts, result.warnings, result.outputs)
        elif result.passed or result.ending is Ending.FAILED:
            judge.forget(result.stack)
    return [
        replace(looked[stack], because="" if full else verdicts[stack].why)
        if stack in looked
        else _without_engine(stack, verdicts[stack])
        for stack in stacks
    ]


def _without_engine(stack: str, verdict: Verdict) -> StackResult:
    assert verdict.kept is not None
    return StackResult(
        stack,
        Operation.PREVIEW,
        Ending.IN_SYNC,
        counts=verdict.kept.counts,
        warnings=verdict.kept.warnings,
        outputs={WAITS: verdict.kept.waits},
    )
