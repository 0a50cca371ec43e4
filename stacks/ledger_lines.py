"""What the program tells the run's ledger: what it plans to do, how far the engine came with it, and why it refused.

Only of what may be written at the portal; what is retained or only looked at is no part of it. A preview plans nothing, and
neither does the preview of an `up`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pulumi

from providers import ledger
from providers.dossiers import Dossiers
from providers.lockout import OperatorAccess
from providers.resource import PortalResource
from stacks.looked_at import NOT_LOOKED_AT, fill_in
from stacks.planned import AnyResource, Planned


def note_planned(planned: Sequence[Planned]) -> None:
    """All that this run is to bring about, each thing by the provider's name of it: its title, and its centre's name."""
    if _is_kept():
        things = {_identify(item): item.thing for item in planned if _may_write(item)}
        ledger.note("planned", things=things)


def note_reached(item: Planned, resource: AnyResource) -> None:
    """The engine is done with the resource, once it is: it was made, changed, or is as it was. What it left out of an `up`
    of a part has a URN too, and lacks what only a provider says."""
    if _is_kept() and isinstance(resource, PortalResource | Dossiers) and _may_write(item):
        thing, said = _identify(item), resource.stopped if isinstance(resource, Dossiers) else resource.origin
        fill_in(said).apply(lambda value: _note_reached(thing) if value != NOT_LOOKED_AT else None)


def _note_reached(thing: str) -> None:
    ledger.note("reached", thing=thing)


def note_alarms(told: Sequence[str]) -> None:
    """The run did all else, and ends with these errors."""
    for line in told:
        ledger.note("alarm", why=ledger.shorten(line))


@contextmanager
def noting_refusal() -> Iterator[None]:
    """A program that ends with an error plans nothing more."""
    try:
        yield
    except pulumi.RunError as error:
        ledger.note("stopped", why=ledger.shorten(str(error)))
        raise


def _is_kept() -> bool:
    return ledger.find_ledger() is not None and not pulumi.runtime.is_dry_run()


def _may_write(item: Planned) -> bool:
    return issubclass(item.resource, PortalResource | Dossiers) and not issubclass(
        item.resource, OperatorAccess
    )


def _identify(item: Planned) -> str:
    assert issubclass(item.resource, PortalResource | Dossiers)
    return item.resource.provider_class().identity(dict(item.props))
