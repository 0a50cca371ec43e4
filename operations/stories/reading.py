"""A story's file, read: every finding about it in one pass, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from emulator import controls
from operations.rehearsals.certificates import begins_on
from operations.stories import days
from operations.stories.language import Step, Story
from schemas.document import Document, read
from schemas.errors import DeclarationError
from schemas.findings import Finding
from schemas.translation import translate

_OF_UP, _OF_RUNS = ["changes", "created", "adopted"], ["error", "says"]
_OF_WAITING = ["waiting", "waitsOnly", "notWaiting"]


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
            before = step.month_ends_until or step.on
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


def with_month_ends(story: Story, document: Document, day: date) -> Iterator[Finding]:
    """A step at each month's end has one, for a merger on `day`."""
    for index, step in enumerate(story.steps):
        if step.month_ends_until and not days.month_ends(
            days.absolute(step.on, day), days.absolute(step.month_ends_until, day)
        ):
            yield document.finding(
                ("steps", index, "monthEndsUntil"), "order", f"no month ends between {step.on} and this day"
            )


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
    if one.month_ends_until or other.month_ends_until:
        return False  # many days: of each only the step itself
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
