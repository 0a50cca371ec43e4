"""What a scalar of YAML is, by the rules of YAML 1.2 that a declaration needs: `true`, `false`, `null`, and whole numbers
without a leading zero.

All else is text: `0212240651` keeps its zero, and `no`, `2025-01-01` and `+32 2 787 58 27` are what they look like.
"""

from __future__ import annotations

import re

import yaml

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_CONSTANTS = {
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def resolve(event: yaml.ScalarEvent) -> str | int | bool | None:
    """The value of a scalar."""
    text: str = event.value
    if not event.implicit[0]:  # quoted, a block, or tagged: text
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.match(text) else text
