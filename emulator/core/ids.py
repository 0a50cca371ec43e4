"""The ids that the portal gives: opaque, and the same in every run of the same rehearsal."""

from __future__ import annotations

import hashlib


def opaque_id(kind: str, number: int) -> str:
    """The id of the `number`th thing of a kind."""
    return hashlib.blake2b(f"{kind}:{number}".encode(), digest_size=8).hexdigest()
