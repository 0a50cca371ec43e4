"""A runbook as Markdown: a list with boxes to tick. Values keep their place by `plans.as_markdown`."""

from __future__ import annotations

from collections.abc import Iterator

from operations.plans.as_markdown import inline, note_lines, notice_lines, row_lines
from operations.plans.field_rows import Row
from operations.plans.text import Text
from operations.runbooks.standing import State
from operations.runbooks.view import Item, Task, View

_BOXES = {State.DONE: "[x] ", State.WAITS: "[ ] ", State.OPEN: "[ ] "}


def as_markdown(view: View) -> str:
    """The whole runbook."""
    blocks = [f"# {inline(view.title)}", _rows(view.facts)]
    if view.warned:
        blocks.append("\n".join(line for warned in view.warned for line in notice_lines(warned)))
    blocks += [inline(notice) for notice in view.notices]
    for section in view.sections:
        blocks.append(f"## {inline(section.title)}")
        if section.way:
            blocks.append(_numbered(section.way))
        for task in section.tasks:
            blocks += _task(task)
    blocks.append(f"*{inline(view.footer)}*")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _task(task: Task) -> Iterator[str]:
    yield f"### {inline(task.title)} ({task.rules})"
    yield _rows(task.facts)
    if task.how:
        yield _numbered(task.how)
    yield "\n".join(line for item in task.items for line in _item(item))


def _item(item: Item) -> Iterator[str]:
    title = f"{inline(item.title)} — " if item.title else ""
    yield f"- {_BOXES.get(item.state, '')}{title}**{inline(item.what)}** (`{item.id}`)"
    yield from row_lines(item.rows)
    yield from (f"  - {inline(note)}" for note in item.notes)
    for entry in item.changes:
        yield f"  - {inline(entry.title)} — **{inline(entry.what)}**"
        yield from (f"  {line}" for line in (*row_lines(entry.rows), *note_lines(entry.notes)))


def _rows(rows: tuple[Row, ...]) -> str:
    return "\n".join(f"- {inline(row.label)}{row.colon}{inline(row.values)}" for row in rows)


def _numbered(texts: tuple[Text, ...]) -> str:
    return "\n".join(f"{place}. {inline(text)}" for place, text in enumerate(texts, 1))
