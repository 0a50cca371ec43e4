"""What other programs are told of a finding: how bad it is, where, and by what they know it again.

Every text of an annotation can be seen (`visible`), so that no format has to know of terminals. Its place and fingerprint
outlive edits elsewhere in the file: no line number is in them, and no item's index. No secret is in them either, for a hash
of an INSZ can be searched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import sha256

from operations.annotations.repository import path_in_repository
from schemas.findings import Finding, in_words
from schemas.privacy import masked
from schemas.visible import visible

_LINE_NUMBER = re.compile(r"\bline \d+")


@dataclass(frozen=True)
class _Words:
    """How the platforms call a severity; `fails`: a test that has it did not pass."""

    github: str
    gitlab: str
    sarif: str
    fails: bool


class Severity(Enum):
    """How bad it is, the worst first. This is the one place that says what each platform calls it."""

    ERROR = _Words("error", "major", "error", fails=True)
    WARNING = _Words("warning", "minor", "warning", fails=False)
    NOTE = _Words("notice", "info", "note", fails=False)


_WORST_FIRST = list(Severity)


@dataclass(frozen=True)
class Annotation:
    """One thing that a platform shows beside a line. `place` is what it is about, in the declaration's words, or ""."""

    severity: Severity
    file: str
    line: int
    column: int
    rule: str
    message: str
    place: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Annotated:
    """What a run has to tell, worst first: `command` says of what, `files` what it looked at, `summary` how it went."""

    command: str
    summary: str
    files: Sequence[str]
    annotations: Sequence[Annotation]


def annotate(
    command: str,
    summary: str,
    files: Iterable[str],
    findings: Iterable[tuple[Severity, Finding]],
) -> Annotated:
    """Annotations of findings, which keep their order within a severity."""
    path = cache(path_in_repository)  # asked of a file once: it looks at every folder above
    seen: Counter[str] = Counter()
    annotations = []
    for severity, finding in findings:
        file = path(finding.file)
        place = _in_words(finding.stable)
        same = _what(file, finding, place)
        seen[same] += 1
        annotations.append(
            Annotation(
                severity,
                visible(file),
                finding.line,
                finding.column,
                visible(finding.rule),
                visible(finding.message),
                place,
                sha256(f"{same}{seen[same]}".encode()).hexdigest(),
            )
        )
    annotations.sort(key=lambda one: _WORST_FIRST.index(one.severity))
    looked_at = [visible(path(file)) for file in files]
    return Annotated(command, visible(summary), looked_at, annotations)


def _in_words(stable: Iterable[str]) -> str:
    """The place of a value. A key may be anything that somebody wrote, such as an INSZ."""
    return visible(in_words(tuple(masked(step) for step in stable)))


def _what(file: str, finding: Finding, place: str) -> str:
    """What a finding says, wherever it stands now. A message may name another line, which moves too."""
    message = _LINE_NUMBER.sub("line", finding.message)
    return json.dumps([file, finding.rule, place, message])
