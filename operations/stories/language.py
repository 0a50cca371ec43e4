"""The language of a story: what one may say (docs/stories.md)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from emulator import controls
from operations.stories import days
from schemas.fields import PersonKey, Section, Text, problem

ANY = "any"
_CERTIFICATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]*\.cer")
MERGED, DISAPPEARING, EVERY = "merged", "disappearing", "every"
"""What stands for centres in a story, beside their names."""
NONE, SOME = "none", "some"


def _day(value: Any) -> Any:
    """`0`, the day of the merger, is a number to the reader of declarations."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not days.is_relative(text):
        try:
            controls.parse_moment(text)
        except controls.ClockError:
            raise problem(
                "wrong-type",
                "expected a date as 2025-01-01, a moment as 2025-01-01T00:30:00, or days from the merger as -61d, 0, +12d",
            ) from None
    return text


def _without_time(value: str) -> str:
    if "T" in value:
        raise problem("wrong-type", "expected a day without a time, as 2025-01-01 or +12d")
    return value


Moment = Annotated[str, BeforeValidator(_day)]
Day = Annotated[Moment, AfterValidator(_without_time)]
Sentence = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^.*\S.*$")]
Count = Annotated[int, Field(ge=0)]
Lines = Literal["none"] | list[Text]
"""Parts of lines that must be there; `none`: there is no line."""


class Fault(Section):
    """Calls that fail, as `fusion emulator faults` says it."""

    status: Literal[429, 500, 503, 504] = 503
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    path: Text | None = None
    method: Text | None = None
    after_write: bool = False
    max_count: Annotated[int, Field(ge=1)] | None = None

    @field_validator("share", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        # The reader of declarations knows whole numbers only; all else is text.
        try:
            return float(value) if isinstance(value, int | str) and not isinstance(value, bool) else value
        except ValueError:
            return value


class Portal(Section):
    """What the portal does otherwise than the calendar says."""

    postpone_copy: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None, description="The RSZ's copy to the merged number comes so many days later (R27)."
    )
    fault: Fault | None = None
    clear_faults: bool = False
    save: Text | None = Field(default=None, description="A checkpoint with this name.")
    restore: Text | None = None


class Supplier(Section):
    """The answer to every delegation request that is pending (R36)."""

    answer: Literal["accept", "refuse"]
    reason: Text | None = None


ManualActionName = Literal[
    "deleteFtpAccount", "changeSender", "addUser", "blockUser", "unblockUser", "readEBox", "submitReport", "moveForms",
    "stopForm",
]  # fmt: skip


class ByHand(Section):
    """Something that a person does in the portal."""

    do: ManualActionName
    at: Text = Field(description="A centre's name, or `merged`, `disappearing`, `every`.")
    person: PersonKey | None = None
    domain: Text = "maatschappelijkWelzijn"

    @model_validator(mode="after")
    def _who(self) -> Self:
        if self.do in ("addUser", "blockUser", "unblockUser") and self.person is None:
            raise problem("missing-key", f"`{self.do}` needs a `person`")
        return self


class Edit(Section):
    """Text of the declaration that is replaced, as people edit it. It must stand there exactly once."""

    replace: Annotated[str, Field(min_length=1)]
    by: str


class MadeCertificate(Section):
    """A certificate made for the occasion, in the project's fusions/certificates."""

    file: Text
    until: Day = Field(description="Its last day.")
    since: Day | None = Field(default=None, description="Its first day; else well before the merger.")

    @field_validator("file")
    @classmethod
    def _bare(cls, value: str) -> str:
        if not _CERTIFICATE.fullmatch(value):
            raise problem(
                "certificate-name",
                "expected a bare name that ends in .cer: it is made in fusions/certificates",
            )
        return value


class ExpectedLine(Section):
    """What `fusion check` must say: some line with this system, check and centre has one of these results."""

    check: Text
    at: Text | None = None
    result: list[Literal["ok", "todo", "waiting", "failed", "unknown"]]
    detail: Text | None = None


class Check(Section):
    """`fusion check`, and what it must say."""

    never: list[Literal["todo", "waiting", "failed", "unknown"]] = Field(
        default_factory=list, description="No line has one of these results."
    )
    todo: Lines | None = Field(
        default=None, description="Each part stands in a line that is `todo`, and no other line is."
    )
    lines: list[ExpectedLine] = Field(default_factory=list)


class Expect(Section):
    """What must be so after the step."""

    waiting: Lines | None = Field(
        default=None, description="Each part stands in a line of `waiting`; `none`: nothing waits."
    )
    waits_only: list[Text] | None = Field(
        default=None, description="Each line of `waiting` has one of these parts."
    )
    not_waiting: list[Text] | None = Field(default=None, description="No line has one of these parts.")
    changes: Literal["none", "some"] | Count | None = Field(
        default=None, description="How many resources the `up` changed."
    )
    created: Count | None = Field(
        default=None, description="Of the summary: things that the portal got from us."
    )
    adopted: Count | None = None
    writes: Literal["none", "some"] | Annotated[list[Text], Field(min_length=1)] | None = Field(
        default=None,
        description="Whether the step's runs wrote anything at the portal; without one, the last step with an `up`. A list: "
        "parts of `METHOD path`, one for each call that wrote, and no other did.",
    )
    no_writes_at: Literal["disappearing"] | None = Field(
        default=None, description="Nothing was written there so far but what may be (docs/design.md)."
    )
    forms_moved: bool = Field(default=False, description="Every form has ended, and its successor runs.")
    error: Text | Annotated[list[Text], Field(min_length=1)] | None = Field(
        default=None,
        description="The step's `up`, `preview` or `refresh` fails with this or these, and nothing else.",
    )
    says: list[Text] = Field(
        default_factory=list, description="Parts of errors and warnings of the step's runs."
    )


class Step(Section):
    """One day of the story, or the end of each month. What it does happens in the order of these fields."""

    on: Moment
    month_ends_until: Day | None = Field(
        default=None, description="The step is lived at each month's end from `on` until this day."
    )
    what: Sentence
    scenarios: list[Literal[1, 2, 3]] | None = Field(
        default=None, description="Only fusions of these scenarios take this step."
    )
    handled_by: Literal["softwareSupplier", "byHand"] | None = Field(
        default=None, description="Only fusions whose running dossiers are moved so (R70)."
    )
    portal: Portal | None = None
    by_hand: list[ByHand] = Field(default_factory=list)
    supplier: Supplier | None = None
    certificates: list[MadeCertificate] = Field(default_factory=list)
    renew: list[Literal["ftpPassword", "restKey"]] = Field(
        default_factory=list,
        description="Secrets that become others; a key's certificate begins on that day.",
    )
    declare: list[Edit] = Field(default_factory=list)
    chief_access_managers: bool = False
    refresh: bool = False
    up: bool = False
    preview: Literal["none", "some"] | Count | None = None
    check: Check | None = None
    expect: Expect = Field(default_factory=Expect)


class Story(Section):
    """A story of one fusion, or of any."""

    story: Sentence
    fusion: Text = ANY
    starts: Moment = days.FIRST
    steps: Annotated[list[Step], Field(min_length=1)]

    def of(self, day: date) -> Story:
        """This story for a merger on `day`: with dates instead of days, and a step for each month's end."""
        said = self.model_dump(by_alias=True, exclude_unset=True)
        resolved = days.resolve({"starts": self.starts, **said}, day)
        resolved["steps"] = [one for step in resolved["steps"] for one in days.at_month_ends(step)]
        return Story.model_validate(resolved)
