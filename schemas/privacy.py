"""No message repeats an INSZ, not even one with a slip in it, nor a secret that was sent."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

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


def without(text: str, secrets: Iterable[str]) -> str:
    """The text without these, as they are and as JSON, URLs and HTML write them."""
    for secret in filter(None, secrets):
        # The form with escapes first: another may be a part of it.
        forms = {json.dumps(secret)[1:-1], quote(secret, safe=""), html.escape(secret), secret}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "(not shown)")
    return text


def ssin_columns(line: str) -> Iterator[int]:
    """The columns, from 0, at which an INSZ starts in a line."""
    for match in _ELEVEN_DIGITS.finditer(line):
        if is_ssin(re.sub(r"\D", "", match.group())):
            yield match.start()
