"""A text in pieces: what we say, and the values in it, which others wrote. Each form of a plan keeps them in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.visible import visible


@dataclass(frozen=True)
class Value:
    """A value: nothing in it is ours. What cannot be seen in it is written out."""

    raw: str

    @property
    def shown(self) -> str:
        return visible(self.raw)


Piece = str | Value
Text = tuple[Piece, ...]


def join(texts: Iterable[Text], between: str) -> Text:
    """Several texts as one."""
    found: list[Piece] = []
    for text in texts:
        found += [between, *text] if found else text
    return tuple(found)


def plain(text: Text) -> str:
    """A text for a terminal."""
    return "".join(piece.shown if isinstance(piece, Value) else piece for piece in text)
