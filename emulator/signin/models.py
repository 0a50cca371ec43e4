"""Answers of signing in."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Portal(BaseModel):
    identity: str = Field(description="Random letters and digits, for comparison only")
