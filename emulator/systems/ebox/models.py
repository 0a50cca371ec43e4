"""Answers of the E-Box."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from emulator.core.models import Collection, Model


class ReadBody(Model):
    read: bool


class Box(BaseModel):
    status: Literal["open", "closed"]
    documents: int
    unread: int


class BoxDocument(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    id: str
    kind: str = Field(
        description="`message`, or one of NovaPRIMA's: `interimStatement`, `warningFlags`, `blockedForms` (R69)"
    )
    sender: str
    subject: str
    received_at: str = Field(json_schema_extra={"format": "date-time"})
    read: bool
    read_at: str | None = Field(default=None, json_schema_extra={"format": "date-time"})


class BoxDocumentWithText(BoxDocument):
    text: str


class BoxDocumentList(Collection):
    items: list[BoxDocument]
