"""Which stories are played for which fusions, and every finding about them before anything is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.stories.language import ANY, Story
from operations.stories.manual_actions import numbers_of, unknown_centre
from operations.stories.play import is_taken_by
from operations.stories.reading import certificates_in_time, in_order, read_story, with_month_ends
from schemas.declaration import Fusion
from schemas.document import Document
from schemas.errors import DeclarationError, RehearsalError
from schemas.findings import Finding
from schemas.findings import Path as Place
from schemas.loading import find_declarations, load_declaration

GENERAL = Path(__file__).with_name("general.yaml")


@dataclass(frozen=True)
class ChosenStory:
    """A story about to be played: `title` is the name of its folder."""

    title: str
    fusion: str
    story: Story


def choose_stories(
    root: Path, names: Sequence[str], files: Sequence[Path], *, every: bool
) -> list[ChosenStory]:
    """Which stories of which fusions, with the dates that they have there: each file's own fusion, or the named ones, with
    the general story without a file.

    Raises `DeclarationError` with the findings of all stories and declarations, `UnknownFusion` for a name without a
    declaration, `RehearsalError` for names that do not go together.
    """
    known = list(find_declarations(root / "fusions", names))
    if every and names:
        raise RehearsalError("--all stands beside names of fusions", "Leave one of the two out")
    named = known if every else list(dict.fromkeys(names))
    read, findings = _read(files or [GENERAL], known)
    found: list[tuple[ChosenStory, Document]] = []
    for path, story, document in read:
        fusions = named if story.fusion == ANY else [story.fusion]
        if not fusions:
            raise RehearsalError(f"the story of {path.name} is of any fusion", "Name one, or say --all")
        if story.fusion != ANY and named and story.fusion not in named:
            raise RehearsalError(
                f"{path.name} is a story of {story.fusion}, which is not among {', '.join(named)}",
                "Name it too, or no fusion at all",
            )
        found += [
            (ChosenStory(f"{path.stem}-{name}" if files else name, name, story), document) for name in fusions
        ]
    declared: dict[str, Fusion] = {}
    for name in sorted({one.fusion for one, _ in found}):
        try:
            declared[name] = load_declaration(root / "fusions" / f"{name}.yaml")
        except DeclarationError as error:
            findings += error.findings
    resolved: list[ChosenStory] = []
    for one, document in found:
        if one.fusion not in declared:
            continue
        fusion = declared[one.fusion]
        about = list(_fits(one.story, document, fusion))
        findings += about
        if not about:
            resolved.append(ChosenStory(one.title, one.fusion, one.story.of(fusion.takes_effect)))
    if findings:
        raise DeclarationError(findings)  # what is wrong for any fusion and for this one is said once
    return resolved


def _read(
    files: Sequence[Path], known: Sequence[str]
) -> tuple[list[tuple[Path, Story, Document]], list[Finding]]:
    stories: list[tuple[Path, Story, Document]] = []
    findings: list[Finding] = []
    for path in files:
        try:
            story, document = read_story(path)
        except DeclarationError as error:
            findings += error.findings
            continue
        findings += document.findings
        if story.fusion in (ANY, *known):
            stories.append((path, story, document))
        else:
            message = f"no declaration for `{story.fusion}`; there are {', '.join(known)}, and {ANY}"
            findings.append(document.finding(("fusion",), "unknown-value", message))
    return stories, findings


def _fits(story: Story, document: Document, fusion: Fusion) -> Iterator[Finding]:
    """What keeps a story from being one of this fusion."""
    yield from _places(story, document, fusion)
    for look in (in_order, certificates_in_time, with_month_ends):
        yield from look(story, document, fusion.takes_effect)


def _places(story: Story, document: Document, fusion: Fusion) -> Iterator[Finding]:
    """Each `at` stands for centres of the fusion."""
    for place, at in _ats(story, fusion):
        if not numbers_of(fusion, at):
            yield document.finding(place, "unknown-value", str(unknown_centre(fusion, at)))


def _ats(story: Story, fusion: Fusion) -> Iterator[tuple[Place, str]]:
    for index, step in enumerate(story.steps):
        if not is_taken_by(step, fusion):
            continue
        for position, by_hand in enumerate(step.by_hand):
            yield ("steps", index, "byHand", position, "at"), by_hand.at
        for position, line in enumerate(step.check.lines if step.check else ()):
            if line.at is not None:
                yield ("steps", index, "check", "lines", position, "at"), line.at
