"""Bodies of the rehearsal's own controls."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from emulator.models.common import Collection, Model, Text, refusal


class ClockBody(Model):
    now: Text | None = Field(default=None, description="A moment (RFC 3339), or a date: its opening hour")
    advance_days: Annotated[int, Field(ge=0, le=3660)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> ClockBody:
        if (self.now is None) == (self.advance_days is None):
            raise refusal("rejectedInput", "either now or advanceDays")
        return self


class Clock(BaseModel):
    now: str = Field(json_schema_extra={"format": "date-time"})
    done: list[str] | None = Field(default=None, description="What fell due on the way, in order")


class FaultBody(Model):
    """A share of the matching calls fails; which of them follows from `seed`, so that a run can be repeated."""

    kind: Literal["status", "latency", "reset", "cutOff"] = "status"
    share: Annotated[float, Field(ge=0, le=1, strict=False)] = 1.0
    method: Literal["GET", "POST", "PUT", "DELETE"] | None = None
    path_pattern: Text | None = Field(default=None, description="A glob over the path")
    status: Literal[429, 500, 503, 504] = 503
    retry_after_seconds: Annotated[int, Field(ge=0, le=3600)] | None = None
    after_write: bool = Field(default=False, description="The call is carried out, and the failure answered")
    delay_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0
    max_count: Annotated[int, Field(ge=1, le=10**9)] | None = None


class Fault(FaultBody):
    model_config = ConfigDict(extra="ignore")

    id: int
    met: int = Field(description="Calls that matched")
    made: int = Field(description="Calls that failed by it")


class FaultList(BaseModel):
    items: list[Fault]
    total: int


class JournalEntry(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    seq: int
    at: str = Field(json_schema_extra={"format": "date-time"})
    method: str
    path: str
    acting_for: str | None = None
    client: str | None = None
    status: int = Field(description="What was answered; 0 where the connection broke")
    fault: str | None = None
    person: str | None = Field(
        default=None, description="The portal's number for who worked through the client"
    )


class Journal(Collection):
    items: list[JournalEntry]


class DelegationAnswer(Model):
    answer: Literal["accept", "refuse"]
    reason: Text | None = None


class ClientBody(Model):
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    public_key: Annotated[str, Field(max_length=10_000, description="An RSA public key in PEM")]


class Client(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    client_id: str
    public_key: str


class ClientList(BaseModel):
    items: list[Client]
    total: int
