"""Which names the portal takes in a path: of accounts, files and codes."""

from __future__ import annotations

import re

# Controls, separators, spaces other than the plain one, direction marks, and what takes up no room: two names with and
# without it would look the same.
_UNSEEN = (
    r"\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u3000\u3164\ufeff\uffa0\ufff9-\ufffb"
)
INNER = rf"[^/\\{_UNSEEN}]"
OUTER = rf"[^ /\\{_UNSEEN}]"
PATTERN = f"^{OUTER}(?:{INNER}{{0,98}}{OUTER})?$"
EXPECTED = "1 to 100 characters that can be seen, without slashes and without spaces at the ends"
FILE_PATTERN = rf"^(?:{OUTER}{INNER}{{0,95}})?\.[cC][eE][rR]$"
"""The same of a certificate's file (R43)."""
_NAME = re.compile(PATTERN[1:-1])


def is_name(text: str) -> bool:
    """Whether a text can stand in a path as one part of it, as it is."""
    return _NAME.fullmatch(text) is not None and text not in (".", "..")
