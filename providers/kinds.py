"""The kinds of retained things, and how each is read. There is one `Kind` per kind; a resource class of
`providers.retained` carries it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from providers import paths
from providers.baseline import ITEM_ID, Item, Items
from schemas.counts import format_count
from schemas.errors import NotFound, about

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


@dataclass(frozen=True)
class Kind:
    """One kind of retained thing.

    :param name: its word in declarations (`retain.accept[].item`) and in the engine's names.
    :param title: what people call it.
    :param api: the path of its API, up to the organisation's number.
    :param path: its path below `{api}/{number}/`, or below each domain.
    :param item_key: the key of its items, where it is a collection.
    :param per_domain: whether there is one in each domain.
    :param addresses: the paths of its e-mail addresses (`providers.canonical`).
    """

    name: str
    title: str
    api: str
    path: str
    item_key: str | None = None
    per_domain: bool = False
    addresses: tuple[str, ...] = ()


def look(portal: ReadingPortal, kind: Kind, organization: str) -> Items:
    """What the portal has now, with INSZ. A failed read is never "nothing".

    :raises PortalError: `NotYetAvailable` where the portal does not show it yet (R59).
    """
    path = paths.below(kind.api, organization, kind.path)
    with about(f"retained {kind.title} of {organization}"):
        try:
            if kind.item_key is None:
                return {"": portal.get(path).body}
            items = (
                _in_domains(portal, organization, kind) if kind.per_domain else iter(portal.get_items(path))
            )
            return {str(item[kind.item_key]): item for item in items}
        except NotFound:
            return {}


def describe_baseline(kind: Kind, output: Any) -> Iterator[str]:
    """What of the portal's becomes a baseline, in words: items by their names, users by how many they are in a domain.

    :param output: as it stands in state: an object, None where there is nothing, or a list.
    """
    if kind.item_key is None:
        yield from _describe_fields(output or {})
    elif kind.path == paths.USERS:
        for code, count in sorted(Counter(str(item["domain"]) for item in output).items()):
            yield f"{code}: {format_count(count, 'user')}"
    else:
        yield from (str(item[kind.item_key]) for item in output)


def _describe_fields(value: Item, place: str = "") -> Iterator[str]:
    for name, part in sorted(value.items()):
        if isinstance(part, dict):
            yield from _describe_fields(part, f"{place}{name}.")
        elif isinstance(part, list) and part and all(isinstance(one, dict) for one in part):
            yield f"{place}{name}: {len(part)}"
        elif part not in (None, "", []):
            shown = ", ".join(map(str, part)) if isinstance(part, list) else str(part)
            yield f"{place}{name}: {shown}"


def _in_domains(portal: ReadingPortal, organization: str, kind: Kind) -> Iterator[Item]:
    for domain in portal.get_items(paths.domains(organization)):
        code = domain["domain"]
        path = paths.in_domain(organization, code, kind.path)
        if kind.path == paths.USERS:
            yield from (
                {**user, "domain": code, ITEM_ID: f"{code}/{user['id']}"} for user in portal.get_items(path)
            )
            continue
        try:
            yield {**portal.get(path).body, "domain": code, ITEM_ID: code}
        except NotFound:
            continue  # a domain without access managers
