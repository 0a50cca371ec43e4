"""Draws what a terminal shows as an SVG: `docs/preview.svg` is a real preview, drawn by this.

    sed -i '/^    - nationality$/d' fusions/pajottegem.yaml        # after `pulumi up -s pajottegem`
    pulumi preview -s pajottegem --diff --color always 2>&1 |
      python docs/preview_svg.py '$ pulumi preview -s pajottegem --diff' > docs/preview.svg

Long lines are folded as a terminal folds them. The background is drawn, so that it reads the same on a light and on a
dark page; every run of text says how wide it is, so that columns stand under each other in any fixed-width font.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

COLUMNS = 104
FONT_SIZE = 14
CELL_WIDTH = 8.4
LINE_HEIGHT = 20
MARGIN = 18
BACKGROUND, FOREGROUND = "#161b22", "#d6dde6"
# The engine's colours (the terminal's palette) as shades that read well on the background.
PALETTE = {"1": "#ff8f86", "2": "#6fd58a", "3": "#e8c15f", "13": "#d6a8ff"}
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
_CODE = re.compile(r"\x1b\[([0-9;]*)m")


class Style(NamedTuple):
    """How a run of text looks."""

    colour: str = FOREGROUND
    bold: bool = False


class Run(NamedTuple):
    """Text of one look, from a column (0 is the first)."""

    column: int
    text: str
    style: Style


def main() -> None:
    """Draw standard input, a prompt line above it where one is given."""
    prompt = [f"\x1b[1m{line}\x1b[0m" for line in sys.argv[1:]]
    shown = sys.stdin.read().rstrip("\n").split("\n")
    sys.stdout.write(drawing([*prompt, *shown]))


def drawing(lines: list[str]) -> str:
    """The SVG of a terminal's lines, with their colour codes."""
    rows = [row for line in _styled(lines) for row in _folded(line)]
    width = round(COLUMNS * CELL_WIDTH + 2 * MARGIN)
    height = len(rows) * LINE_HEIGHT + 2 * MARGIN
    texts = "\n".join(
        _text(word, number) for number, row in enumerate(rows) for run in row for word in _words(run)
    )
    said = escape("\n".join("".join(run.text for run in row) for row in rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<desc>{said}</desc>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>\n'
        f'<g font-family="{FONTS}" font-size="{FONT_SIZE}" xml:space="preserve">\n{texts}\n</g>\n</svg>\n'
    )


def _styled(lines: list[str]) -> Iterator[list[Run]]:
    """Each line as runs; a style lasts until the next code, also over the end of a line."""
    style = Style()
    for line in lines:
        runs, column = [], 0
        for number, part in enumerate(_CODE.split(line)):
            if number % 2:
                style = _after(style, part)
            elif part:
                runs.append(Run(column, part, style))
                column += len(part)
        yield runs


def _after(style: Style, code: str) -> Style:
    if code in {"", "0"}:
        return Style()
    if code == "1":
        return style._replace(bold=True)
    return style._replace(colour=PALETTE.get(code.rpartition(";")[2], FOREGROUND))


def _folded(line: list[Run]) -> Iterator[list[Run]]:
    """A line as the rows that it takes at `COLUMNS`."""
    rows: list[list[Run]] = [[]]
    for run in line:
        start = run.column
        text = run.text
        while text:
            row, column = divmod(start, COLUMNS)
            taken = text[: COLUMNS - column]
            if row == len(rows):
                rows.append([])
            rows[row].append(Run(column, taken, run.style))
            text, start = text[len(taken) :], start + len(taken)
    yield from rows


def _words(run: Run) -> Iterator[Run]:
    """The run without its larger gaps: what SVG does with blanks differs from viewer to viewer."""
    for match in re.finditer(r"\S+( \S+)*", run.text):
        yield run._replace(column=run.column + match.start(), text=match.group())


def _text(run: Run, row: int) -> str:
    x = MARGIN + run.column * CELL_WIDTH
    y = MARGIN + row * LINE_HEIGHT + FONT_SIZE
    weight = ' font-weight="bold"' if run.style.bold else ""
    length = f'textLength="{len(run.text) * CELL_WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:.1f}" y="{y}" fill="{run.style.colour}"{weight} {length}>{escape(run.text)}</text>'


if __name__ == "__main__":
    main()
