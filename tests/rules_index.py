"""Which tests are about which rule of the manual: found in the tests, written to `docs/rules-tests.md`.

A test is about the rules in its name (`test_r16_r17_...`) and in its docstring (`R16`, `R06-R11`).
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs/rules.md"
PAGE = ROOT / "docs/rules-tests.md"
COMMAND = "python -m tests.rules_index --write"
EMULATOR = "tests/emulator/"

_ROW = re.compile(r'^\| <a id="r\d\d"></a>(R\d\d) \| (.*) \| (.*) \|$', re.MULTILINE)
_IN_NAME = re.compile(r"(?<=_)r(\d\d)(?=_|$)")
_IN_TEXT = re.compile(r"\bR(\d\d)(?:\s?[-–]\s?R(\d\d))?\b")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of `docs/rules.md`; `who` is its last column, who sees to it."""

    name: str
    says: str
    who: str

    @property
    def portal(self) -> bool:
        """Whether the portal enforces or does it on its own side."""
        return re.search(r"\bportal\b", self.who) is not None


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(Rule(*row) for row in _ROW.findall(RULES.read_text("utf-8")))


def cited(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The rules that a test is about."""
    yield from (f"R{number}" for number in _IN_NAME.findall(function.name))
    for first, last in _IN_TEXT.findall(ast.get_docstring(function) or ""):
        yield from (f"R{number:02}" for number in range(int(first), int(last or first) + 1))


@cache
def tests() -> Mapping[str, tuple[str, ...]]:
    """Rule → `path::name` of its tests, in order."""
    found: dict[str, dict[str, None]] = {rule.name: {} for rule in rules()}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for rule in cited(node):
                    found[rule][f"{path.relative_to(ROOT).as_posix()}::{node.name}"] = None
    return {rule: tuple(names) for rule, names in found.items()}


def emulator_tests(rule: str) -> tuple[str, ...]:
    """Those that hold the portal to it."""
    return tuple(name for name in tests()[rule] if name.startswith(EMULATOR))


def page() -> str:
    """The whole page."""
    lines = [
        "# Rules and their tests",
        "",
        "Which tests hold us to which of [the manual's rules](rules.md). A rule that the portal sees to has at least one",
        "under `tests/emulator`, and `make rules-proof` shows that it fails when the rule is broken there.",
        "",
        f"Written by `{COMMAND}`; a test fails when it is stale.",
        "",
        "| rule | what it says | who sees to it | tests |",
        "|---|---|---|---|",
    ]
    for rule in rules():
        listed = "<br>".join(f"`{name}`" for name in tests()[rule.name]) or "none"
        anchor = rule.name.lower()
        lines.append(f"| [{rule.name}](rules.md#{anchor}) | {rule.says} | {rule.who} | {listed} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page instead of checking it")
    if parser.parse_args().write:
        PAGE.write_text(page(), "utf-8")
    elif PAGE.read_text("utf-8") != page():
        raise SystemExit(f"{PAGE.relative_to(ROOT)} is stale: {COMMAND}")


if __name__ == "__main__":
    main()
