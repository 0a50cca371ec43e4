"""Where a quote opens that is not closed where it should be: the parser tells only where it noticed, perhaps pages later."""

from __future__ import annotations

import re
from typing import Any

import yaml

_ENDS = re.compile("end of stream|document indicator")


def find_open_quote(text: str, error: yaml.MarkedYAMLError, loader: Any) -> tuple[yaml.Mark, str] | None:
    """The mark of the quote that opens, and what is wrong with it; None where the error is of another kind.

    One that is never closed the parser names itself. One that the next quote closes, lines below, is the text just before
    the place where the parser stumbles.
    """
    if (
        error.context_mark is not None
        and "quoted scalar" in (error.context or "")
        and _ENDS.search(error.problem or "")
    ):
        return error.context_mark, "the quoted scalar that begins here is not closed: put the second quote"
    if error.problem_mark is None:
        return None
    last = None
    try:
        for token in yaml.scan(text, Loader=loader):
            if token.start_mark.index >= error.problem_mark.index:
                break
            if isinstance(token, yaml.ScalarToken):
                last = token
    except yaml.MarkedYAMLError:
        pass  # it stumbles at the same place
    if last is None or last.style not in ("'", '"') or last.start_mark.line == last.end_mark.line:
        return None
    if last.end_mark.line != error.problem_mark.line:
        return None
    closed = last.end_mark.line + 1
    return (
        last.start_mark,
        f"the quoted scalar that begins here is closed on line {closed} only: put the second quote where the text ends",
    )
