"""Signs that nobody sees: which ones no text may hold, which ones no name may hold. How one is shown: `visible`."""

from __future__ import annotations

import re

# Control characters but for tab and line ends, which a block has; line separators, direction marks, halves of a pair, and
# what is no character at all.
_HIDDEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
# Beside these, what takes up no room, or as much as a space: a text of nothing else cannot be seen.
_UNSEEN = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e007f"
)
HIDDEN = re.compile(f"[{_HIDDEN}]")
"""What no text may hold: it changes how a screen shows what stands around it."""
UNSEEN = re.compile(f"[{_HIDDEN}{_UNSEEN}]")
"""What no name may hold either: two names would look the same."""
LONGEST_QUOTED = 60


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in a text."""
    return not UNSEEN.sub("", text).strip()


def code_point(sign: str) -> str:
    """How a hidden sign is named: `U+202E`."""
    return f"U+{ord(sign):04X}"


def shortened(text: str) -> str:
    """A text that a message repeats: its beginning, where it is long."""
    return text if len(text) <= LONGEST_QUOTED else f"{text[: LONGEST_QUOTED - 1]}…"
