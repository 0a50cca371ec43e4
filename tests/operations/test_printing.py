"""Terminals that know no Unicode: everything is said all the same, and what is for programs is UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.jsonschema import as_text

COMMAND = [sys.executable, "-c", "from operations.cli import main; main()"]
PLACES = (
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0"},
)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """`fusion` in a process of its own, whose encoding is its environment's."""
    return subprocess.run(
        [*COMMAND, *arguments], env={**os.environ, **variables}, capture_output=True, check=False, timeout=120
    )


@pytest.mark.parametrize("variables", PLACES, ids=str)
def test_the_schema_is_utf_8(variables: dict[str, str]) -> None:
    done = run("schema", **variables)
    assert (done.returncode, done.stdout.decode("utf-8"), done.stderr) == (0, as_text(), b"")


@pytest.mark.parametrize("variables", PLACES, ids=str)
def test_findings_are_told(variables: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "d\u00e9p\u00f4t \u00e0 moi"
    folder.mkdir()
    (folder / "testdorp.yaml").write_text("\u2026\u00e9: 1\n", "utf-8")
    text = run("validate", str(folder), **variables)
    assert (text.returncode, b"Traceback" in text.stderr) == (1, False)
    assert b": unknown-key: `" in text.stdout
    done = run("validate", "--format", "json", str(folder), **variables)
    found = json.loads(done.stdout.decode("utf-8"))["findings"]
    assert any("`\u2026\u00e9` is not known here" in finding["message"] for finding in found)
