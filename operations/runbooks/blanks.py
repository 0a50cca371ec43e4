"""Secrets that nobody reads: a runbook is made without them, so that none can be in it. Whoever follows it fills them in."""

from __future__ import annotations

from schemas.document import Document
from schemas.secrets import Person, Secrets

BLANK = "______"


class Blanks(Secrets):
    """In the place of a stack's secrets: whoever is asked for is blank."""

    def __init__(self) -> None:
        super().__init__({}, {}, Document("blanks"))

    def person(self, key: str) -> Person:
        # Not checked: a blank is no INSZ.
        return Person.model_construct(insz=f"{BLANK} {key}", name=None, email=None, language=None)

    def password(self, key: str) -> str:  # noqa: ARG002 whoever's it is
        return BLANK
