"""What must hold of every mutated file: findings with places, at once; no portal, no program, and no canary back."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from operations.validation import validate_files
from schemas.errors import DeclarationError
from schemas.findings import Finding, as_lines
from schemas.loading import load_declaration
from schemas.printable import HIDDEN
from schemas.secrets import load_secrets
from tests.torture.files.mutations import Case, make

SLOWEST_SECONDS = 30.0
"""Far more than a busy machine needs, and less than anybody waits."""
# A part of a canary is as bad: so many of its signs in a row are looked for. Of digits more: places have some too.
_WINDOW, _WINDOW_OF_DIGITS = 5, 9
_asked: list[str] = []
_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.system")


def _overhear(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        _asked.append(event)


@contextmanager
def overhearing() -> Iterator[list[str]]:
    """What is asked of a network, a portal's file or another program meanwhile."""
    if not getattr(_overhear, "added", False):
        sys.addaudithook(_overhear)
        _overhear.added = True  # type: ignore[attr-defined]  # a hook is there for good
    _asked.clear()
    yield _asked


class Judged(NamedTuple):
    """A case: what was mutated, how many findings were told, and what is wrong with them."""

    kind: str
    findings: int
    wrong: list[str]


def judge(seed: int, folder: Path, slowest: float = SLOWEST_SECONDS) -> Judged:
    """The answers to the case of a seed; each thing that is wrong begins with the seed. The folder is an empty one."""
    here = Path.cwd()
    findings: list[Finding] = []
    os.chdir(folder)  # a socket's path is short
    try:
        case = make(seed, folder)
        began = time.monotonic()
        with overhearing() as asked:
            wrong = list(_judge(case, findings))
        wrong += [f"{event} was asked" for event in asked]
        if time.monotonic() - began > slowest:
            wrong.append("it took too long")
    finally:
        os.chdir(here)
    return Judged(
        case.kind, len(findings), [f"seed {seed} ({case.kind} of {case.base}): {one}" for one in wrong]
    )


def _judge(case: Case, findings: list[Finding]) -> Iterator[str]:
    try:
        report = validate_files((case.folder / "fusions",), case.secrets)
        findings += report.findings
        told = [*as_lines(findings), report.summary(), json.dumps(report.as_json())]
    except Exception as error:
        if case.declaration.exists() or "no declarations in" not in str(error):
            yield f"validate ended with {type(error).__name__}: {error}"
        return
    for read in (lambda: load_secrets(case.secrets), lambda: load_declaration(case.declaration)):
        try:
            read()
        except DeclarationError as error:
            told.append(str(error))
            findings += error.findings
        except Exception as error:
            yield f"reading it ended with {type(error).__name__}: {error}"
    for finding in findings:
        yield from _about(finding)
    text = "\n".join(told)
    if part := next((part for canary in case.canaries for part in _parts(canary) if part in text), None):
        line = next(line for line in text.splitlines() if part in line)
        yield f"a secret is told: {line[:300]}"


def _about(finding: Finding) -> Iterator[str]:
    if finding.line < 1 or finding.column < 1 or not finding.file:
        yield f"without a place: {finding!r}"
    if HIDDEN.search(str(finding)) or len(str(finding).splitlines()) != 1:
        yield f"not one line of text: {finding!r}"
    if not finding.message.strip():
        yield f"without words: {finding!r}"


def _parts(canary: str) -> Iterator[str]:
    size = _WINDOW_OF_DIGITS if canary.isdigit() else _WINDOW
    for at in range(len(canary) - size + 1):
        yield canary[at : at + size]
