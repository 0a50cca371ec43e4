"""Somebody else writes the same thing: how often a write starts again, and when that is no use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import PreconditionFailed

if TYPE_CHECKING:
    from providers.portal import Answer

ROUNDS = 5
"""How often a write starts again when somebody else changed the same thing between the look and the write."""


def changed_tag(found: Answer | None, refused_tag: str, path: str) -> str:
    """The ETag that was refused just now. Raises `PreconditionFailed` where it is the one that was refused before: then
    nobody changed anything."""
    tag = found.etag if found is not None else ""
    if not tag or tag != refused_tag:
        return tag
    raise PreconditionFailed(
        path=path,
        status=412,
        detail=f"nobody changed it: it has the same ETag {tag} as before, and the portal does not know it. "
        "A proxy in between may have made it: let the proxy leave ETag and If-Match as they are",
    )


def contended(path: str) -> PreconditionFailed:
    """The error after all rounds."""
    return PreconditionFailed(
        method="PUT",
        path=path,
        status=412,
        detail=f"somebody else changed it {ROUNDS} times between the look and the write; run again",
    )
