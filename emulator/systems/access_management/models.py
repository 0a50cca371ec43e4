"""Bodies of access management (R16-R21)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ValidationInfo

from emulator.core.models import (
    CodeText,
    Collection,
    Email,
    Kept,
    Model,
    Ssin,
    at_least_one,
    distinct,
    known,
    refusal,
)


class Person(Model):
    ssin: Ssin


class Manager(Person):
    """An access manager or co-access manager, with the data of the portal's form (R16)."""

    email: Email | None = None
    language: Literal["nl", "fr", "de"] | None = None


def _ssin(person: Person) -> str:
    return person.ssin


class ChiefAccessManagersBody(Model):
    chief_access_managers: Annotated[
        list[Person],
        Field(max_length=50),
        at_least_one("chief access manager", "R15"),
        distinct("person", _ssin),
    ]
    co_chief_access_managers: Annotated[list[Person], Field(max_length=50), distinct("person", _ssin)] = (
        Field(default_factory=list)
    )

    @field_validator("co_chief_access_managers")
    @classmethod
    def _someone_else(cls, co_chiefs: list[Person], info: ValidationInfo) -> list[Person]:
        chiefs = {person.ssin for person in info.data.get("chief_access_managers", ())}
        if any(person.ssin in chiefs for person in co_chiefs):
            raise refusal("rejectedInput", "a chief access manager cannot be a co-chief as well", "R16")
        return co_chiefs


class AccessManagersBody(Model):
    access_manager: Manager
    co_access_managers: Annotated[list[Manager], Field(max_length=100), distinct("person", _ssin)] = Field(
        default_factory=list
    )

    @field_validator("co_access_managers")
    @classmethod
    def _someone_else(cls, co_access_managers: list[Manager], info: ValidationInfo) -> list[Manager]:
        manager = info.data.get("access_manager")
        if manager is not None and any(person.ssin == manager.ssin for person in co_access_managers):
            raise refusal("rejectedInput", "the access manager cannot be a co-access manager as well", "R16")
        return co_access_managers


class UserBody(Model):
    ssin: Ssin
    applications: Annotated[
        list[Annotated[CodeText, known("applications", "R19")]], distinct("application")
    ] = Field(default_factory=list)
    roles: Annotated[list[Annotated[CodeText, known("roles", "R19")]], distinct("role")] = Field(
        default_factory=list
    )
    blocked: bool = Field(
        default=False, description="A temporary absence; applications and roles are kept (R21)"
    )


class UserDeletions(Model):
    ids: Annotated[list[CodeText], Field(max_length=500), at_least_one("user", "R20"), distinct("user")]


class Organization(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    enterprise_number: str
    name: str
    nis_code: str
    status: Literal["active", "inactive"]
    active_from: str | None = Field(default=None, json_schema_extra={"format": "date"})
    access_copied: bool
    access_copied_on: str | None = Field(default=None, json_schema_extra={"format": "date"})
    access_copy_planned_on: str | None = Field(
        default=None, description="While it is to come", json_schema_extra={"format": "date"}
    )
    merged_into: str | None = Field(default=None, description="The number that goes on since `mergedOn`")
    merged_on: str | None = Field(default=None, json_schema_extra={"format": "date"})


class OrganizationList(Collection):
    items: list[Organization]


class Domain(BaseModel):
    domain: str


class DomainList(Collection):
    items: list[Domain]


class KnownPerson(Person):
    person_id: str


class KnownManager(Manager):
    person_id: str


class ChiefAccessManagers(Kept):
    chief_access_managers: list[KnownPerson]
    co_chief_access_managers: list[KnownPerson]


class AccessManagers(Kept):
    access_manager: KnownManager
    co_access_managers: list[KnownManager]


class User(Kept):
    id: str
    person_id: str
    ssin: str
    applications: list[str]
    roles: list[str]
    blocked: bool


class UserList(Collection):
    items: list[User]
