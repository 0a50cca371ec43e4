"""Bodies and answers of the Uniek verslag (R62, R63)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ValidationInfo

from emulator.core.models import CodeText, Collection, Kept, Model, distinct, known, refusal, when, with_value


def _whole_cents(amount: float) -> float:
    if round(amount, 2) != amount:
        raise refusal("invalidInput", "an amount has at most two decimals", "R62")
    return amount


class Subsidy(Model):
    code: Annotated[CodeText, known("subsidies", "R62")]
    amount: Annotated[float, Field(ge=0, le=1_000_000_000), AfterValidator(_whole_cents)] = Field(
        description="Euro, with at most two decimals"
    )


def _code(subsidy: Subsidy) -> str:
    return subsidy.code


_SUBMITTED_IS_OF_SOMETHING = when(
    with_value("submitted", {"const": True}), {"properties": {"subsidies": {"minItems": 1}}}
)


class ReportBody(Model):
    model_config = ConfigDict(json_schema_extra=_SUBMITTED_IS_OF_SOMETHING)

    subsidies: Annotated[list[Subsidy], Field(max_length=100), distinct("subsidy", _code)]
    submitted: bool = Field(description="Once submitted, a report is not changed any more")

    @field_validator("submitted")
    @classmethod
    def _of_something(cls, submitted: bool, info: ValidationInfo) -> bool:
        if submitted and info.data.get("subsidies") == []:
            raise refusal("requiredInput", "a report on nothing cannot be submitted", "R62")
        return submitted


class Facts(BaseModel):
    """What the portal says of a report."""

    model_config = ConfigDict(alias_generator=to_camel)

    year: int
    status: Literal["notOpen", "due", "saved", "submitted", "late"] = Field(
        description="`due`: open and nothing saved; `late`: not submitted by the end of February, and still possible"
    )
    opens_on: str = Field(json_schema_extra={"format": "date"})
    due_by: str = Field(json_schema_extra={"format": "date"})
    submitted_on: str | None = Field(default=None, json_schema_extra={"format": "date"})
    submitted_late: bool | None = None


class ReportList(Collection):
    items: list[Facts]


class Report(ReportBody, Facts, Kept):
    model_config = ConfigDict(extra="ignore")
