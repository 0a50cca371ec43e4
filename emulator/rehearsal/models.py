"""Bodies of the rehearsal's own controls."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from emulator.calendar.clock import FASTEST
from emulator.core.models import (
    MOMENT,
    Collection,
    DocumentedValidator,
    JsonSchema,
    Model,
    Text,
    refusal,
    when,
    with_value,
)
from emulator.rehearsal.limits import LEAST
from emulator.signin.clients import SCOPES, SUPPLIER_SCOPES
from emulator.systems.chaman.models import DelegatableSupplier, SupplierCertificate

_EVERY_SCOPE = SCOPES | SUPPLIER_SCOPES


def _known_scope(scope: str) -> str:
    if scope not in _EVERY_SCOPE:
        raise refusal("referencedResourceNotFound", "an API's name with :read or :write, such as chaman:read")
    return scope


Scope = Annotated[str, DocumentedValidator(_known_scope, {"enum": sorted(_EVERY_SCOPE)})]


def _exactly_one(*names: str) -> JsonSchema:
    """For the document: one of the fields, and not as null."""
    name, *others = names
    given = with_value(name, {"not": {"type": "null"}})
    if not others:
        return given
    nulls: JsonSchema = {"properties": {other: {"type": "null"} for other in others}}
    return when(given, nulls, _exactly_one(*others))


class ClockBody(Model):
    model_config = ConfigDict(json_schema_extra=_exactly_one("now", "advanceDays", "running"))

    now: Annotated[str, Field(max_length=40, json_schema_extra=dict(MOMENT))] | None = Field(
        default=None, description="A moment (RFC 3339), or a date: its opening hour"
    )
    advance_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    running: Annotated[float, Field(ge=0, le=FASTEST)] | None = Field(
        default=None, description="So many times as fast as the wall clock; 0: it stands still"
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> ClockBody:
        if sum(value is not None for value in (self.now, self.advance_days, self.running)) != 1:
            raise refusal("rejectedInput", "one of now, advanceDays and running")
        return self


class Clock(BaseModel):
    now: str = Field(json_schema_extra={"format": "date-time"})
    running: float = Field(description="Portal seconds a second of the wall clock; 0: it stands still")
    done: list[str] | None = Field(default=None, description="What fell due on the way, in order")


class RateLimitBody(Model):
    requests_per_second: Annotated[float, Field(ge=LEAST, le=1_000_000)]
    burst: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="Calls at once after a pause")


class RateLimit(RateLimitBody):
    model_config = ConfigDict(extra="ignore")


class FaultBody(Model):
    """A share of the matching calls fails; which of them follows from `seed`, so that a run can be repeated."""

    kind: Literal["status", "latency", "reset", "cutOff", "mixed"] = Field(
        default="status", description="`mixed`: each time another one of all that passes by itself"
    )
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
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
    outcome: int | None = Field(
        default=None,
        description="The call's own status; left out where a fault kept it from being carried out",
    )
    fault: str | None = None
    person: str | None = Field(
        default=None, description="The portal's number for who worked through the client"
    )


class Journal(Collection):
    items: list[JournalEntry]


_REFUSED_WITHOUT_CERTIFICATE = when(
    with_value("answer", {"const": "refuse"}), {"properties": {"certificate": {"type": "null"}}}
)


class DelegationAnswer(Model):
    model_config = ConfigDict(json_schema_extra=_REFUSED_WITHOUT_CERTIFICATE)

    answer: Literal["accept", "refuse"]
    reason: Text | None = Field(default=None, description="Of a refusal")
    certificate: SupplierCertificate | None = Field(
        default=None, description="Of an acceptance: the supplier's own; without it the portal makes one"
    )

    @model_validator(mode="after")
    def _with_an_acceptance(self) -> DelegationAnswer:
        if self.certificate is not None and self.answer == "refuse":
            raise refusal("rejectedInput", "a certificate comes with an acceptance")
        return self


class PostponementBody(Model):
    days: Annotated[int, Field(ge=1, le=366)] = Field(description="So many days later than it would")


class Postponement(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    enterprise_number: str
    copies_at: str = Field(json_schema_extra={"format": "date-time"})


def _of_kind(scopes: frozenset[str]) -> JsonSchema:
    return {"properties": {"scopes": {"items": {"enum": sorted(scopes)}}}}


class ClientBody(Model):
    model_config = ConfigDict(
        json_schema_extra=when(
            with_value("supplier", {"type": "string"}), _of_kind(SUPPLIER_SCOPES), _of_kind(SCOPES)
        )
    )

    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    public_key: Annotated[
        str, Field(max_length=10_000, description="An RSA public key of at least 2048 bits in PEM")
    ]
    scopes: list[Scope] | None = Field(
        default=None, description="All that it may ever have; left out: every one"
    )
    supplier: DelegatableSupplier | None = Field(
        default=None, description="The supplier that it answers for; left out: it acts for centres"
    )

    @model_validator(mode="after")
    def _scopes_of_its_kind(self) -> ClientBody:
        if not (SCOPES if self.supplier is None else SUPPLIER_SCOPES).issuperset(self.scopes or ()):
            raise refusal(
                "rejectedInput", "a supplier's client has scopes of delegations, and no other client has any"
            )
        return self


class Client(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    client_id: str
    public_key: str
    scopes: list[str] | None = None
    supplier: str | None = None


class ClientList(BaseModel):
    items: list[Client]
    total: int


class ServedFolders(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    port: Annotated[int, Field(ge=1, le=65535)]
    host_key: str = Field(description="The server's key, by its fingerprint (SHA256:…)")


class Checkpoint(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    name: str
    at: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="The portal's moment; left out of one that cannot be read",
    )
    made_at: str | None = Field(
        default=None, json_schema_extra={"format": "date-time"}, description="The wall clock's"
    )


class CheckpointList(BaseModel):
    items: list[Checkpoint]
    total: int


class DifferingField(BaseModel):
    name: str
    old: Any = Field(default=None, description="Left out where it had none, and of a password")
    new: Any = None


class Difference(BaseModel):
    organization: str | None = Field(default=None, description="Left out of what is the whole portal's")
    name: str | None = Field(default=None, description="The organisation's")
    what: str
    key: str | None = Field(default=None, description="Left out of what an organisation has one of")
    change: Literal["added", "removed", "changed"]
    fields: list[DifferingField] | None = None


class DifferenceList(Collection):
    items: list[Difference]


class Mail(BaseModel):
    at: str = Field(json_schema_extra={"format": "date-time"})
    organization: str
    recipient: str
    kind: str
    subject: str
    text: str


class MailList(Collection):
    items: list[Mail]


class MutationCount(BaseModel):
    organization: str
    type: str
    outcome: Literal["delivered", "unticked", "noChannel"]
    count: int


class MutationCountList(Collection):
    items: list[MutationCount]


class BoxFile(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    organization: str
    account: str
    name: str
    kind: str
    size: int = Field(description="Bytes")
    received_at: str = Field(json_schema_extra={"format": "date-time"})
    fetched_at: str | None = Field(default=None, json_schema_extra={"format": "date-time"})


class BoxFileList(Collection):
    items: list[BoxFile]


class AidRequestBody(Model):
    enterprise_number: Annotated[str, Field(pattern=r"^[01][0-9]{9}$")]
    subject: Text | None = Field(default=None, description="Left out: one of the usual ones")
