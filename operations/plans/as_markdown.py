"""A plan as Markdown, for a comment on GitHub or GitLab.

Whatever others wrote stands in a code span, with a fence longer than any run of backticks in it: there neither host looks
for mentions, references or markup. There are no tables, so no value can end a cell. Our own words are ours, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from operations.plans.field_rows import Row
from operations.plans.text import Text, Value, plain
from operations.plans.view import Centre, Entry, Fusion, Note, Section, View, Warned

_RUNS = re.compile("`+")
_SPECIAL = re.compile(r"([\\*_\[\]<>&#|~!])")
_OWN_CODE = re.compile(r"`([^`]+)`")


def as_markdown(view: View) -> str:
    """The whole plan."""
    blocks = [f"## {inline(view.title)}"]
    if len(view.fusions) != 1:
        blocks.append(inline(view.summary))
    quiet = [fusion for fusion in view.fusions if fusion.is_quiet]
    for fusion in view.fusions:
        if not fusion.is_quiet:
            blocks += _fusion(fusion)
    if quiet:
        blocks.append("\n".join(line for one in quiet for line in quiet_lines(one)))
    if last := view.digest or view.no_digest:
        blocks.append(inline(last))
    blocks.append(f"*{inline(view.footer)}*")
    return "\n\n".join(blocks) + "\n"


def code(value: str) -> str:
    """A value as a code span that it cannot end."""
    if not value:
        return ""
    fence = "`" * (max((len(run) for run in _RUNS.findall(value)), default=0) + 1)
    # A space at both ends is taken away again, but where there is nothing else.
    space = " " if value.strip(" ") and (value[0] in "` " or value[-1] in "` ") else ""
    return f"{fence}{space}{value}{space}{fence}"


def inline(text: Text) -> str:
    """A text within a line."""
    return "".join(code(piece.shown) if isinstance(piece, Value) else _own(piece) for piece in text)


def _own(words: str) -> str:
    """Our own words: what looks like markup in them is none, but what they quote as code."""
    parts = _OWN_CODE.split(words)
    return "".join(
        code(part) if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts)
    )


def _fusion(fusion: Fusion) -> Iterator[str]:
    yield f"### {inline(fusion.stack)}"
    yield "\n".join(f"- {inline(line)}" for line in fusion.head)
    if fusion.failed:
        yield "\n".join(f"- {inline(line)}" for line in fusion.failed)
    if fusion.notices:
        yield "\n".join(line for notice in fusion.notices for line in notice_lines(notice))
    for centre in fusion.centres:
        yield from _centre(centre)


def quiet_lines(fusion: Fusion) -> Iterator[str]:
    """A fusion of which there is no more to say, as an item of a list."""
    yield f"- {inline(fusion.line)}"
    if fusion.steps:
        yield f"  - {inline(fusion.steps)}"


def notice_lines(notice: Warned) -> Iterator[str]:
    """A notice as items of a list."""
    sign = "❌" if notice.is_error else "⚠️"
    first, *more = notice.lines
    yield f"- {sign} **{inline(notice.label)}**{notice.colon}{inline(first)}"
    yield from (f"  - {inline(line)}" for line in more)


def _centre(centre: Centre) -> Iterator[str]:
    yield f"#### {inline(centre.name)} — {inline(centre.what)}"
    for section in centre.sections:
        lines = [line for entry in section.entries for line in entry_lines(entry)]
        yield from section_blocks(section, lines)


def section_blocks(section: Section, lines: Sequence[str]) -> Iterator[str]:
    """A system with its lines; folded where all of it stays as it is."""
    if not section.folds:
        yield f"**{inline(section.title)}**"
        yield "\n".join(lines)
        return
    # Both hosts read Markdown again below an empty line; in a summary they read HTML.
    yield f"<details><summary>{escape(plain(section.title))} ({len(section.entries)})</summary>"
    yield "\n".join(lines)
    yield "</details>"


def entry_lines(entry: Entry) -> Iterator[str]:
    """A thing as items of a list."""
    rules = f" ({entry.rules})" if entry.rules else ""
    yield f"- {inline(entry.title)} — **{inline(entry.what)}**{rules}"
    yield from row_lines(entry.rows)
    yield from note_lines(entry.notes)


def row_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Fields as items below a thing."""
    yield from (f"  - {inline(row.label)}{row.colon}{inline(row.values)}" for row in rows)


def note_lines(notes: Sequence[Note]) -> Iterator[str]:
    """Notes as items below a thing."""
    for note in notes:
        weight = "**" if note.weighty else ""
        label = f"{weight}{inline(note.label)}{weight}{note.colon}" if note.label else ""
        if len(note.texts) == 1:
            yield f"  - {label}{inline(note.texts[0])}"
            continue
        yield f"  - {label.rstrip()}"
        yield from (f"    - {inline(text)}" for text in note.texts)
