"""Answers of the E-Box."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Box(BaseModel):
    status: Literal["open", "closed"]
    documents: int
    unread: int
