"""A certificate's file, held to the manual's rules, a line for each. R37–R46."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from schemas.certificate_files import MAX_BYTES, CertificateError
from schemas.certificate_rules import BROKEN, NOT_JUDGED, Judgement, Usage, judge, judge_unreadable
from schemas.certificates import Certificate, parse_certificate
from schemas.counts import format_count
from schemas.errors import FusionError
from schemas.files import Unreadable, read_file
from schemas.privacy import masked
from schemas.visible import visible

_NARROWEST, _WIDEST = 40, 120
_MARGIN = " " * 17


@dataclass(frozen=True)
class Inspection:
    """What a file is, for an account of this usage on this day; `certificate` is None where it holds none."""

    file: str
    usage: Usage
    day: date
    certificate: Certificate | None
    rules: list[Judgement]

    @property
    def broken(self) -> list[str]:
        return [one.rule for one in self.rules if one.result == BROKEN]

    def as_json(self) -> dict[str, Any]:
        found = self.certificate
        return {
            "file": _shown(self.file),
            "usage": self.usage,
            "on": self.day.isoformat(),
            "certificate": found
            and {
                "subject": _shown(found.subject),
                "issuer": _shown(found.issuer),
                "notBefore": found.not_before.isoformat(),
                "notAfter": found.not_after.isoformat(),
                "keyType": found.key,
                "signatureAlgorithm": found.signature,
                "selfSigned": found.self_signed,
                "keyUsage": list(found.key_usage),
                "sha256": found.sha256,
            },
            "rules": [
                {
                    "rule": one.rule,
                    "result": one.result,
                    "found": _shown(one.found),
                    "allowed": _shown(one.allowed),
                }
                for one in self.rules
            ],
        }

    def as_text(self) -> str:
        """A line for each rule, as wide as the terminal, and what it comes to."""
        width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
        lines = [
            textwrap.fill(
                _shown(one.reason if one.allowed else one.found),
                width,
                initial_indent=f"{one.rule}  {one.result:<10}  ",
                subsequent_indent=_MARGIN,
            )
            for one in self.rules
        ]
        if self.broken:
            end = f"{format_count(len(self.broken), 'rule')} broken: {', '.join(self.broken)}"
        else:
            left = [one.rule for one in self.rules if one.result == NOT_JUDGED]
            end = "no rule broken" + (f"; not judged: {', '.join(left)}" if left else "")
        account = f"for {'an FTP' if self.usage == 'ftp' else 'a REST'} account on {self.day}"
        return "\n".join([*lines, "", f"{_shown(self.file)}, {account}: {end}"])


def inspect_file(path: Path, usage: Usage, day: date) -> Inspection:
    """Raises `FusionError` where there is no file to read."""
    try:
        content = read_file(path, MAX_BYTES + 1)
    except Unreadable as error:
        raise FusionError(f"{_shown(str(path))}: {error}", "Name the file of a certificate") from None
    try:
        found = parse_certificate(content, path.name)
    except CertificateError as error:
        return Inspection(path.name, usage, day, None, judge_unreadable(str(error)))
    return Inspection(path.name, usage, day, found, judge(found, usage, day, path.name))


def _shown(text: str) -> str:
    """A certificate may name a person by INSZ, as an eID's does, and may hold any sign."""
    return visible(masked(text))
