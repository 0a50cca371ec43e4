"""No module reads the clock when it is imported: what it read is old when it is used, above all in a long run of tests."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READS = (
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "clock.now",
)
PLANTED = """
import time
from datetime import datetime

STARTED = time.time()

class Portal:
    opened = datetime.now()

@parametrize("claims", [{"exp": time.time() + 60}, {"made": lambda: time.time()}])
def test_something(claims, today=datetime.date.today()):
    assert time.time() < claims["exp"]
"""


def reads_at_import(source: str) -> Iterator[str]:
    """`line: call` of each clock that the module reads outside the bodies of its functions; their defaults and decorators
    are read at import too."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(READS):
            yield f"{node.lineno}: {ast.unparse(node.func)}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, node.args]
        elif isinstance(node, ast.Lambda):
            waiting.append(node.args)
        else:
            waiting += ast.iter_child_nodes(node)


def modules() -> list[str]:
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.split()


@pytest.mark.parametrize("name", modules())
def test_no_module_reads_the_clock_at_import(name: str) -> None:
    assert list(reads_at_import((ROOT / name).read_text("utf-8"))) == []


def test_a_clock_read_at_import_is_found() -> None:
    assert sorted(reads_at_import(PLANTED)) == [
        "10: time.time",
        "11: datetime.date.today",
        "5: time.time",
        "8: datetime.now",
    ]
