"""The language of a story: what one may say, and every finding about a file of it in one pass (docs/stories.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator

from emulator import controls
from operations.rehearsals.certificates import begins_on
from operations.stories import days
from schemas.document import Document, read
from schemas.errors import DeclarationError
from schemas.fields import PersonKey, Section, Text, problem
from schemas.findings import Finding
from schemas.translation import translate

ANY = "any"
_CERTIFICATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]*\.cer")
MERGED, DISAPPEARING, EVERY = "merged", "disappearing", "every"
"""What stands for centres in a story, beside their names."""
NONE, SOME = "none", "some"
_OF_UP, _OF_RUNS = ["changes", "created", "adopted"], ["error", "says"]
_OF_WAITING = ["waiting", "waitsOnly", "notWaiting"]


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
    writes: Literal["none", "some"] | None = Field(
        default=None,
        description="Whether the step's runs wrote anything at the portal; without one, the last step with an `up`.",
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
    """One day of the story. What it does happens in the order of these fields."""

    on: Moment
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
        """This story for a merger on `day`: with dates instead of days."""
        said = self.model_dump(by_alias=True, exclude_unset=True)
        return Story.model_validate(days.resolve({"starts": self.starts, **said}, day))


def load_story(path: Path) -> Story:
    """The story in a file. Raises `DeclarationError` with all findings."""
    story, document = read_story(path)
    if document.findings:
        raise DeclarationError(document.findings)
    return story


def read_story(path: Path) -> tuple[Story, Document]:
    """A story, and its document with the places of all that it says and what was found so far.

    Raises `DeclarationError` where there is too much wrong to make a story of it.
    """
    document = read(path)
    if document.data is None:
        raise DeclarationError(document.findings)
    document.findings += document.drop_empty()
    try:
        story = Story.model_validate(document.data)
    except ValidationError as error:
        raise DeclarationError([*document.findings, *translate(error, document, Story)]) from None
    document.findings += in_order(story, document)
    _with_a_run(story, document)
    _with_an_up_that_day(story, document)
    return story, document


def in_order(story: Story, document: Document, day: date | None = None) -> Iterator[Finding]:
    """Time goes forward only. A date and a day that is counted from the merger are compared where its `day` is given."""
    before, name = story.starts, "the start"
    for index, step in enumerate(story.steps):
        comparable = days.is_relative(step.on) == days.is_relative(before)
        if (day or comparable) and _moment(step.on, day) < _moment(before, day):
            yield document.finding(("steps", index, "on"), "order", f"{step.on} lies before {name}")
        else:
            before = step.on
        name = "the step above"


def _moment(text: str, day: date | None) -> datetime:
    return controls.parse_moment(days.absolute(text, day or date(2000, 1, 1)))


def certificates_in_time(story: Story, document: Document, day: date) -> Iterator[Finding]:
    """What is made for a merger on `day` ends after it begins."""
    for index, step in enumerate(story.steps):
        for position, made in enumerate(step.certificates):
            begins = days.absolute(made.since, day) if made.since else begins_on(day).isoformat()
            if days.absolute(made.until, day) <= begins:
                yield document.finding(
                    ("steps", index, "certificates", position, "until"), "order",
                    f"it begins on {begins}: give a later day",
                )  # fmt: skip


def _with_a_run(story: Story, document: Document) -> None:
    """What a run does is expected of steps that have one."""
    for index, step in enumerate(story.steps):
        unmet = ([] if step.up else _OF_UP) + ([] if _runs(step) else _OF_RUNS)
        for key in unmet:
            place = ("steps", index, "expect", key)
            if document.has(place):
                needed = "an `up`" if key in _OF_UP else "an `up`, `preview` or `refresh`"
                document.report(
                    place, "missing-key", f"`{key}` is of a run: this step needs {needed}", at_key=True
                )


def _with_an_up_that_day(story: Story, document: Document) -> None:
    """What waits is what the last `up` said: of another day, or of before somebody did something, it proves nothing.

    What was written is so too, where the step itself runs nothing.
    """
    ups: list[Step] = []
    for index, step in enumerate(story.steps):
        ups = [up for up in ups if _same_day(up, step) and not _changes_something(step)]
        ups += [step] * step.up
        if any(_is_taken_by_all_of(up, step) for up in ups):
            continue
        for key in (*_OF_WAITING, *([] if _runs(step) else ["writes"])):
            place = ("steps", index, "expect", key)
            if document.has(place):
                said = f"`{key}` is of an `up`: this step needs one, or one above it on that day with nothing done since"
                document.report(place, "missing-key", said, at_key=True)


def _runs(step: Step) -> bool:
    return step.up or step.refresh or step.preview is not None


def _same_day(one: Step, other: Step) -> bool:
    return one.on.partition("T")[0] == other.on.partition("T")[0]


def _changes_something(step: Step) -> bool:
    people_act = step.portal or step.by_hand or step.supplier
    return bool(people_act or step.certificates or step.renew or step.declare)


def _is_taken_by_all_of(up: Step, step: Step) -> bool:
    """Whether every fusion that takes `step` takes `up` too."""
    in_scenario = up.scenarios is None or (
        step.scenarios is not None and set(step.scenarios) <= set(up.scenarios)
    )
    return in_scenario and up.handled_by in (None, step.handled_by)
