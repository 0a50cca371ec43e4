"""How a count is said: `1 finding`, `3 findings`."""

from __future__ import annotations


def format_count(count: int, one: str, several: str = "") -> str:
    """`1 file`, `3 files`, `2 people`.

    :param several: the plural where it is not `one` with an "s".
    """
    return f"{count} {one if count == 1 else several or one + 's'}"
