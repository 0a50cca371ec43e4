"""Answers of signing in."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Portal(BaseModel):
    identity: str = Field(description="Random letters and digits, for comparison only")


class Changes(BaseModel):
    systems: dict[str, str] = Field(
        description="By the API's name: another text after each change of what it shows of the organisation; for comparison"
        " only. What changes by the day alone changes none",
        examples=[{"accessManagement": "12", "chaman": "3"}],
    )
