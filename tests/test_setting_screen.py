"""What one more setting screen costs: the files that name one of today's are those that docs/contributing.md lists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCREEN = re.compile(r"technical[-_ ]?providers", re.IGNORECASE)
WRITTEN_BY_PROGRAMS = {
    "docs/declaration.md",
    "docs/openapi/ocmwConfiguration.yaml",
    "docs/rules-tests.md",
    "docs/runbook.md",
    "schemas/fusion.schema.json",
}
WRITTEN_BY_PROGRAMS |= {
    path.relative_to(ROOT).as_posix() for path in (ROOT / "emulator" / "seeds" / "waves").glob("*.json")
}
ABOUT_WORDS = {"docs/contributing.md", "docs/glossary.md", "docs/numbers.md"}
AS_AN_EXAMPLE = {
    "tests/emulator/rehearsal/test_limits.py",
    "tests/emulator/seeds/test_made_up.py",
    "tests/emulator/seeds/test_opening.py",
    "tests/operations/checks/test_months.py",
    "tests/operations/plans/test_reading.py",
    "tests/schemas/test_codes.py",
    "tests/stacks/test_plan.py",
    "tests/torture/properties/test_planted_faults.py",
}
"""Tests that take this screen where any other would do: one more needs no line there."""
FOLDERS = ("tests/e2e/states/", "tests/operations/plans/samples/", "tests/schemas/cases/")
"""States as earlier versions left them, and previews as the engine gave them, which stay as they are; and the case files,
which the page names by scenario."""


def section() -> str:
    page = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    return page.split("## A setting screen\n")[1].split("\n## ")[0]


def naming(*folders: str) -> set[str]:
    """The files below some folders that name the screen."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix in (".py", ".md", ".yaml", ".json") and SCREEN.search(path.read_text("utf-8"))
    }


def test_the_files_that_name_a_screen_are_listed() -> None:
    found = naming("schemas", "providers", "stacks", "operations", "emulator", "docs")
    listed = re.findall(r"^\| `([^`]+)` \|", section(), re.MULTILINE)
    assert sorted(found - WRITTEN_BY_PROGRAMS - ABOUT_WORDS) == sorted(listed)


def test_the_files_that_programs_write_name_it_too() -> None:
    """Else they are made no more, or stand here for nothing."""
    assert naming("schemas", "emulator", "docs") >= WRITTEN_BY_PROGRAMS


def test_the_tests_that_name_it_are_listed() -> None:
    listed = set(re.findall(r"`(tests/[^`]+)`", section())) - {"tests/test_setting_screen.py", *FOLDERS}
    found = {path for path in naming("tests") if not path.startswith(FOLDERS)}
    assert sorted(found - AS_AN_EXAMPLE) == sorted(listed)
    assert found >= AS_AN_EXAMPLE
