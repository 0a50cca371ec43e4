"""Stories on emulated portals of their own, a few at a time: one project is prepared, and each story gets a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from operations import projects
from operations.preparation import prepare
from operations.stories.language import ANY, Story, load_story
from operations.stories.outcome import StoryOutcome
from operations.stories.play import Say, play
from schemas.errors import DeclarationError, RehearsalError
from schemas.findings import Finding

GENERAL = Path(__file__).with_name("general.yaml")
FOLDER = Path(".state") / "stories"


@dataclass(frozen=True)
class Told:
    """A story about to be told: `title` is the name of its folder."""

    title: str
    fusion: str
    story: Story


def chosen(root: Path, names: Sequence[str], files: Sequence[Path], *, every: bool) -> list[Told]:
    """Which stories of which fusions: each file's own fusion, or the named ones, with the general story without a file.

    Raises `DeclarationError` with the findings of all files, `RehearsalError` for names that do not go together.
    """
    known = sorted(path.stem for path in (root / "fusions").glob("*.yaml"))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise RehearsalError(f"no declaration for {', '.join(unknown)}; there are {', '.join(known)}")
    if every and names:
        raise RehearsalError("name fusions, or say --all")
    named = known if every else list(dict.fromkeys(names))
    found: list[Told] = []
    for path, story in _loaded(files or [GENERAL]):
        fusions = named if story.fusion == ANY else [story.fusion]
        if not fusions:
            raise RehearsalError(f"the story of {path.name} is of any fusion: name one, or say --all")
        if story.fusion != ANY and (story.fusion not in known or (named and story.fusion not in named)):
            raise RehearsalError(
                f"{path.name} is a story of {story.fusion}, which is not among {', '.join(named or known)}"
            )
        found += [Told(f"{path.stem}-{name}" if files else name, name, story) for name in fusions]
    return found


def _loaded(files: Sequence[Path]) -> list[tuple[Path, Story]]:
    stories: list[tuple[Path, Story]] = []
    findings: list[Finding] = []
    for path in files:
        try:
            stories.append((path, load_story(path)))
        except DeclarationError as error:
            findings += error.findings
    if findings:
        raise DeclarationError(findings)
    return stories


def run(
    root: Path,
    told: Sequence[Told],
    say: Say,
    *,
    keep: bool = False,
    jobs: int | None = None,
    folder: Path | None = None,
) -> list[StoryOutcome]:
    """Live through the stories of the declarations in `root`, `jobs` at once, in `folder` or else below `root`; those
    that passed leave nothing behind unless `keep`. Raises `RehearsalError` while another one runs there."""
    folder = folder or root / FOLDER
    names = sorted({one.fusion for one in told})
    with projects.alone(folder):
        say(
            f"{_count(len(told), 'story', 'stories')} in {_shown(folder, root)}: preparing {_count(len(names), 'fusion')}"
        )
        prepared = folder / "prepared"
        if folder.exists():
            shutil.rmtree(folder)
        projects.make(root, prepared, names)
        for _ in prepare(prepared, {**os.environ, **projects.environment(prepared)}):
            pass

        def one(story: Told) -> StoryOutcome:
            place = folder / story.title
            shutil.copytree(prepared, place, symlinks=True)
            outcome = play(place, story.fusion, story.story, say)
            outcome.folder = _shown(place, root)
            if outcome.passed and not keep:
                shutil.rmtree(place)
            return outcome

        with ThreadPoolExecutor(max_workers=jobs or min(2, os.cpu_count() or 1)) as workers:
            outcomes = list(workers.map(one, told))
        shutil.rmtree(prepared)
        if not any(folder.iterdir()):
            folder.rmdir()
    return outcomes


def _shown(folder: Path, root: Path) -> str:
    return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)


def _count(number: int, what: str, several: str | None = None) -> str:
    return f"{number} {what if number == 1 else several or what + 's'}"
