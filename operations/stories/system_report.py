"""The systems' part of a story's report: a heading each, and below it what was seen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from operations.checks.results import RESULTS, Result
from operations.stories.results import CheckDay, SystemResult, WaitPeriod

_LONGEST = 200


def system_lines(found: Sequence[SystemResult], width: int) -> Iterator[str]:
    """Every system, `width` wide."""
    for system in found:
        yield system.name
        for line in _lines(system):
            yield from textwrap.wrap(
                textwrap.shorten(line, _LONGEST, placeholder=" …"),
                width,
                initial_indent="  ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )


def _lines(system: SystemResult) -> Iterator[str]:
    lines = [
        *([f"writes: {per_day(system.writes)}"] if system.writes else []),
        *(f"{one.on}: {one.what}" for one in system.did),
        *map(_period, system.waited),
        *(f"{one.on}: error: {one.what}" for one in system.errors),
        *_checks(system),
        *(f"mails ({kind}): {per_day(days)}" for kind, days in system.mails.items()),
        *(f"{part}: {status}" for part, status in system.retained.items()),
    ]
    if system.note:
        yield system.note
    yield from lines or ([] if system.note else ["nothing was seen of it"])


def per_day(days: Mapping[str, int]) -> str:
    """`9 on 2024-11-01, 2 on 2025-01-01`; of many days the sum, the first and the last."""
    if len(days) > 3:
        return f"{sum(days.values())} on {len(days)} days from {min(days)} to {max(days)}"
    return ", ".join(f"{count} on {day}" for day, count in sorted(days.items()))


def _period(one: WaitPeriod) -> str:
    said = f"{one.count} for {one.whom}" + (f" ({one.rule})" if one.rule else "")
    if one.ended:
        return f"waited: {said} from {one.since} to {one.ended}"
    return f"waits: {said} since {one.since}" + (f", until {one.until}" if one.until else "")


def _checks(system: SystemResult) -> Iterator[str]:
    """Days one after the other that say the same are told once."""
    for said, alike in groupby(system.checks, _describe):
        days = [checked.on for checked in alike]
        when = days[0] if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
        yield f"check on {when}: {said[0]}"
        yield from said[1:]


def _describe(checked: CheckDay) -> Sequence[str]:
    counts = {word: sum(one.result == word for one in checked.others) for word in RESULTS}
    counts[RESULTS[0]] = checked.ok
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return said, *(
        f"- {result}: {', '.join(centres)}: {what}"
        for (result, what), centres in _alike(checked.others).items()
    )


def _alike(results: Sequence[Result]) -> Mapping[tuple[str, str], list[str]]:
    """The centres by what is the same at them."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in results:
        found.setdefault((one.result, f"{one.check}: {one.detail}"), []).append(one.centre)
    return found
