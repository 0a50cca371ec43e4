"""When two values are the same to the portal: lists are sets, absent is empty, e-mail addresses ignore case.

Without this, every preview would show what the portal merely writes down differently.
"""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> Any:
    """A form in which equal things are equal: no nulls, no empty lists, lists sorted, `a@B.be` as `a@b.be`."""
    if isinstance(value, dict):
        items = {key: canonical(item) for key, item in value.items()}
        return {key: item for key, item in sorted(items.items()) if item is not None and item != []} or None
    if isinstance(value, list | tuple):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str) and "@" in value and " " not in value:
        return value.casefold()
    return whole_numbers(value)


def whole_numbers(value: Any) -> Any:
    """The same with `2` for `2.0`, at any depth: the engine's protocol has no integers, and the portal wants them."""
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same(one: Any, other: Any) -> bool:
    """Whether the portal would keep both as the same thing."""
    return bool(_some(canonical(one)) == _some(canonical(other)))


def _some(value: Any) -> Any:
    return None if value == [] else value
