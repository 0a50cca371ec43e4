"""A plan as people read it, in one language: headings, lines, notes. Each form writes this down, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operations.plans import labels
from operations.plans.field_rows import Row, rows_of
from operations.plans.model import CentrePart, FusionPlan, Line, Notice, Outcome, Plan, WaitingFor
from operations.plans.overall import say_no_digest, say_overall, say_steps, say_title
from operations.plans.text import Text, Value, join
from operations.plans.things import is_retained
from operations.plans.words import COLON, Words
from providers.settings import EMBEDDED
from schemas.identifiers import dotted
from schemas.systems import System

MARKS = {
    Outcome.MADE: "+",
    Outcome.ADOPTED: "=",
    Outcome.CHANGED: "~",
    Outcome.REPLACED: "±",
    Outcome.REMOVED: "-",
    Outcome.LEFT: "·",
    Outcome.WAITS: "…",
    Outcome.REFUSED: "!",
    Outcome.DIFFERS: "!",
    Outcome.BASELINE: "=",
    Outcome.NOTHING: "·",
    Outcome.UNSEEN: "?",
    Outcome.UNCHANGED: "·",
}
"""A sign before each line, for who does not see colours."""
_CALENDAR = "the calendar"


@dataclass(frozen=True)
class Note:
    """A note on a line: `who goes: …`; a sentence that says itself what it is has no label.

    :param weighty: whether somebody or something loses by it.
    """

    label: Text
    texts: tuple[Text, ...]
    weighty: bool = False
    colon: str = COLON

    @property
    def line(self) -> Text:
        """A note of one text."""
        return (*self.label, self.colon, *self.texts[0]) if self.label else self.texts[0]


@dataclass(frozen=True)
class Entry:
    """A thing, and what becomes of it."""

    outcome: Outcome
    mark: str
    title: Text
    what: Text
    rules: str
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Section:
    """A system at a centre.

    :param folds: whether all of it stays as it is, so that a page may fold it.
    """

    title: Text
    entries: tuple[Entry, ...]
    folds: bool = False


@dataclass(frozen=True)
class Centre:
    """A centre: its name, and what it is."""

    name: Text
    what: Text
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Warned:
    """A warning or an error."""

    is_error: bool
    label: Text
    lines: tuple[Text, ...]
    colon: str = COLON


@dataclass(frozen=True)
class Fusion:
    """The plan of a stack.

    :param target: the portal; () where nobody knows.
    :param steps: how many of the runbook's steps are done; () where nobody knows.
    :param failed: why there is none, () where there is one.
    """

    stack: Text
    summary: Text
    target: Text = ()
    steps: Text = ()
    failed: tuple[Text, ...] = ()
    notices: tuple[Warned, ...] = ()
    counts: tuple[tuple[Text, int], ...] = ()
    centres: tuple[Centre, ...] = ()
    colon: str = COLON

    @property
    def is_quiet(self) -> bool:
        """Whether its summary and its steps say all of it."""
        return not (self.failed or self.notices or self.centres)

    @property
    def line(self) -> Text:
        """The summary, with whose it is."""
        return (*self.stack, self.colon, *self.summary)

    @property
    def head(self) -> tuple[Text, ...]:
        """What is said of it as a whole, line by line."""
        return tuple(line for line in (self.target, self.summary, self.steps) if line)


@dataclass(frozen=True)
class View:
    """A whole plan."""

    language: str
    title: Text
    summary: Text
    fusions: tuple[Fusion, ...]
    digest: Text = ()
    """What an approval names; () where there is none."""
    no_digest: Text = ()
    """Where there is none: that this plan cannot be approved."""
    is_by_hand: bool = False
    """Whether it has none since nothing of it has a portal."""
    signing: tuple[Text, ...] = ()
    """What is signed: labels of empty lines, for those who agree."""
    agreement: Text = ()
    footer: Text = ()


def make_view(plan: Plan, language: str) -> View:
    """The plan in a language."""
    words = Words(language)
    fusions = tuple(_fusion(one, words) for one in plan.fusions)
    return View(
        language=language,
        title=say_title(plan, words),
        summary=say_overall(plan, words),
        fusions=fusions,
        digest=words.say("digest of this plan: {digest}", digest=plan.digest) if plan.digest else (),
        no_digest=() if plan.digest or not plan.fusions else say_no_digest(plan, words),
        is_by_hand=plan.is_by_hand,
        signing=(words.say("Name and role"), words.say("Date"), words.say("Signature")),
        agreement=words.say("I have read this plan and agree that it is carried out."),
        footer=words.say(
            "Made from the engine's own preview. People stand here by their key in the declaration; `fusion who` says whom "
            "the portal means by a number."
        ),
    )


def _fusion(plan: FusionPlan, words: Words) -> Fusion:
    stack: Text = (Value(plan.stack),)
    steps = say_steps(plan, words)
    if plan.is_by_hand:
        told = words.say(
            "There is no portal, so no preview: {command} shows what people do by hand.",
            command=f"fusion runbook {plan.stack}",
        )
        return Fusion(stack, told, steps=steps, colon=words.colon)
    if plan.failed:
        why = tuple((Value(line),) for line in plan.failed.splitlines() if line.strip())
        return Fusion(stack, words.say("There is no plan: the engine could not make one."), failed=why)
    counts = tuple(
        (words.say(labels.OUTCOMES[outcome]), plan.counts.outcomes[outcome])
        for outcome in Outcome
        if outcome in plan.counts.outcomes
    )
    waiting = plan.counts.waiting
    if waiting:
        counts = (*counts, (words.say("of these, waiting"), waiting))
    summary = words.several(words.labelled(label, (str(count),)) for label, count in counts)
    if plan.is_empty:
        summary = (*words.say("No changes."), *((" ", *summary) if summary else ()))
    centres = tuple(_centre(one, words) for one in plan.centres)
    notices = tuple(say_notice(one, words) for one in plan.notices)
    if plan.portal == EMBEDDED:
        target = words.say("portal: the rehearsal's, emulated on this machine")
    else:
        target = words.say("portal: {url}", url=plan.portal) if plan.portal else ()
    return Fusion(stack, summary, target, steps, (), notices, counts, centres, words.colon)


def say_notice(notice: Notice, words: Words) -> Warned:
    """What people have to know before they agree."""
    is_error = notice.severity == "error"
    label = words.say("needs a person") if is_error else words.say("attention")
    return Warned(is_error, label, tuple(words.sentence(line) for line in notice.lines), words.colon)


def _centre(centre: CentrePart, words: Words) -> Centre:
    what = words.say(labels.ROLES[centre.role])
    if centre.number:
        what = (*what, " · ", *words.say("KBO number"), " ", Value(dotted(centre.number)))
    sections = tuple(
        Section(
            words.say(labels.SYSTEMS[System.named(one.system)]),
            tuple(say_line(line, words) for line in one.lines),
            folds=all(_stays(line) for line in one.lines),
        )
        for one in centre.systems
    )
    return Centre((Value(centre.name),), what, sections)


def _stays(line: Line) -> bool:
    """Whether it is a retained thing of which there is nothing to judge: it is compared from now on, or released."""
    judged = (
        line.accepts or line.differs or line.waiting or line.loses or line.keeps or line.goes or line.refused
    )
    return is_retained(line.type) and line.outcome in (Outcome.BASELINE, Outcome.NOTHING) and not judged


def say_line(line: Line, words: Words) -> Entry:
    """A thing, and what becomes of it."""
    names = [words.name("domains", key) for key in line.key]
    title = words.say(line.title)
    return Entry(
        outcome=line.outcome,
        mark=MARKS[line.outcome],
        title=(*title, " ", *join(((Value(name),) for name in names), ", ")) if names else title,
        what=words.say(labels.OUTCOMES[line.outcome]),
        rules=", ".join(line.rules),
        rows=tuple(rows_of(line, words)),
        notes=tuple(_notes(line, words)),
    )


def _notes(line: Line, words: Words) -> Iterator[Note]:
    def sentences(texts: Sequence[str]) -> tuple[Text, ...]:
        return tuple(words.sentence(text) for text in texts)

    def note(label: Text, texts: Sequence[Text], *, weighty: bool = False) -> Note:
        return Note(label, tuple(texts), weighty, words.colon)

    if line.says and line.outcome in (Outcome.UNSEEN, Outcome.NOTHING):
        yield Note((), sentences([line.says]))
    if line.goes:
        yield note(words.say("who goes (R24)"), [(Value(who),) for who in line.goes], weighty=True)
    if line.loses:
        yield note(words.say("what is lost"), sentences(line.loses), weighty=True)
    if line.refused:
        yield note(words.say("reason of the refusal"), sentences([line.refused]), weighty=True)
    if line.differs:
        yield note(
            words.say("how it differs; nothing is written here"), sentences(line.differs), weighty=True
        )
    if line.keeps:
        yield note(words.say("who keeps access"), sentences(line.keeps))
    if line.accepts:
        yield note(words.say("accepted as the new baseline"), sentences(line.accepts.split("; ")))
    if line.baseline:
        yield note(
            words.say("retained as it is"), [labels.of_baseline(text, words) for text in line.baseline]
        )
    if line.waiting:
        yield Note((), (say_waiting(line.waiting, words),))


def say_waiting(waiting: WaitingFor, words: Words) -> Text:
    """`waits for … (R35); whom: Socius; until: 2025-02-28`. A day comes by itself: the calendar is nobody."""
    reason = words.sentence(waiting.reason)
    parts = [(*reason, f" ({waiting.rule})") if waiting.rule else reason]
    if waiting.whom and waiting.whom != _CALENDAR:
        parts.append(words.say("whom: {whom}", whom=words.party(waiting.whom)))
    if waiting.until:
        parts.append(words.say("until: {until}", until=words.day(waiting.until)))
    return words.several(parts)
