"""All texts of the manual's steps, for the catalogues."""

from __future__ import annotations

from collections.abc import Iterator

from operations.runbooks.manual import STEPS
from operations.runbooks.manual.step import Chapter, Kind, Who


def find_messages() -> Iterator[str]:
    """In the manual's order."""
    yield from (kind.value for kind in Kind)
    yield from (who.value for who in Who)
    for chapter in Chapter:
        yield from (chapter.title, *chapter.way)
    for step in STEPS:
        yield from (step.title, *step.how)
