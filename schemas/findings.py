"""What is wrong with a declaration, at its place: `file:line:column: rule: message`.

A finding's rule is the manual's number where one applies (`R30`), else a short name (`unknown-key`); both are explained
in docs/declaration.md. Lines and columns count from 1, as editors do. No message repeats a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from schemas.counts import format_count
from schemas.visible import visible

MOST_TOLD = 100
"""How many findings of one file are told: whoever reads more than these has one cause to look for."""

_KEYS_OF_ITEMS = ("person", "kbo", "name", "rule")
"""By what an item of a list is known: the first that it has."""
Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and list indexes from the root, `("merging", 0, "kbo")`."""


class Finding(NamedTuple):
    """One thing to put right, and where.

    `path` is what the finding is about: ask that, and never the line and column, which several things can share (a missing
    key is reported at what is around it, an alias at its anchor). None: it is about the text, such as a comment, or
    in a secrets file. `stable` is the same with an item's own key, such as its `person`, in the place of its index; an
    item without one leaves none. So it stays where items are added or taken away above.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str
    path: Path | None = None
    stable: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{visible(self.file)}:{self.line}:{self.column}: {self.rule}: {self.message}"

    def as_json(self) -> dict[str, str | int]:
        """`{path, line, column, rule, message}`, where `path` is the file's."""
        return {
            "path": self.file,
            "line": self.line,
            "column": self.column,
            "rule": self.rule,
            "message": self.message,
        }


def stable_steps(path: Path, data: Any) -> tuple[str, ...]:
    """What a place of a document is known by when others come before it."""
    steps = []
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        known = [step] if isinstance(step, str) else _keys_of(data)
        steps += [str(one) for one in known if isinstance(one, str | int)][:1]
    return tuple(steps)


def _keys_of(item: Any) -> list[Any]:
    return [item.get(key) for key in _KEYS_OF_ITEMS] if isinstance(item, Mapping) else []


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted by file, then by place; those that read the same, such as two about one alias, once."""
    by_text: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in findings:
        by_text.setdefault(finding[:5], finding)
    return [by_text[text] for text in sorted(by_text)]


def as_lines(findings: Iterable[Finding]) -> list[str]:
    """A line for each of the first findings of a file, and one that says how many more there are."""
    lines: list[str] = []
    for file, group in groupby(findings, key=lambda one: one.file):
        of_file = list(group)
        lines += [str(finding) for finding in of_file[:MOST_TOLD]]
        if more := len(of_file) - MOST_TOLD:
            lines += [f"{visible(file)}: and {format_count(more, 'more finding')}"] if more > 0 else []
    return lines


def in_words(path: Path) -> str:
    """A place as people write it: `merging[0].kbo`; the root is empty."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else (f".{step}" if words else step)
    return words
