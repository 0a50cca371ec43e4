"""Figures in a page, between the marks of the command that measured them: `<!-- make hostile -->`."""

from __future__ import annotations

import re
from pathlib import Path


def write_figures(page: Path, command: str, figures: str) -> None:
    """Put them in the place of those of before."""
    between = re.compile(rf"(<!-- {re.escape(command)} -->\n).*(<!-- /{re.escape(command)} -->)", re.DOTALL)
    text = page.read_text("utf-8")
    written, places = between.subn(lambda found: f"{found[1]}{figures}{found[2]}", text)
    if places != 1:
        raise ValueError(f"{page} has the marks of {command} {places} times")
    page.write_text(written, "utf-8")
