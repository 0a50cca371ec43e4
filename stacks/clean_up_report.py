"""What a stack says of cleaning access up (R24): before, who goes; afterwards, who went, and who goes next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi

from providers.cleanup import CleanedUp, too_many
from providers.waiting import Waiting
from schemas.counts import format_count
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import Planned


def export(fusion: str, made: Sequence[tuple[Planned, CleanedUp]]) -> None:
    """Tell of each domain who is to go, or that nobody is yet, and export `cleanedUp`: who went so far, by centre and
    domain."""
    if not made:
        return
    for item, resource in made:
        leaving = pulumi.Output.all(fill_in(resource.leaving, []), fill_in(resource.waiting, {}))
        leaving.apply(partial(_announce, fusion, item))
    went = [pulumi.Output.all(fill_in(resource.removed), fill_in(resource.gone, [])) for _, resource in made]
    pulumi.export(
        "cleanedUp",
        pulumi.Output.all(*went).apply(lambda all_: _removed_by_domain([item for item, _ in made], all_)),
    )


def _announce(fusion: str, item: Planned, outputs: Sequence[Any]) -> None:
    """Before, who goes. After an `up` nobody is left of those whom it named, or it failed: whoever is left came meanwhile.

    :param outputs: `leaving` and `waiting` of the resource.
    """
    leaving, waits = outputs
    where = f"{item.centre.name}, {item.props['domain']}: "
    undeclared = f"whom fusions/{fusion}.yaml does not declare there (R24)"
    if not pulumi.runtime.is_dry_run():
        if leaving:
            pulumi.log.warn(
                f"{where}{format_count(len(leaving), 'user')} came meanwhile, {undeclared}; the next `up` removes them: "
                f"{', '.join(leaving)}"
            )
        return
    if waiting := Waiting.from_props(waits):
        pulumi.log.info(f"{where}nobody goes yet; the clean-up {waiting.brief}")
    if not leaving:
        return
    if len(leaving) > item.props["atMost"]:
        pulumi.log.error(str(too_many(where, item.props, leaving)))
        return
    go = "goes" if len(leaving) == 1 else "go"
    pulumi.log.warn(f"{where}{format_count(len(leaving), 'user')} {go}, {undeclared}: {', '.join(leaving)}")


def _removed_by_domain(items: Sequence[Planned], all_: Sequence[Sequence[Any]]) -> dict[str, str]:
    return {
        f"{item.centre.name}, {item.props['domain']}": removed
        if removed == NOT_LOOKED_AT
        else _removed_users(int(removed or 0), gone or ())
        for item, (removed, gone) in zip(items, all_, strict=True)
    }


def _removed_users(count: int, names: Sequence[str]) -> str:
    """`2 users: portal:1, portal:2`. A state of an earlier version has the count and no names."""
    if not count:
        return "nobody"
    users = format_count(count, "user")
    return f"{users}: {', '.join(names)}" if names else users
