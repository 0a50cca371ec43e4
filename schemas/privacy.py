"""No message repeats an INSZ, not even one with a slip in it, nor a secret that was sent."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
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


def masked_url(text: str) -> str:
    """What should be a URL, without what may be a secret in it: all before an `@`, and all behind `?` or `#`."""
    known = re.sub(r"\A(https?://)?.*@", r"\1…@", text, flags=re.DOTALL | re.IGNORECASE)
    return re.split("[?#]", known, maxsplit=1)[0]


def without(text: str, secrets: Iterable[str]) -> str:
    """The text without these, as they are and as JSON, URLs and HTML write them."""
    pattern = _written(tuple(filter(None, secrets)))
    return text if pattern is None else pattern.sub("(not shown)", text)


@lru_cache(maxsize=16)
def _written(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of them in any form, the longest first: another may be a part of it. A secret of a few signs takes ordinary text
    along, which is the lesser evil."""
    forms = {form for secret in secrets for form in _forms(secret)}
    return re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None


def _forms(secret: str) -> Iterator[str]:
    yield secret
    for ascii_only in (True, False):
        written = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield written
        yield re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", written)  # as Go writes it
    for safe in ("", "!'()*", "/"):
        written = quote(secret, safe=safe)
        yield written
        yield re.sub("%[0-9A-F]{2}", lambda sign: sign[0].lower(), written)
        yield written.replace("%20", "+")
    written = html.escape(secret)
    yield written
    yield written.replace("&#x27;", "&#39;")
    yield written.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def ssin_columns(line: str) -> Iterator[int]:
    """The columns, from 0, at which an INSZ starts in a line."""
    for match in _ELEVEN_DIGITS.finditer(line):
        if is_ssin(re.sub(r"\D", "", match.group())):
            yield match.start()
