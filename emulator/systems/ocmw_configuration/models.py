"""Bodies of OCMW-configuratie (R48-R58)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from emulator.core import reference
from emulator.core.models import (
    UNPRINTABLE,
    CodeText,
    DocumentedValidator,
    Email,
    JsonSchema,
    Kept,
    Model,
    Phone,
    Text,
    at_least_one,
    distinct,
    known,
    refusal,
    when,
    with_value,
)


class MutationsBody(Model):
    receive: Annotated[list[Annotated[CodeText, known("mutationTypes", "R48")]], distinct("type")] = Field(
        description="The ticked types; the others reach no service of the OCMW"
    )


def _product_of_its_supplier(schema: JsonSchema) -> None:
    """R52, for the document: each supplier with its own products."""
    asked: JsonSchema = {}
    for item in reversed(reference.items("socialFileSuppliers")):
        products = {"properties": {"product": {"enum": item["products"]}}}
        asked = when(with_value("supplier", {"const": item["code"]}), products, asked or None)
    schema |= asked


class SocialFile(Model):
    model_config = ConfigDict(json_schema_extra=_product_of_its_supplier)

    supplier: Annotated[CodeText, known("socialFileSuppliers", "R52")]
    product: Text

    @field_validator("product")
    @classmethod
    def _of_the_supplier(cls, product: str, info: ValidationInfo) -> str:
        supplier = info.data.get("supplier")
        products = {item["code"]: item["products"] for item in reference.items("socialFileSuppliers")}
        if supplier is not None and product not in products[supplier]:
            raise refusal("referencedResourceNotFound", "not a product of this supplier", "R52")
        return product


class Contact(Model):
    name: Text
    phone: Phone
    email: Email


class TechnicalProvidersBody(Model):
    network: Annotated[CodeText, known("networkProviders", "R52")]
    social_file: SocialFile
    contacts: Annotated[list[Contact], Field(max_length=20), at_least_one("contact person", "R52")]


class Localized(Model):
    """All three languages (R53)."""

    nl: Text
    fr: Text
    de: Text


_WEB_ADDRESS = rf"^https?://[^\s\ufeff{UNPRINTABLE}]+$"


def _web_address(text: str) -> str:
    if not re.fullmatch(_WEB_ADDRESS, text):
        raise refusal("invalidInput", "a web address starts with https://")
    return text


class ContactDetailsBody(Model):
    street: Localized
    city: Localized
    postcode: Annotated[str, Field(pattern=r"^[1-9][0-9]{3}$")]
    phone: Phone
    email: Email
    website: Annotated[Text, DocumentedValidator(_web_address, {"pattern": _WEB_ADDRESS})] | None = None


def _needed_when_enabled(*names: str) -> ConfigDict:
    """For the document: what is enabled needs these, and not as null."""
    given = {name: {"type": ["string", "integer"]} for name in names}
    return ConfigDict(
        json_schema_extra=when(
            with_value("enabled", {"const": True}), {"required": list(names), "properties": given}
        )
    )


class NewRequests(Model):
    """A message when a request for help comes in (R55)."""

    model_config = _needed_when_enabled("email")

    enabled: bool
    email: Email | None = Field(default=None, validate_default=True)

    @field_validator("email")
    @classmethod
    def _needed(cls, email: str | None, info: ValidationInfo) -> str | None:
        if email is None and info.data.get("enabled"):
            raise refusal("requiredInput", "notifications need an e-mail address", "R55")
        return email


class UnreadReminders(Model):
    """Reminders of requests that stay unread (R56): first after `delayDays`, then every `frequencyDays`."""

    model_config = _needed_when_enabled("email", "delayDays", "frequencyDays")

    enabled: bool
    email: Email | None = Field(default=None, validate_default=True)
    delay_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None, validate_default=True, description="Calendar days after submission (R57)"
    )
    frequency_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None, validate_default=True, description="Days between reminders after the first (R58)"
    )

    @field_validator("email", "delay_days", "frequency_days")
    @classmethod
    def _needed(cls, value: str | int | None, info: ValidationInfo) -> str | int | None:
        if value is None and info.data.get("enabled"):
            raise refusal("requiredInput", "reminders need an e-mail address, a delay and a frequency", "R56")
        return value


class OcmwOnlineBody(Model):
    new_requests: NewRequests
    unread_reminders: UnreadReminders


class Mutations(MutationsBody, Kept):
    pass


class TechnicalProviders(TechnicalProvidersBody, Kept):
    pass


class ContactDetails(ContactDetailsBody, Kept):
    pass


class OcmwOnline(OcmwOnlineBody, Kept):
    pass
