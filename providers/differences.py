"""Differences between two looks at the portal, in words: what was there and what is there now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from providers.canonical import addresses_below, canonical


def differences(
    before: Any, now: Any, item_key: str | None = None, addresses: Iterable[str] = ()
) -> list[str]:
    """One line per difference. `item_key` names the items of two lists; without it both are objects or None. `addresses`
    are the paths of e-mail addresses in an object or item (`providers.canonical`)."""
    paths = tuple(addresses)
    if canonical(before, paths) == canonical(now, paths):
        return []
    if before is None or now is None:
        return ["missing" if now is None else "added"]
    if item_key is None:
        return list(_fields(before, now, paths))
    old = {str(item[item_key]): item for item in before}
    new = {str(item[item_key]): item for item in now}
    lines = [f"{name}: missing" for name in old if name not in new]
    lines += [f"{name}: added" for name in new if name not in old]
    for name in old.keys() & new.keys():
        lines += [f"{name}: {line}" for line in _fields(old[name], new[name], paths)]
    return sorted(lines)


def different_parts(live: Any, declared: Any, addresses: Iterable[str] = (), *, hidden: str | None) -> Any:
    """Of the portal's value what differs from the declared one, as it is there: of objects the parts, "" where it has
    nothing. `hidden` stands in place of each value where it is given."""
    paths = tuple(addresses)
    if isinstance(live, dict) and isinstance(declared, dict):
        return {
            name: different_parts(
                live.get(name), declared.get(name), addresses_below(name, paths), hidden=hidden
            )
            for name in sorted(live.keys() | declared.keys())
            if canonical(live.get(name), addresses_below(name, paths))
            != canonical(declared.get(name), addresses_below(name, paths))
        }
    return hidden if hidden is not None else "" if live is None else live


def _fields(
    before: dict[str, Any], now: dict[str, Any], addresses: tuple[str, ...], place: str = ""
) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        old, new, below = before.get(name), now.get(name), addresses_below(name, addresses)
        if canonical(old, below) == canonical(new, below):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _fields(old, new, below, f"{place}{name}.")
        else:
            yield f"{place}{name} was {_shown(old)}, is {_shown(new)}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(sorted(value)) or "empty"
    return json.dumps(value, ensure_ascii=False)
