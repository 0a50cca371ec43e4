"""Characters that do not show, made visible: what others wrote reaches a terminal, a log or a state as plain text.

A control character can rewrite a line that was printed before, a bidirectional override can turn a sentence round, and a
line break can make one message look like two.
"""

from __future__ import annotations

import re

from schemas.printable import UNSEEN

# The signs of a text that cannot be seen, and the line ends and tabs that a block of text has.
_WRITTEN_OUT = re.compile(rf"{UNSEEN.pattern}|[\t\n\r]")


def visible(text: str) -> str:
    r"""The text with each such character written out: `\x1b`, `\u202e`, `\n`."""
    return _WRITTEN_OUT.sub(lambda found: _written_out(found[0]), text)


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode()
