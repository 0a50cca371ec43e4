"""A plan for a terminal: plain text, no colour, readable on sixty columns."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from operations.plans.text import Text, plain
from operations.plans.view import Entry, Fusion, View

NARROWEST, WIDEST = 40, 110


def as_text(view: View, width: int = 0) -> str:
    """The whole plan, each line at most `width` columns: those of the terminal, within reason. A word is never broken: a
    digest is to be copied."""
    columns = width or min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    lines = [*_wrapped(view.summary, columns)] if len(view.fusions) != 1 else []
    for fusion in view.fusions:
        lines += ["", *_fusion(fusion, columns)] if lines else _fusion(fusion, columns)
    if last := view.digest or view.no_digest:
        lines += ["", *_wrapped(last, columns)]
    return "\n".join(lines) + "\n"


def _fusion(fusion: Fusion, columns: int) -> Iterator[str]:
    stack = plain(fusion.stack)
    if fusion.is_quiet:
        yield from _wrapped(fusion.line, columns, "  ")
        yield from _wrapped(fusion.steps, columns, "  ", "  ")
        return
    yield stack
    yield "=" * min(len(stack), columns)
    for line in fusion.head:
        yield from _wrapped(line, columns)
    for line in fusion.failed:
        yield from _wrapped(line, columns, "  ", "  ")
    for notice in fusion.notices:
        yield ""
        first, *more = notice.lines
        yield from _wrapped(("! ", *notice.label, notice.colon, *first), columns, "  ")
        for line in more:
            yield from _wrapped(line, columns, "    ", "    ")
    for centre in fusion.centres:
        yield ""
        yield from _wrapped((*centre.name, " — ", *centre.what), columns)
        for section in centre.sections:
            yield ""
            yield from _wrapped(section.title, columns, "  ", "  ")
            for entry in section.entries:
                yield from _entry(entry, columns)


def _entry(entry: Entry, columns: int) -> Iterator[str]:
    title: Text = (f"  {entry.mark} ", *entry.title, " — ", *entry.what)
    yield from _wrapped((*title, f" ({entry.rules})") if entry.rules else title, columns, "      ")
    for row in entry.rows:
        yield from _wrapped((*row.label, row.colon, *row.values), columns, "        ", "      ")
    for note in entry.notes:
        if len(note.texts) == 1:
            yield from _wrapped(note.line, columns, "        ", "      ")
            continue
        yield from _wrapped((*note.label, note.colon.rstrip()), columns, "        ", "      ")
        for text in note.texts:
            yield from _wrapped(("- ", *text), columns, "          ", "        ")


def _wrapped(text: Text, columns: int, after: str = "", first: str = "") -> list[str]:
    """The lines of a text: `first` before the first one, `after` before the others."""
    return textwrap.wrap(
        plain(text),
        columns,
        initial_indent=first,
        subsequent_indent=after,
        break_on_hyphens=False,
        break_long_words=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )
