"""What a preview says of things that no state knows yet: per centre what will be made, adopted, changed, and what waits.

A message of the preview, not an output of the stack: an output that a preview knows would bind an `up` of its saved plan
(docs/engine-notes.md). The same stands in the property `found` of each resource.
"""

from __future__ import annotations

import json
from asyncio import ensure_future
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import pulumi

from providers.first_look import (
    ADOPTED,
    BASELINE,
    CHANGED,
    HIDDEN,
    MADE,
    MOVES,
    NOTHING,
    UNSEEN,
    WAITS,
)
from providers.waiting import Waiting
from schemas.counts import format_count
from schemas.visible import visible
from stacks.looked_at import read_if_known
from stacks.planned import AnyResource, Planned

Found = tuple[Planned, Mapping[str, Any]]
"""A resource, and what the portal has of it: `found`."""

_COUNTED = {MADE: "will be made", ADOPTED: "adopted as is", CHANGED: "brought in sync"}
_HEADINGS = {
    MADE: "not there, will be made",
    ADOPTED: "there and the same, will be adopted",
    CHANGED: "there and different, will be brought in sync",
    MOVES: "goes over",
    WAITS: "not yet",
    BASELINE: "becomes the baseline of what is retained",
    UNSEEN: "could not be looked at",
    NOTHING: "nothing to do",
}
_IN_LINES = frozenset({CHANGED, MOVES, WAITS, BASELINE, UNSEEN})
"""What has a line for each thing: what is told of it differs."""


def export(made: Sequence[tuple[Planned, AnyResource]]) -> None:
    """Tell it, in a preview only: an `up` does it."""
    if not pulumi.runtime.is_dry_run():
        return
    pulumi.Output.all(ensure_future(_read(made))).apply(lambda one: _tell(one[0]))


async def _read(made: Sequence[tuple[Planned, AnyResource]]) -> list[Found]:
    read = [(item, await read_if_known(resource.found)) for item, resource in made]
    return [(item, found) for item, found in read if found]


def _tell(found: Sequence[Found]) -> None:
    if found:
        pulumi.log.info(describe(found))


def describe(found: Sequence[Found]) -> str:
    """The counts in the first line, then each centre with what becomes of its things."""
    lines = [_summary(found)]
    for centre in dict.fromkeys(item.centre for item, _ in found):
        lines.append(f"  {centre.name}")
        for outcome, heading in _HEADINGS.items():
            here = [(item, one) for item, one in found if item.centre == centre and one["outcome"] == outcome]
            lines += _lines(heading, outcome, here)
    return "\n".join(lines)


def count(found: Sequence[Found]) -> dict[str, int]:
    """`{made, adopted, changed, waiting, …}`: by outcome, and all that wait, those that are made first included."""
    outcomes = Counter(str(one["outcome"]) for _, one in found)
    return dict(outcomes) | {"waiting": sum(bool(one.get("waiting")) for _, one in found)}


def _summary(found: Sequence[Found]) -> str:
    counts = count(found)
    said = [f"{counts.get(outcome, 0)} {words}" for outcome, words in _COUNTED.items()]
    if baselines := counts.get(BASELINE):
        said.append(f"{baselines} retained")
    said.append(f"{counts['waiting']} {'waits' if counts['waiting'] == 1 else 'wait'}")
    if unseen := counts.get(UNSEEN):
        said.append(f"{unseen} could not be looked at")
    new = format_count(len(found), "thing")
    return f"the portal was looked at, nothing was written. Of {new} that the stack does not know yet: {', '.join(said)}"


def _lines(heading: str, outcome: str, here: Sequence[Found]) -> Iterator[str]:
    if not here:
        return
    if outcome not in _IN_LINES:
        things = "; ".join(f"{item.title}{_still_waits(one)}" for item, one in here)
        yield from _wrapped(f"    {heading}: {things}")
        return
    yield f"    {heading}:"
    for item, one in here:
        yield from _wrapped(f"      {item.title}: {_describe(item, one)}{_still_waits(one)}")


def _wrapped(line: str) -> list[str]:
    """The engine indents a message by four, and breaks no line."""
    return wrap(visible(line), 96, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False)


def _describe(item: Planned, found: Mapping[str, Any]) -> str:
    if found["outcome"] == CHANGED:
        return "; ".join(_changes(found["portal"], item.props))
    if found["outcome"] == WAITS:
        return str(Waiting.from_props(found["waiting"]))
    if found["outcome"] == BASELINE:
        return "; ".join(found["baseline"]) or "nothing is there"
    return str(found["why"] if found["outcome"] == UNSEEN else found["says"])


def _still_waits(found: Mapping[str, Any]) -> str:
    """What a thing waits for although something becomes of it."""
    waiting = Waiting.from_props(found.get("waiting")) if found["outcome"] != WAITS else None
    return f" ({waiting})" if waiting else ""


def _changes(portal: Mapping[str, Any], declared: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """`phone: +3254… → +3255…` for each value that differs, as the declaration has them in order; of a secret only where."""
    for name in dict.fromkeys((*declared, *portal)):
        if name not in portal:
            continue
        live, wanted = portal[name], declared.get(name)
        if live == HIDDEN:
            yield f"{place}{name}: not as declared"
        elif isinstance(live, Mapping):
            yield from _changes(live, wanted or {}, f"{place}{name}.")
        else:
            yield f"{place}{name}: {_shown(live)} → {_shown(wanted)}"


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
