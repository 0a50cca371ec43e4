"""How the plan that there is now differs from the approved one, in sentences. What is secret is named, never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.approvals.digest import held_of, held_of_line, lines_of
from operations.plans.model import Basis, FusionPlan, Line, Plan
from schemas.visible import visible

_NAMES = {
    "secrets": "the secrets that it names, or the client's key,",
    "program": "the program",
    "engine": "the engine",
}
_SHOWN = frozenset({"engine", "target"})
"""What of the basis is told with both values; of the others a digest would tell nobody anything."""


def compare(approved: Plan, now: Plan) -> list[str]:
    """Every difference that counts; empty where the plans are the same."""
    before = {fusion.stack: fusion for fusion in approved.with_portal.fusions}
    after = {fusion.stack: fusion for fusion in now.with_portal.fusions}
    found = [f"{stack}: approved, and not asked for now" for stack in before.keys() - after.keys()]
    found += [f"{stack}: not approved" for stack in after.keys() - before.keys()]
    for stack in sorted(before.keys() & after.keys()):
        found += [f"{stack}: {line}" for line in _compare(before[stack], after[stack])]
    return found


def _compare(approved: FusionPlan, now: FusionPlan) -> Iterator[str]:
    if held_of(approved) == held_of(now):
        return
    if approved.basis and now.basis:
        yield from _compare_basis(approved.basis, now.basis)
    elif approved.basis:
        yield "what it is made from cannot be read any more: `fusion validate` says why"
    before, after = lines_of(approved), lines_of(now)
    for name in [*before, *(name for name in after if name not in before)]:
        was, is_ = before.get(name), after.get(name)
        if was is None or is_ is None:
            yield f"{_named(now if is_ else approved, name)}: {_only(was, is_)}"
        elif held_of_line(was) != held_of_line(is_):
            yield from (f"{_named(now, name)}: {line}" for line in _compare_lines(was, is_))
    if before.keys() == after.keys():
        for part, was in approved.counts.model_dump(mode="json").items():
            if was != (is_ := now.counts.model_dump(mode="json")[part]):
                yield f"the counts ({part}): {_shown(was)} was approved, {_shown(is_)} is there now"


def _compare_basis(approved: Basis, now: Basis) -> Iterator[str]:
    if approved.declaration != now.declaration:
        yield "the declaration has changed"
    for name in sorted(approved.certificates.keys() | now.certificates.keys()):
        was, is_ = approved.certificates.get(name), now.certificates.get(name)
        if was != is_:
            yield f"the certificate {visible(name)} {'has changed' if was and is_ else 'is new' if is_ else 'is gone'}"
    for part, what in _NAMES.items():
        was, is_ = getattr(approved, part), getattr(now, part)
        if was != is_:
            yield (f"{what}: {was} was approved, {is_} is here" if part in _SHOWN else f"{what} changed")
    for part in sorted(approved.target.keys() | now.target.keys()):
        was, is_ = approved.target.get(part, ""), now.target.get(part, "")
        if was != is_:
            yield f"the {part}: {was or 'none'} was approved, {is_ or 'none'} is here"


def _only(was: Line | None, is_: Line | None) -> str:
    if is_ is None and was is not None:
        return f"approved as {was.outcome}, and nothing of it is left to do"
    assert is_ is not None
    return f"{is_.outcome} now, and not in what was approved"


def _compare_lines(approved: Line, now: Line) -> Iterator[str]:
    if approved.outcome != now.outcome:
        yield f"approved as {approved.outcome}, {now.outcome} now"
    yield from _compare_fields(approved, now)
    before, after = held_of_line(approved), held_of_line(now)
    for part in before.keys() - {"fields", "outcome", "name", "type", "op"}:
        if before[part] != after[part]:
            yield f"{part}: {_shown(before[part])} was approved, {_shown(after[part])} is there now"


def _compare_fields(approved: Line, now: Line) -> Iterator[str]:
    before, after = ({field.name: field for field in line.fields} for line in (approved, now))
    for name in sorted(before.keys() | after.keys()):
        was, is_ = before.get(name), after.get(name)
        if was is None and is_ is not None:
            yield f"{name}: {_shown(is_.old)} → {_shown(is_.new)} is new"
        elif is_ is None and was is not None:
            yield f"{name}: {_shown(was.old)} → {_shown(was.new)} was approved, and is not to be done now"
        elif was and is_ and was.old != is_.old:
            yield f"{name}: the portal had {_shown(was.old)} when it was approved, and has {_shown(is_.old)} now"
        elif was and is_ and was.new != is_.new:
            yield f"{name}: {_shown(was.new)} was approved, {_shown(is_.new)} is declared now"


def _named(fusion: FusionPlan, name: str) -> str:
    for centre in fusion.centres:
        for system in centre.systems:
            for line in system.lines:
                if line.name == name:
                    return visible(", ".join([centre.name, " ".join([line.title, *line.key])]))
    return name


def _shown(value: Any) -> str:
    if value in (None, "", [], {}, ()):
        return "nothing"
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping) and "reason" in value:
        return visible("; ".join(str(part) for part in value.values() if part))
    return visible(json.dumps(value, ensure_ascii=False))
