"""Code knows no year: what is about a wave is data. Examples in texts, and a few reasons, are what is left."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("emulator", "operations", "providers", "schemas", "stacks")
YEAR = re.compile(r"(?<![\d.\\u])20(2[1-9]|3\d)(?!\d)")
ALLOWED = {
    "emulator/calendar/clock.py": "what a moment looks like, in an error",
    "emulator/seeds/generate.py": "the seeded accounts' password, which people know",
    "emulator/systems/integrations/merger_work.py": "what a date looks like, in an error",
    "emulator/web/openapi/parameters.py": "an example in the API's documents",
    "emulator/web/openapi/parts.py": "examples in the API's documents",
    "operations/stories/language.py": "what a date looks like, in a finding",
    "schemas/fields.py": "what a date looks like, in a finding and in the JSON Schema",
}
"""Modules that may name a year outside docstrings and comments, and why."""


def years_in(source: str) -> Iterator[str]:
    """The literals that name a year of our time; docstrings and comments explain, and may."""
    tree = ast.parse(source)
    explained = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in explained and YEAR.search(str(node.value)):
            yield f"{node.lineno}: {node.value!r}"


def modules() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
    )


def test_code_knows_no_year() -> None:
    found = {name: list(years_in((ROOT / name).read_text("utf-8"))) for name in modules()}
    assert {name: years for name, years in found.items() if years and name not in ALLOWED} == {}


def test_each_exception_is_still_needed() -> None:
    assert [name for name in ALLOWED if not any(years_in((ROOT / name).read_text("utf-8")))] == []


def test_help_texts_name_no_year() -> None:
    """They are docstrings, and are shown to people of every wave."""
    for path in (ROOT / "operations" / "commands").rglob("*.py"):
        assert not YEAR.search(path.read_text("utf-8")), path.name


@pytest.mark.parametrize(
    ("planted", "noticed"),
    [
        ('FIRST = "2025-01-01"', True),
        ("FIRST = date(2031, 1, 1)", True),
        ('def f():\n    """As on 2025-01-01."""', False),
        ("bits = 2048", False),
    ],
)
def test_a_planted_year_is_noticed(planted: str, noticed: bool) -> None:
    assert bool(list(years_in(planted))) == noticed
