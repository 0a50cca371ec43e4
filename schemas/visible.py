"""Characters that do not show, made visible: what others wrote reaches a terminal, a log or a state as plain text.

A control character can rewrite a line that was printed before, a bidirectional override can turn a sentence round, and a
line break can make one message look like two.
"""

from __future__ import annotations

import re

# Controls, what is formatting only (zero-width, bidirectional, tags), line and paragraph separators, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""The text with each such character written out: `\x1b`, `\u202e`, `\n`."""
    return _UNSEEN.sub(lambda found: _written_out(found[0]), text)


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode()
