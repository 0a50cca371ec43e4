"""Bodies of integrations: forms of running dossiers, A036 attestations, and batches of them (R06-R11)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from emulator.core import reference
from emulator.core.models import CodeText, Kept, Model, Ssin, Text, at_least_one, distinct, known, refusal

BATCH = 500


def _valid_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise refusal("invalidInput", "not a date of the calendar") from None
    return text


Date = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_valid_date),
]
QualityCode = Annotated[CodeText, known("qualityCodes")]


def _attested(code: str) -> str:
    if code not in reference.attestation_codes():
        raise refusal("rejectedInput", "there are no A036 attestations of this quality", "R11")
    return code


class FormBody(Model):
    ssin: Ssin
    quality_code: QualityCode
    reference: Text = Field(description="The dossier's number in the centre's own software")
    start_date: Date


class AttestationBody(FormBody):
    quality_code: Annotated[
        QualityCode,
        AfterValidator(_attested),
        Field(json_schema_extra={"enum": sorted(reference.attestation_codes())}),
    ]


class Stops(Model):
    end_date: Date
    merger_on: Date | None = Field(
        default=None,
        description="The day of the merger for which they are stopped: on a wrong day, they are still to be stopped for it",
    )
    ids: Annotated[list[CodeText], Field(max_length=BATCH), at_least_one("form", "R06"), distinct("form")]


class PredecessorBody(Model):
    enterprise_number: Annotated[str, Field(pattern=r"^[01][0-9]{9}$")]
    id: CodeText


def _key(predecessor: PredecessorBody) -> tuple[str, str]:
    return predecessor.enterprise_number, predecessor.id


class Successions(Model):
    start_date: Date
    predecessors: Annotated[
        list[PredecessorBody],
        Field(max_length=BATCH),
        at_least_one("predecessor", "R06"),
        distinct("predecessor", _key),
    ]


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Elsewhere(_Answer):
    """A form with the number that it is under."""

    enterprise_number: str
    id: str


class Form(Kept):
    id: str
    person_id: str
    quality_code: str
    reference: str
    start_date: str = Field(json_schema_extra={"format": "date"})
    end_date: str | None = Field(default=None, json_schema_extra={"format": "date"})
    status: Literal["running", "stopped"]
    planned_end_date: str | None = Field(
        default=None,
        description="Until when it was to run before a merger stopped it: the form that continues it ends then",
        json_schema_extra={"format": "date"},
    )
    locked_until: str | None = Field(
        default=None,
        description="It is being handled: nothing of it changes before this date",
        json_schema_extra={"format": "date"},
    )
    predecessor: Elsewhere | None = None
    successor: Elsewhere | None = None


class Slice(_Answer):
    """A page of a long collection: where it goes on, and not how much there is."""

    next: str | None = Field(default=None, description="The next page, as a path with its query")


class FormList(Slice):
    items: list[Form]


class Count(_Answer):
    kind: Literal["form", "attestation"]
    quality_code: str
    running: int
    stopped: int
    without_successor: int = Field(
        description="Stopped on the day before the merger, and not yet entered under the number that goes on"
    )


class Counts(_Answer):
    items: list[Count]


class WorkCount(_Answer):
    kind: Literal["form", "attestation"]
    quality_code: str
    to_stop: int = Field(
        description="Began before the merger's day and run past its eve, or were stopped for it on another day"
    )
    locked: int = Field(description="The same, but being handled: not to be stopped yet")
    locked_until: str | None = Field(
        default=None, description="When all of these can be", json_schema_extra={"format": "date"}
    )
    to_enter: int = Field(description="Stopped for the merger, on its eve, and continued nowhere")
    ended: int = Field(
        description="Ended on the eve though nobody said that it was for the merger, and continued nowhere: whether they "
        "go on, people know"
    )


class WorkCounts(_Answer):
    items: list[WorkCount]
    total: int


class Predecessor(_Answer):
    enterprise_number: str
    start_date: str = Field(
        description="From when its forms begin again under this number", json_schema_extra={"format": "date"}
    )


class Work(_Answer):
    id: str
    quality_code: str


class WorkList(Slice):
    items: list[Work]


class Integration(_Answer):
    person_id: str
    quality_code: str
    start_date: str = Field(json_schema_extra={"format": "date"})
    end_date: str | None = Field(default=None, json_schema_extra={"format": "date"})


class IntegrationList(Slice):
    items: list[Integration]


class _Refusable(_Answer):
    rule: str | None = Field(default=None, description="The manual's rule", examples=["R06"])
    detail: str | None = None


class Stopped(_Refusable):
    id: str
    result: Literal["stopped", "alreadyStopped", "refused"]
    reason: (
        Literal["unknownForm", "stoppedOnAnotherDate", "endsBeforeStart", "afterMerger", "locked"] | None
    ) = None
    available_from: str | None = Field(
        default=None, description="When it can be stopped", json_schema_extra={"format": "date"}
    )


class StopResults(_Answer):
    items: list[Stopped]


class Continued(_Refusable):
    predecessor: Elsewhere
    result: Literal["entered", "alreadyEntered", "refused"]
    id: str | None = Field(default=None, description="The form that continues it")
    reason: (
        Literal[
            "notMerged",
            "keepsNumber",
            "unknownForm",
            "stillRunning",
            "stoppedOnAnotherDate",
            "startsOnAnotherDay",
            "alreadyRunning",
        ]
        | None
    ) = None


class SuccessionResults(_Answer):
    items: list[Continued]
