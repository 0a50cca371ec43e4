"""Draws the last result of each benchmark beside its aim: `python -m benchmarks.plot` writes docs/benchmarks.svg.

A bar for each ratio, a mark where its aim is. The background is drawn, so that it reads the same on light and dark pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.results import HISTORY, ROOT, Result

TARGET = ROOT / "docs" / "benchmarks.svg"
WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 1100, 560, 60, 48, 26, 14
"""Pixels: the drawing's width, what texts take at both sides, the heading, a row and its bar."""
FONTS = "system-ui, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
GOOD, OVER, PLAIN, AIM = "#2f7d4f", "#b3402e", "#2c6fbb", "#1f2328"
"""Colours of bars: within the aim, over it, without one; and of the aim's mark."""


def read(history: Path = HISTORY) -> list[Result]:
    """The last result of each comparison that was recorded, in the order in which they were first made."""
    found: dict[str, Result] = {}
    for line in history.read_text("utf-8").splitlines():
        entry: Mapping[str, Any] = json.loads(line)
        found[entry["what"]] = Result(entry["what"], entry["ratio"], entry["aim"], entry["mebibytes"])
    return list(found.values())


def draw(results: Iterable[Result]) -> str:
    """The drawing as SVG."""
    rows = list(results)
    longest = max((max(row.ratio, row.aim or 0) for row in rows), default=1)
    scale = (WIDTH - LEFT - RIGHT) / longest
    height = TOP + ROW * len(rows) + 12
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONTS}" font-size="13">',
            '<rect width="100%" height="100%" fill="white"/>',
            f'<text x="{LEFT}" y="26" fill="{AIM}">ratios, the lower the better; | is the aim: at most</text>',
            *_rows(rows, scale),
            "</svg>",
        ]
    )


def _rows(rows: Sequence[Result], scale: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        top = TOP + ROW * number
        middle = top + BAR - 2
        length = max(row.ratio * scale, 1)
        colour = PLAIN if row.aim is None else GOOD if row.ratio <= row.aim else OVER
        yield f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end" fill="{AIM}">{escape(row.what)}</text>'
        yield f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>'
        ends = length
        if row.aim is not None:
            at = row.aim * scale
            yield f'<rect x="{LEFT + at - 1:.1f}" y="{top - 3}" width="2" height="{BAR + 6}" fill="{AIM}"/>'
            ends = max(length, at)
        yield f'<text x="{LEFT + ends + 6:.1f}" y="{middle}" fill="{AIM}">{row.ratio:.2f}</text>'


def main() -> None:
    if not HISTORY.exists():
        raise SystemExit("nothing is recorded yet: `make bench RECORD=1` measures and records")
    TARGET.write_text(draw(read()) + "\n", encoding="utf-8")
    print(TARGET.relative_to(ROOT))


if __name__ == "__main__":
    main()
