"""What a stack says of cleaning access up (R24): before, who goes; afterwards, how many went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi

from providers.cleanup import CleanedUp, too_many
from stacks.plan import Planned


def export(fusion: str, made: Sequence[tuple[Planned, CleanedUp]]) -> None:
    """Tell of each domain who is to go, or that nobody is yet, and export `cleanedUp`: how many went so far, by centre and
    domain."""
    if not made:
        return
    for item, resource in made:
        pulumi.Output.all(resource.leaving, resource.waiting).apply(partial(_announce, fusion, item))
    removed = pulumi.Output.all(*[resource.removed for _, resource in made])
    pulumi.export("cleanedUp", removed.apply(lambda counts: _removed([item for item, _ in made], counts)))


def _announce(fusion: str, item: Planned, seen: Sequence[Any]) -> None:
    """In a preview: by then `up` has carried it out, or has ended with the reason why not. `seen` is who is `leaving` and
    what that is `waiting` for."""
    leaving, waiting = seen
    if not pulumi.runtime.is_dry_run():
        return
    where = f"{item.centre.name}, {item.props['domain']}: "
    if waiting:
        until = f" until {waiting['until']}" if waiting.get("until") else ""
        pulumi.log.info(f"{where}nobody goes yet; the clean-up {waiting['reason']}{until}")
    if not leaving:
        return
    if len(leaving) > item.props["atMost"]:
        pulumi.log.error(f"{where}{too_many(item.props, leaving)}")
        return
    users = "1 user goes" if len(leaving) == 1 else f"{len(leaving)} users go"
    pulumi.log.warn(
        f"{where}{users}, whom fusions/{fusion}.yaml does not declare there (R24): {', '.join(leaving)}"
    )


def _removed(items: Sequence[Planned], counts: Sequence[int]) -> dict[str, int]:
    return {
        f"{item.centre.name}, {item.props['domain']}": int(count or 0)
        for item, count in zip(items, counts, strict=True)
    }
