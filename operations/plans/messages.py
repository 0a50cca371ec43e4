"""Which messages plans, reviews and runbooks have, and the catalogues of their translations.

`python -m operations.plans.messages` brings these in sync with the code. A new message then
has no translation, which a test tells; one that is said no more goes.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from operations.plans import labels, sentences
from operations.plans.things import THINGS
from operations.plans.words import ENGLISH, FOLDER, LANGUAGES
from operations.runbooks import moments, standing
from operations.runbooks.manual.messages import find_messages

_PACKAGES = (
    Path(__file__).parent,
    Path(standing.__file__).parent,
    Path(__file__).parents[1] / "reviews",
)
_HEADER = """\
# What plans, reviews and runbooks say (`fusion plan`, `fusion review`, `fusion runbook`). The Dutch of things is that of
# the portal's screens. A value in braces stays as it is.
# `python -m operations.plans.messages` adds new messages, and takes away those that are said no more.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without the dates that a header usually has: the same messages are the same file."""


def collect() -> list[str]:
    """All messages, in the order of the code."""
    titles = [thing.title for thing in THINGS.values()]
    return list(
        dict.fromkeys([*titles, *labels.MESSAGES, *sentences.TEMPLATES, *_find_said(), *_of_runbooks()])
    )


def _of_runbooks() -> Iterator[str]:
    """What runbooks say beside that: the manual's texts, its days, and how far a step is."""
    yield from find_messages()
    yield from (moments.BY, moments.FROM, moments.BETWEEN, *moments.TITLES.values(), *moments.LABELS.values())
    yield from (state.value for state in standing.State)


def _find_said() -> Iterator[str]:
    """What is said with `words.say("…")`."""
    for path in (path for package in _PACKAGES for path in sorted(package.glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def update(language: str) -> Catalog:
    """The catalogue of a language with these messages and no others."""
    path = FOLDER / f"{language}.po"
    known: dict[str, str] = {}
    if path.exists():
        with path.open("rb") as file:
            known = {str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id}
    catalogue = Catalog(locale=language)
    for message in collect():
        catalogue.add(message, known.get(message, ""))
    return catalogue


def as_text(language: str) -> str:
    """The catalogue's file."""
    written = BytesIO()
    write_po(written, update(language), width=110, omit_header=True)
    return _HEADER.format(language=language) + written.getvalue().decode().lstrip("\n")


if __name__ == "__main__":
    for one in LANGUAGES:
        if one != ENGLISH:
            (FOLDER / f"{one}.po").write_text(as_text(one), "utf-8")
            sys.stdout.write(f"wrote {one}.po\n")
