"""The case files of this directory: a declaration each, with what is expected of it written beside the line.

    username: pajot 2025      #! 15 R30: at most 10 characters

says that there is a finding in column 15 of this line, by rule R30, whose message starts with these words. Where no
comment can stand, a line of its own says `#! line:column rule: words`. A case without any is a good declaration. The
file is read as `testdorp.yaml`, or as what a line `#! as hasselt.yaml` says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from schemas.document import parse
from schemas.findings import Finding
from schemas.loading import examine
from schemas.secrets import Secrets

DIRECTORY = Path(__file__).parent / "cases"
_EXPECTED = re.compile(
    r"#! (?:(?P<line>\d+):)?(?P<column>\d+) (?P<rule>[A-Za-z0-9-]+): (?P<words>.*?)(?= #!|$)"
)


class Expected(NamedTuple):
    line: int
    column: int
    rule: str
    words: str


def expected_in(text: str) -> list[Expected]:
    return sorted(
        Expected(int(match["line"] or number), int(match["column"]), match["rule"], match["words"].strip())
        for number, line in enumerate(text.splitlines(), start=1)
        for match in _EXPECTED.finditer(line)
    )


def findings_of(path: Path, certificates: Path, secrets: Secrets) -> list[Finding]:
    """The findings in a case, read as if it stood in the directory that has the certificates."""
    _, findings = examine(parse(path.read_bytes(), name_of(path)), certificates, secrets)
    return findings


def name_of(path: Path) -> str:
    """The file that a case stands for."""
    named = re.search(r"^#! as (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    return named[1] if named else "testdorp.yaml"
