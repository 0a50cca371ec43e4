"""Answers of OCMW Online."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from emulator.core.models import Collection, Model
from emulator.systems.ocmw_configuration.models import ContactDetailsBody


class ReadBody(Model):
    read: bool


class AidRequest(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    id: str
    submitted_at: str = Field(json_schema_extra={"format": "date-time"})
    submitted_to: str = Field(description="The number of the centre that it was sent to, before any merger")
    person_id: str
    subject: str
    read: bool
    read_at: str | None = Field(default=None, json_schema_extra={"format": "date-time"})


class AidRequestList(Collection):
    items: list[AidRequest]


class Shown(ContactDetailsBody):
    """As they were saved on the screen (R53, R54)."""


class ReceivingOrganization(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    enterprise_number: str
    name: str
    nis_code: str
    contact_details: Shown | None = Field(
        default=None, description="Left out until they are saved, and before their screen opens (R59)"
    )


class ReceivingOrganizationList(Collection):
    items: list[ReceivingOrganization]
