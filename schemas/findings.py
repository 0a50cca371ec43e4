"""What is wrong with a declaration, at its place: `path:line:column: rule: message`.

A finding's rule is the manual's number where one applies (`R30`), else a short name (`unknown-key`); both are explained
in docs/declaration.md. Lines and columns count from 1, as editors do. No message repeats a secret.
"""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and list indexes from the root, `("merging", 0, "kbo")`."""


class Finding(NamedTuple):
    """One thing to put right, and where. Findings sort by file, then by place."""

    path: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.rule}: {self.message}"

    def as_json(self) -> dict[str, str | int]:
        """The finding as a JSON object, keys as the attributes."""
        return self._asdict()


def in_words(path: Path) -> str:
    """A place as people write it: `merging[0].kbo`; the root is empty."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else (f".{step}" if words else step)
    return words
