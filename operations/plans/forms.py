"""In which forms a plan is given: JSON, and what is made from the same model alone."""

from __future__ import annotations

import json
from importlib.util import find_spec

from operations.plans.model import Plan
from schemas.errors import FusionError


def require_libraries(form: str, language: str) -> None:
    """Before anything is previewed. Raises `FusionError` where an extra is missing."""
    needed = {"jinja2": form == "html", "babel": form != "json" and language != "en"}
    missing = [name for name, is_needed in needed.items() if is_needed and find_spec(name) is None]
    if missing:
        raise FusionError(
            f"this form needs {' and '.join(missing)}, of the extra `reports`",
            "`make setup` installs it, or `uv sync --extra reports`",
        )


def render(plan: Plan, form: str, language: str) -> str:
    """The plan in a form. JSON is in English whatever the language."""
    if form == "json":
        return json.dumps(plan.as_json(), indent=2, ensure_ascii=False) + "\n"
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
