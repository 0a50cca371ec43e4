"""A plan as one page to read and sign: no script, no outside resource, for a screen of any size, light or dark, and paper.

Jinja2 escapes whatever it writes; each value stands in an element of its own that keeps its direction (`bdi`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from operations.plans.text import Text, Value, plain
from operations.plans.view import View

_FOLDER = Path(__file__).parent


def as_html(view: View) -> str:
    """The whole page."""
    return load_template("plan.html.jinja").render(view=view)


@cache
def load_template(name: str, folder: Path = _FOLDER) -> Template:
    """A page's template; all of them may include what stands here."""
    environment = Environment(
        loader=FileSystemLoader([folder, _FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["inline"] = inline
    environment.filters["plain"] = plain
    return environment.get_template(name)


def inline(text: Text) -> Markup:
    """A text within an element."""
    return Markup("").join(
        Markup("<bdi>{}</bdi>").format(piece.shown) if isinstance(piece, Value) else _own(piece)
        for piece in text
    )


def _own(words: str) -> Markup:
    """Our own words, with what they quote as code."""
    parts = words.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
