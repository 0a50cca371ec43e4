"""No message repeats an INSZ, not even one with a slip in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.identifiers import is_ssin

# What people put between the groups that an identity card prints: any dash or space, doubled, or " - ". Not a line's end.
_BETWEEN = r"[^\S\n]?[./_\u2010-\u2015\u2212-]?[^\S\n]?"
# Eleven digits alone or in these groups. Not after a plus sign: a mobile number has eleven digits too.
_ELEVEN_DIGITS = re.compile(
    r"(?<![\d+])" + _BETWEEN.join(rf"\d{{{size}}}" for size in (2, 2, 2, 3, 2)) + r"(?!\d)"
)


def masked(text: str) -> str:
    """The text without its eleven-digit numbers, whether or not their check digits are right."""
    return _ELEVEN_DIGITS.sub("(number not shown)", text)


def ssin_columns(line: str) -> Iterator[int]:
    """The columns, from 0, at which an INSZ starts in a line."""
    for match in _ELEVEN_DIGITS.finditer(line):
        if is_ssin(re.sub(r"\D", "", match.group())):
            yield match.start()
