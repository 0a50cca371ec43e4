"""In which forms a plan is given: JSON, and what is made from the same model alone."""

from __future__ import annotations

from importlib.util import find_spec

from operations.plans.model import Plan
from operations.plans.words import ENGLISH
from operations.printing import format_json
from schemas.errors import FusionError

_NEEDED = {"html": "jinja2", "ics": "icalendar"}


def require_libraries(form: str, language: str) -> None:
    """What a form and a language need, before anything is previewed. Raises `FusionError` where an extra is missing."""
    needed = [_NEEDED[form]] if form in _NEEDED else []
    if form != "json" and language != ENGLISH:
        needed.append("babel")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise FusionError(
            f"this form needs {' and '.join(missing)}, of the extra `reports`",
            "`make setup` installs it, or `uv sync --extra reports`",
        )


def render(plan: Plan, form: str, language: str) -> str:
    """The plan in a form. JSON is in English whatever the language."""
    if form == "json":
        return format_json(plan.as_json())
    from operations.plans.view import make_view

    view = make_view(plan, language)
    if form == "html":
        from operations.plans.as_html import as_html

        return as_html(view)
    if form == "markdown":
        from operations.plans.as_markdown import as_markdown

        return as_markdown(view)
    from operations.plans.as_text import as_text

    return as_text(view)
