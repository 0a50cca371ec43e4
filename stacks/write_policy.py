"""What may be written at a disappearing centre: what its declaration manages of its access, and the end of its forms.

No run asks this: what a run registers there is decided by `stacks.plan`. Here a journal is held to it. All else is
retained (R05). A call's method and path decide, so that a journal can be held against it. No path says which
users of a declared domain were written: those that are not declared are compared with the baseline of `users`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from providers import dossiers, paths
from schemas.declaration import Fusion, MergingCentre

Call = Mapping[str, Any]


def unexpected_writes(fusion: Fusion, calls: Iterable[Call]) -> Iterator[tuple[MergingCentre, Call]]:
    """The writing calls at a disappearing centre that the declaration does not ask for, each with its centre.

    :param calls: with `method`, `path`, `actingFor`, as the portal's journal has them.
    """
    centres = [
        (centre, [re.compile(one) for one in _allowed(fusion, centre)]) for centre in fusion.disappearing
    ]
    for call in calls:
        line = f"{call['method']} {call['path']}"
        for centre, allowed in centres:
            here = call.get("actingFor") == centre.kbo or f"/{centre.kbo}/" in f"{call['path']}/"
            if here and not any(one.fullmatch(line) for one in allowed):
                yield centre, call


def _allowed(fusion: Fusion, centre: MergingCentre) -> Iterator[str]:
    """R20, R23, R24: declared access, which only `removed` and `cleanUp` take away; R06, R11, R70: stopping declared
    forms, unless people do."""
    declared, moved = centre.access, fusion.dossiers
    if declared:
        yield f"PUT {paths.chief_access_managers(centre.kbo)}"
        for code, domain in declared.domains.items():
            here = centre.kbo, code
            users = re.escape(paths.users(*here))
            yield f"PUT {re.escape(paths.access_managers(*here))}"
            if domain.users:
                yield f"POST {users}"
                yield f"PUT {users}/[^/]+"
            if domain.removed:
                yield f"DELETE {users}/[^/]+"
            if declared.clean_up:
                yield f"POST {re.escape(paths.user_deletions(*here))}"
    if moved and centre.name in moved.centres and moved.handled_by != "byHand":
        for kind in dossiers.RESOURCES:
            yield f"POST {paths.form_stops(centre.kbo, kind)}"
