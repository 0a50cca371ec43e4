"""Whether a step ended as the story says: each thing that did not, as what was expected and what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from operations.checks.results import TODO, Result
from operations.rehearsals.projects import EngineRun
from operations.stories.journal_check import JournalCheck
from operations.stories.language import NONE, SOME, Check, Expect, ExpectedLine, Step
from operations.stories.manual_actions import numbers_of
from operations.stories.portal_state import Forms, forms, forms_left
from operations.stories.results import StepOutcome
from providers.settings import embedded_database
from schemas.declaration import Fusion

_SHOWN = 6


def unmet_expectations(
    step: Step, outcome: StepOutcome, folder: Path, fusion: Fusion, journal: JournalCheck, forms_before: Forms
) -> list[str]:
    """Everything that is not as the step expects; `forms_before` are the portal's at the story's start."""
    return [
        *_runs(step.expect, outcome),
        *_preview(step, outcome),
        *_waiting(step.expect, outcome),
        *_counts(step.expect, outcome),
        *(_checked(step.check, outcome.checks, fusion) if step.check else ()),
        *(_at_disappearing(journal) if step.expect.no_writes_at else ()),
        *(_moved(folder, fusion, forms_before) if step.expect.forms_moved else ()),
    ]


def _expected(what: str, seen: str) -> str:
    return f"expected: {what}\nseen: {seen}"


def first_lines(lines: Sequence[str]) -> str:
    """The first few lines, and how many there are."""
    shown = "".join(f"\n  {line}" for line in lines[:_SHOWN])
    more = f"\n  and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"{shown}{more}" if lines else " nothing"


def _runs(expect: Expect, outcome: StepOutcome) -> Iterator[str]:
    failed = [ran for ran in outcome.runs if not ran.succeeded]
    if expect.error is None:
        for ran in failed:
            yield _expected(f"`{ran.operation}` succeeds", _errors_of(ran))
    else:
        yield from _errors([expect.error] if isinstance(expect.error, str) else expect.error, failed, outcome)
    messages = [message for ran in outcome.runs for message in (*ran.errors, *ran.warnings)]
    for part in expect.says:
        if not any(part in message for message in messages):
            yield _expected(f"a message with `{part}`", first_lines(messages).strip())


def _errors(parts: Sequence[str], failed: Sequence[EngineRun], outcome: StepOutcome) -> Iterator[str]:
    """Each of these, and no other."""
    for part in parts:
        if not failed:
            yield _expected(f"an error with `{part}`", "everything succeeded")
        elif not any(part in message for ran in failed for message in ran.errors):
            yield _expected(f"an error with `{part}`", _errors_of(failed[0]))
    others = [line for line in outcome.error_lines if not any(part in line for part in parts)]
    if failed and others:
        yield _expected(f"no error but with `{'`, `'.join(parts)}`", first_lines(others).strip())


def _errors_of(ran: EngineRun) -> str:
    return "\n".join(ran.errors) or "it failed without a message"


def _preview(step: Step, outcome: StepOutcome) -> Iterator[str]:
    ran = next((ran for ran in outcome.runs if ran.operation == "preview"), None)
    if ran is not None and ran.succeeded and step.preview is not None:
        yield from _number(step.preview, ran, "a preview with")


def _number(wanted: str | int, ran: EngineRun, what: str) -> Iterator[str]:
    met = {NONE: ran.changes == 0, SOME: ran.changes > 0}.get(str(wanted), ran.changes == wanted)
    if not met:
        yield _expected(f"{what} {wanted} changes", f"{ran.changes}:{first_lines(ran.changed)}")


def _waiting(expect: Expect, outcome: StepOutcome) -> Iterator[str]:
    expected = (expect.waiting, expect.waits_only, expect.not_waiting)
    if expected == (None, None, None):
        return
    if outcome.waits_as_of != outcome.on[:10]:  # it failed before it came that far
        last = outcome.waits_as_of or "no day"
        yield _expected("an `up` of that day tells what waits", f"the last that did is of {last}")
        return
    lines = [str(one) for one in outcome.waits]
    if expect.waiting == NONE and lines:
        yield _expected("nothing waits", first_lines(lines).strip())
    for part in expect.waiting if isinstance(expect.waiting, list) else ():
        if not any(part in line for line in lines):
            yield _expected(f"something waits with `{part}`", f"what waits is{first_lines(lines)}")
    for part in expect.not_waiting or ():
        still = [line for line in lines if part in line]
        if still:
            yield _expected(f"nothing waits any more with `{part}`", first_lines(still).strip())
    if expect.waits_only is not None:
        others = [line for line in lines if not any(part in line for part in expect.waits_only)]
        if others:
            yield _expected(f"nothing waits but {', '.join(expect.waits_only)}", first_lines(others).strip())


def _counts(expect: Expect, outcome: StepOutcome) -> Iterator[str]:
    ran = outcome.up
    if ran is not None and expect.changes is not None:
        yield from _number(expect.changes, ran, "an up with")
    for name, wanted in (("created", expect.created), ("adopted", expect.adopted)):
        count = outcome.summary.get(name)
        if wanted is not None and count != wanted:
            yield _expected(f"{wanted} {name} in the summary", str(count))
    written = outcome.written if outcome.runs else outcome.written_of_up
    if isinstance(expect.writes, list):
        yield from _written(expect.writes, written)
    elif expect.writes is not None and (expect.writes == SOME) != bool(written):
        yield _expected(f"{expect.writes} writes at the portal", str(len(written)))


def _written(parts: Sequence[str], calls: Sequence[str]) -> Iterator[str]:
    """Each of these once, and no other; of two parts that fit the same call, the longer one has it."""
    left, missing = list(calls), 0
    for part in sorted(parts, key=len, reverse=True):
        found = next((call for call in left if part in call), None)
        if found is None:
            missing += 1
        else:
            left.remove(found)
    if left or missing:
        yield _expected(f"just the writes `{'`, `'.join(parts)}`", first_lines(calls).strip())


def _checked(wanted: Check, results: Sequence[Result], fusion: Fusion) -> Iterator[str]:
    bad = [result for result in results if result.result in wanted.never]
    if bad:
        lines = [f"{one.centre}, {one.check}: {one.result}: {one.detail}" for one in bad]
        yield _expected(f"`fusion check` has nothing {' or '.join(wanted.never)}", first_lines(lines).strip())
    if wanted.todo is not None:
        yield from _todo([] if wanted.todo == NONE else list(wanted.todo), results)
    for line in wanted.lines:
        yield from _line(line, results, fusion)


def _todo(parts: Sequence[str], results: Sequence[Result]) -> Iterator[str]:
    """Each of these, and nothing else."""
    lines = [f"{one.centre}, {one.check}: {one.detail}" for one in results if one.result == TODO]
    for part in parts:
        if not any(part in line for line in lines):
            yield _expected(f"`fusion check` asks for `{part}`", first_lines(lines).strip())
    others = [line for line in lines if not any(part in line for part in parts)]
    if others:
        only = f"nothing but `{'`, `'.join(parts)}`" if parts else "nothing"
        yield _expected(f"`fusion check` asks for {only}", first_lines(others).strip())


def _line(wanted: ExpectedLine, results: Sequence[Result], fusion: Fusion) -> Iterator[str]:
    """Where several centres are meant, it must be so at each."""
    numbers = {one.kbo for one in results} if wanted.at is None else set(numbers_of(fusion, wanted.at))
    found = [one for one in results if one.check.startswith(wanted.check) and one.kbo in numbers]
    wrong = [
        one
        for one in found
        if one.result not in wanted.result or (wanted.detail and wanted.detail not in one.detail)
    ]
    said = f"the check `{wanted.check}` is {' or '.join(wanted.result)}"
    said += f" at {wanted.at}" if wanted.at else ""
    said += f", with `{wanted.detail}`" if wanted.detail else ""
    if not found:
        yield _expected(said, "there is no such line")
    elif wrong:
        lines = [f"{one.centre}: {one.check}: {one.result}: {one.detail}" for one in wrong]
        yield _expected(said, first_lines(lines).strip())


def _at_disappearing(journal: JournalCheck) -> Iterator[str]:
    if journal.forbidden:
        yield _expected(
            "nothing is written at a disappearing centre but declared access and the end of forms (R05)",
            first_lines(journal.forbidden).strip(),
        )


def _moved(folder: Path, fusion: Fusion, before: Forms) -> Iterator[str]:
    return forms_left(before, forms(embedded_database(folder)), fusion)
