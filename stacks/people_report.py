"""What a plan says of people and of what they use: who or what loses by it, and who keeps access though no file names them.

A warning for each, in every preview, so before every `up` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pulumi

from providers.declared_people import DeclaredPeople
from providers.losses import LOSES
from stacks.planned import AnyResource, Planned


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
        why = "this client did not make it"
    for line in keeps or ():
        pulumi.log.warn(
            f"{item.centre.name}: {line}, though fusions/{fusion}.yaml says so no more: {why}. To take a user or co-access "
            "manager away, write `removed: [{person: …, on: …, reason: …}]` in the domain (R20); else declare it again"
        )
