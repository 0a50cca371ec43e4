"""A runbook as one page, to work from and to print: no script, no outside resource."""

from __future__ import annotations

from pathlib import Path

from operations.plans.as_html import load_template
from operations.runbooks.view import View


def as_html(view: View) -> str:
    """The whole page."""
    return load_template("runbook.html.jinja", Path(__file__).parent).render(view=view)
