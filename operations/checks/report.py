"""What `fusion check` says: a table for each centre that fits 80 columns, and a summary for each fusion."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from itertools import groupby, zip_longest

from operations.checks.results import RESULTS, Result
from operations.tables import table
from schemas.counts import format_count
from schemas.identifiers import dotted

NARROWEST, WIDEST = 80, 120


def as_text(results: Sequence[Result]) -> str:
    """All results, fusion by fusion and centre by centre, each with its rule."""
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    parts = []
    for fusion, found in groupby(results, lambda result: result.fusion):
        of_fusion = list(found)
        centres = {result.kbo: result.centre for result in of_fusion}
        for kbo, centre in centres.items():
            heading = f"{centre}, {dotted(kbo)}" if kbo else f"stack {fusion}"
            parts += [heading, _table([r for r in of_fusion if r.kbo == kbo], width), ""]
        parts += [f"{fusion}: {summary(of_fusion)}", ""]
    return "\n".join(parts).rstrip()


def summary(results: Sequence[Result]) -> str:
    """`31 checks: 27 ok, 3 todo, 1 waiting`."""
    numbers = [(sum(one.result == word for one in results), word) for word in RESULTS]
    counts = [f"{count} {word}" for count, word in numbers if count]
    return f"{format_count(len(results), 'check')}: {', '.join(counts)}"


def _table(results: Sequence[Result], width: int) -> str:
    """A long text of a check goes on in the rows below."""
    checks = max(len("check"), *(min(len(result.check), 30) for result in results))
    room = width - len("waiting") - checks - 4
    rows: list[tuple[str, str, str]] = []
    for result in results:
        text = f"{result.detail} ({result.rule})" if result.rule else result.detail
        rows += zip_longest(
            [result.result], textwrap.wrap(result.check, checks), textwrap.wrap(text, room), fillvalue=""
        )
    return table(("result", "check", "what was found"), rows, width)
