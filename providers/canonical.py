"""When two values are the same to the portal: the order of a list does not count; null, an empty list and an empty object
are absent; `2.0` is `2`; e-mail addresses ignore case.

Without this, every preview would show what the portal merely writes down differently. Which fields are e-mail addresses is
declared where the fields are: `addresses` of a provider class or of a retained `Kind`, as paths such as `email`,
`contacts.email` (lists are passed through) or `people.*.email` (`*` is any name). Everywhere else case counts.

What stands only in the declaration and never at the portal, such as a day, is compared as it is by its provider.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def canonical(value: Any, addresses: Iterable[str] = ()) -> Any:
    """A form in which equal things are equal: no nulls, no empty lists, lists sorted, `a@B.be` as `a@b.be`.

    :param addresses: paths of the e-mail addresses in `value`; "" where it is one itself.
    """
    if isinstance(value, dict):
        items = {key: canonical(item, addresses_below(key, addresses)) for key, item in value.items()}
        return {key: item for key, item in sorted(items.items()) if item is not None and item != []} or None
    if isinstance(value, list | tuple):
        items_of_list = (canonical(item, addresses) for item in value)
        return sorted(items_of_list, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str) and "" in addresses:
        return value.casefold()
    return whole_numbers(value)


def addresses_below(name: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """The paths of the addresses within the field `name`: `email` for `contacts`, of `contacts.email`."""
    steps = (path.partition(".") for path in addresses if path)
    return tuple(rest for step, _, rest in steps if step in (name, "*"))


def whole_numbers(value: Any) -> Any:
    """The same with `2` for `2.0`, at any depth: the engine's protocol has no integers, and the portal wants them."""
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same(one: Any, other: Any, addresses: Iterable[str] = ()) -> bool:
    """Whether the portal would keep both as the same thing; `addresses` as in `canonical`."""
    paths = tuple(addresses)
    return bool(_some(canonical(one, paths)) == _some(canonical(other, paths)))


def _some(value: Any) -> Any:
    return None if value == [] else value
