"""What a stack says of running dossiers and A036: before, how many are to be moved (R06); afterwards, how many were, and
what the portal refused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi

from providers.batches import reasons
from providers.dossiers import Dossiers
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import Planned

Moved = Sequence[tuple[Planned, Dossiers]]


def export(moved: Moved) -> None:
    """Tell of each centre what is to be moved, and export `dossiers`; refusals are warned of as well."""
    if not moved:
        return
    items = [item for item, _ in moved]
    if pulumi.runtime.is_dry_run():
        _announce(moved)
    results = pulumi.Output.all(
        *[
            pulumi.Output.all(
                fill_in(one.stopped),
                fill_in(one.entered, 0),
                fill_in(one.refusedCount, 0),
                fill_in(one.refused, []),
            )
            for _, one in moved
        ]
    )
    pulumi.export("dossiers", results.apply(lambda found: _moved(items, found)))
    results.apply(lambda found: _warn(items, found))


def _announce(moved: Moved) -> None:
    """A line per centre. What is to be done is known in a preview, by `check`, also where the results are not."""
    for centre in dict.fromkeys(item.centre for item, _ in moved):
        here = [(item.title, one) for item, one in moved if item.centre == centre]
        titles = [title for title, _ in here]
        left = pulumi.Output.all(
            *[pulumi.Output.all(one.toStop, one.toEnter, one.waits, _is_news(one.waiting)) for _, one in here]
        )
        left.apply(partial(_tell, centre.name, titles))


async def _is_news(waiting: pulumi.Output[Any]) -> bool:
    """Whether what is waited for stands in no output yet: before the first `up`, and where one is to change."""
    return not await waiting.is_known()


def _tell(centre: str, titles: Sequence[str], found: Sequence[Sequence[Any]]) -> None:
    lines = []
    for title, (stop, enter, waits, is_news) in zip(titles, found, strict=True):
        if enter:
            each = ", ".join(f"{quality}: {count:.0f}" for quality, count in sorted(enter.items()))
            numbers = f"{sum(stop.values()):.0f} to stop, {sum(enter.values()):.0f} to enter again ({each})"
            lines.append(f"{title}: {numbers}" + (f"; {waits}" if waits else ""))
        elif waits and is_news:
            lines.append(f"{title}: {waits}")
    if lines:
        pulumi.log.info(f"{centre}: {'; '.join(lines)}")


def _moved(items: Sequence[Planned], found: list[list[Any]]) -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for item, (stopped, entered, count, refused) in zip(items, found, strict=True):
        if stopped == NOT_LOOKED_AT:
            lines.setdefault(item.centre.name, []).append(f"{item.title}: {NOT_LOOKED_AT}")
            continue
        done = f"{item.title}: {stopped:.0f} stopped, {entered:.0f} entered again, {count:.0f} refused"
        why = f" ({reasons(refused)})" if refused else ""
        lines.setdefault(item.centre.name, []).append(done + why)
    return {centre: "; ".join(done) for centre, done in lines.items()}


def _warn(items: Sequence[Planned], found: list[list[Any]]) -> None:
    for item, (_, _, count, refused) in zip(items, found, strict=True):
        if refused:
            pulumi.log.warn(
                f"{item.centre.name}, {item.title}: the portal refused {count:.0f}, the rest was done: "
                f"{reasons(refused)}.\nPut them right in the centre's software; the next `pulumi up` takes them along"
            )
