"""Answers of signing in."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Portal(BaseModel):
    identity: str = Field(description="Random letters and digits, for comparison only")


class SystemTag(BaseModel):
    name: str = Field(description="The API's", examples=["chaman"])
    tag: str = Field(
        description="Another text after each change of what the API shows of the organisation; for comparison only. What"
        " changes by the day alone changes none",
        examples=["9f86d081884c7d659a2feaa0"],
    )


class Changes(BaseModel):
    systems: list[SystemTag]
