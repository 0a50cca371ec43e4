"""What a story tells at its end: a table of its days, a line for each system, where it stopped; 80 columns, no colour."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from operations.stories.results import StepOutcome, StoryOutcome
from operations.stories.system_report import system_lines
from operations.tables import table

WIDTH = 80
_HEADERS = ("date", "what", "applied", "waits", "through")
_WIDTHS = (10, 26, 10, 19, 7)
_SHORT = 160


def text(outcomes: Sequence[StoryOutcome]) -> str:
    """Every story, then a line for each where there are several."""
    parts = [one_story(outcome) for outcome in outcomes]
    if len(outcomes) > 1:
        parts.append(_closing(outcomes))
    return "\n\n".join(parts)


def one_story(outcome: StoryOutcome) -> str:
    """One story's tables, and what it stopped at."""
    lines = textwrap.wrap(f"{outcome.fusion}: {outcome.story}", WIDTH)
    if outcome.steps:
        lines += ["", _days(outcome.steps)]
    if outcome.systems:
        lines += ["", *system_lines(outcome.systems, WIDTH)]
    lines += ["", *_end(outcome)]
    return "\n".join(lines)


def _days(steps: Sequence[StepOutcome]) -> str:
    rows: list[tuple[str, ...]] = []
    before = ""
    for step in steps:
        day = step.on[:10]
        cells = (
            [day if day != before else ""],
            [*textwrap.wrap(step.what, _WIDTHS[1]), *_messages(step)],
            _applied(step),
            _waits(step) if step.up else [],
            list(_came_through(step)),
        )
        rows += zip_longest(*cells, fillvalue="")
        before = day
    return table(_HEADERS, rows, WIDTH)


def _applied(step: StepOutcome) -> list[str]:
    if step.interrupted:
        return ["cut short"]
    if step.up is None:
        said = [
            line
            for run in step.runs
            for line in (f"{run.operation}:", f"{run.changes} left" if run.succeeded else "error")
        ]
        return said + (["check"] if step.checks else [])
    writes = "write" if step.writes == 1 else "writes"
    counts = [(step.created, "created"), (step.adopted, "adopted"), (step.writes, writes)]
    done = [f"{number} {what}" for number, what in counts if number]
    return [*([] if step.up.succeeded else ["error"]), *done] or ["nothing"]


def _messages(step: StepOutcome) -> Iterator[str]:
    """Why its runs failed, and what they said that the story waits for, each in short: all is in JSON."""
    said = [f"error: {_short(line)}" for line in step.errors]
    said += [f"says: {_short(line)}" for line in step.said if line not in step.errors]
    for line in dict.fromkeys(said):
        yield from textwrap.wrap(textwrap.shorten(line, _SHORT, placeholder=" …"), _WIDTHS[1])


def _short(message: str) -> str:
    """Its first sentence, and the things that it lists."""
    first, *others = message.splitlines()
    listed = [line.strip() for line in others if line.startswith(" ")]
    return "; ".join([first.partition(". ")[0], *listed])


def _waits(step: StepOutcome) -> list[str]:
    counts = Counter((one.waiting.rule, one.waiting.whom, one.waiting.until) for one in step.waits)
    lines = [f"as of {step.waits_as_of}:"] if step.waits_as_of not in ("", step.on[:10]) else []
    for (rule, whom, until), count in sorted(counts.items()):
        said = f"{count} {rule} {whom}" + (f" until {until}" if until else "")
        lines += textwrap.wrap(said, _WIDTHS[3], subsequent_indent="  ")
    return lines + ([] if counts else ["nothing"])


def _came_through(step: StepOutcome) -> Iterator[str]:
    for rule, count in sorted(Counter(one.waiting.rule for one in step.came_through).items()):
        yield from textwrap.wrap(f"{count} {rule}", _WIDTHS[-1], subsequent_indent="  ")


def _end(outcome: StoryOutcome) -> Iterator[str]:
    for step in outcome.steps:
        for problem in step.problems:
            yield f"stopped on {step.on[:10]}:"
            for line in problem.splitlines():
                yield from textwrap.wrap(
                    line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
                )
    if outcome.error:
        yield from textwrap.wrap(outcome.error, WIDTH)
    if outcome.interrupted:
        last = [f"on {step.on[:10]}: above is what was lived so far" for step in outcome.steps[-1:]]
        yield f"interrupted {last[0] if last else 'before it began'}"
    kept = f"; its project is in {outcome.folder}" if outcome.folder else ""
    yield f"{outcome.fusion}: {_result(outcome)} in {outcome.seconds:.0f} s{kept}"


def _result(outcome: StoryOutcome) -> str:
    return "passed" if outcome.passed else "interrupted" if outcome.interrupted else "failed"


def _closing(outcomes: Sequence[StoryOutcome]) -> str:
    rows = [
        (
            outcome.fusion,
            len(outcome.steps),
            sum(step.writes for step in outcome.steps),
            len(outcome.steps[-1].waits) if outcome.steps else 0,
            f"{outcome.seconds:.0f}",
            _result(outcome),
        )
        for outcome in outcomes
    ]
    passed = sum(outcome.passed for outcome in outcomes)
    return "\n".join(
        [
            table(("fusion", "steps", "writes", "waits", "s", "result"), rows, WIDTH),
            "",
            f"{passed} of {len(outcomes)} stories passed",
        ]
    )
