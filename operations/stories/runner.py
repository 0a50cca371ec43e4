"""Stories on emulated portals of their own, a few at a time: one project is prepared, and each story gets a copy of it.

What a run leaves for a look stays until somebody cleans up: each run has a folder of its own, with a number.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from operations.private_files import make_private_folder
from operations.rehearsals import projects
from operations.rehearsals.preparation import prepare
from operations.stories.choice import ChosenStory
from operations.stories.interruption import Interruption
from operations.stories.play import Say, describe_unexpected, play
from operations.stories.results import StoryOutcome
from schemas.counts import format_count

FOLDER = Path(".state") / "stories"


def run(
    root: Path,
    stories: Sequence[ChosenStory],
    say: Say,
    *,
    keep: bool = False,
    jobs: int | None = None,
    folder: Path | None = None,
) -> list[StoryOutcome]:
    """Live through the stories of the declarations in `root`, `jobs` at once, in `folder` or else below `root`; those
    that passed leave nothing behind unless `keep`. Raises `RehearsalError` while another one runs there.

    Ctrl-C ends them all soon; the report has what they came to so far.
    """
    folder = folder or root / FOLDER
    names = sorted({one.fusion for one in stories})
    interruption = Interruption()
    with projects.exclusive(folder), _numbered(folder) as mine:
        count, fusions = format_count(len(stories), "story", "stories"), format_count(len(names), "fusion")
        say(f"{count} in {_shown(mine, root)}: preparing {fusions}")
        if kept := _kept(folder, besides=mine):
            say(
                f"{format_count(len(kept), 'earlier run')} kept beside it: `fusion rehearse --clean` removes them"
            )
        prepared = mine / "prepared"
        projects.make_project(root, prepared, names)
        for _ in prepare(prepared, {**os.environ, **projects.environment(prepared)}):
            pass

        def one(story: ChosenStory) -> StoryOutcome:
            place = mine / story.title
            outcome = StoryOutcome(story.story.story, story.fusion, interrupted=interruption.asked)
            if interruption.asked:
                return outcome
            try:
                shutil.copytree(prepared, place, symlinks=True)
                outcome = play(place, story.fusion, story.story, say, interruption)
                if outcome.passed and not keep:
                    shutil.rmtree(place)
            except Exception as error:  # such as a full disk: the other stories go on
                outcome.error = describe_unexpected(error)
            outcome.folder = _shown(place, root) if place.exists() else ""
            return outcome

        with ThreadPoolExecutor(max_workers=jobs or min(2, os.cpu_count() or 1)) as workers:
            futures: list[Future[StoryOutcome]] = []
            try:
                for story in stories:
                    futures += [workers.submit(one, story)]
                # By the second: a Ctrl-C that comes just before a lock is waited for is heard when that ends.
                while wait(futures, timeout=1).not_done:
                    pass
            except KeyboardInterrupt:
                say("interrupted: the engines are told to stop")
                interruption.ask()
            return [future.result() for future in futures] + [one(story) for story in stories[len(futures) :]]


def clean(root: Path, folder: Path | None = None) -> int:
    """Remove what earlier runs left; how many runs. Raises `RehearsalError` while one is at work."""
    folder = folder or root / FOLDER
    with projects.exclusive(folder):
        kept = len(_kept(folder))
        if folder.exists():
            shutil.rmtree(folder)
    return kept


@contextmanager
def _numbered(folder: Path) -> Iterator[Path]:
    """The next run's own folder; only what is kept for a look is left of it."""
    mine = folder / str(max((int(path.name) for path in _kept(folder)), default=0) + 1)
    make_private_folder(mine)
    try:
        yield mine
    finally:
        shutil.rmtree(mine / "prepared", ignore_errors=True)
        for place in (mine, folder):
            if not any(place.iterdir()):
                place.rmdir()


def _kept(folder: Path, besides: Path | None = None) -> list[Path]:
    return [path for path in folder.glob("*") if path.name.isdecimal() and path != besides]


def _shown(folder: Path, root: Path) -> str:
    return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)
