"""What a plan says of people and of what they use: who or what loses by it, and who keeps access though no file names them.

A warning for each, in every preview; an `up --skip-preview` says none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pulumi

from providers.base import LOSES
from providers.declared_people import DeclaredPeople
from providers.standings import ACCESS_MANAGER, CHIEF, CO_ACCESS_MANAGER, CO_CHIEF, USER
from stacks.planned import AnyResource, Planned

_REMOVE = "To take that access away, write `removed: [{person: …, on: …, reason: …}]` in the domain (R20)"
_LIST = "To take that access away, list who is to be one under `chiefAccessManagers` and `coChiefAccessManagers` (R15)"
_WAYS_OUT = {
    USER: _REMOVE,
    CO_ACCESS_MANAGER: _REMOVE,
    ACCESS_MANAGER: "To put another in the place, declare the domain with its `accessManager` (R16)",
    CHIEF: _LIST,
    CO_CHIEF: _LIST,
}


def export(fusion: str, made: Sequence[tuple[Planned, AnyResource]]) -> None:
    """Warn while it can still be stopped."""
    if not pulumi.runtime.is_dry_run():
        return
    for item, resource in made:
        if isinstance(resource, DeclaredPeople):
            resource.keeps.apply(partial(_warn_of_kept, fusion, item))
        if LOSES in resource.reported:
            losses: pulumi.Output[Sequence[str] | None] = getattr(resource, LOSES)
            losses.apply(partial(_warn_of_lost, item))


def _warn_of_lost(item: Planned, losses: Sequence[str] | None) -> None:
    for line in losses or ():
        pulumi.log.warn(f"{item.centre.name}: {line}")


def _warn_of_kept(fusion: str, item: Planned, keeps: Sequence[str] | None) -> None:
    if item.centre.role == "disappearing":
        why = "at a disappearing centre nothing goes with its line (R22)"
    else:
        why = "what this client did not make stays, and so does a list that the file has no longer"
    for line in keeps or ():
        role = line.partition(" stays ")[2].partition(" of ")[0]
        pulumi.log.warn(
            f"{item.centre.name}: {line}, although fusions/{fusion}.yaml no longer says so: {why}. {_WAYS_OUT[role]}; else "
            "declare it again"
        )
