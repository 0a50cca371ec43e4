"""Tables for the terminal: plain text, no colour, and a list of fields where the terminal is too narrow for a table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None) -> str:
    """`rows` under `headers`; numbers to the right. `width` is the terminal's by default."""
    cells = [[str(value) for value in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(headers), *cells]) for column in range(len(headers))]
    if sum(widths) + 2 * (len(widths) - 1) > (width or shutil.get_terminal_size().columns):
        return "\n\n".join("\n".join(f"{h}: {v}" for h, v in zip(headers, row, strict=True)) for row in cells)

    def line(values: Sequence[str], like: Sequence[object]) -> str:
        padded = [
            value.rjust(space) if isinstance(kind, int | float) else value.ljust(space)
            for value, space, kind in zip(values, widths, like, strict=True)
        ]
        return "  ".join(padded).rstrip()

    shape = rows[0] if rows else headers
    head = [line(headers, shape), "  ".join("-" * space for space in widths)]
    return "\n".join([*head, *(line(values, row) for values, row in zip(cells, rows, strict=True))])
