"""Random choices that follow from dates and numbers alone, so that a repeated rehearsal has the same days."""

from __future__ import annotations

import hashlib

from emulator.core.ids import opaque_id

# How many people of a centre's municipality turn up in its mutations and requests.
_CITIZENS = 400


def roll(*words: object) -> int:
    """A number that follows from words (a date, a centre's number, a purpose): 0 to 2**32 - 1, evenly spread."""
    text = "/".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


def citizen(organization: str, rolled: int) -> str:
    """The portal's number for one of the people of a centre's municipality. There is no INSZ behind it."""
    return opaque_id(f"citizen/{organization}", rolled % _CITIZENS)
