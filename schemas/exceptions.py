"""What a declaration may say to let something through that a safety rule refuses (`schemas.safety`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.fields import IsoDate, Section, Text, problem
from schemas.safety import REMOVALS


class SafetyException(Section):
    """Lets one thing through that a safety rule refuses, for a reason and until a day."""

    rule: Literal["removals", "sectionGone", "untickedType"] = Field(
        title="Regel",
        description="Which [safety rule](#safety-rules) is overridden.",
    )
    centre: Text = Field(title="OCMW", description="Name of the merged or a merging centre.")
    item: Text = Field(
        title="Onderdeel",
        description="The kind that leaves, such as `users`; the section, such as `accounts.ftp`, or a centre's number; or "
        "the type of mutation.",
    )
    at_most: Annotated[int, Field(ge=1, le=5000)] | None = Field(
        default=None, title="Ten hoogste", description="With `removals` only: how many may leave."
    )
    reason: Text = Field(title="Reden")
    until: IsoDate = Field(
        title="Geldig tot en met", description="The last day on which it counts, by the portal's date."
    )

    @model_validator(mode="after")
    def _counted(self) -> SafetyException:
        if self.rule == REMOVALS and self.at_most is None:
            raise problem("safety-exception", "`removals` needs `atMost`: how many may leave")
        if self.rule != REMOVALS and self.at_most is not None:
            raise problem("safety-exception", f"`atMost` belongs to `removals`, not to `{self.rule}`")
        if not any(character.isalpha() for character in self.reason):
            raise problem("safety-exception", "`reason` says in words why it is meant")
        return self
