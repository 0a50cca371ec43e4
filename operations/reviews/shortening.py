"""What of a plan is left out where a comment has no room: whole things, never a part of a text.

First what will be made is said by its name only, then what does not change; then both are only counted; then the same with
what changes. Never left out: counts, notices, why there is no plan, what is taken away or refused, who goes and what is
lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from operations.plans.as_markdown import entry_lines, inline, notice_lines, section_blocks
from operations.plans.model import Outcome
from operations.plans.text import Text
from operations.plans.view import Entry, Fusion, Section
from operations.plans.words import Words

Place = tuple[int, int, int, int]
"""Of an entry: which fusion, centre, section and entry."""


class Level(IntEnum):
    """How much is said of a thing."""

    WHOLE = 0
    NAMED = 1
    COUNTED = 2


_MADE = frozenset({Outcome.MADE, Outcome.ADOPTED, Outcome.BASELINE})
_SAME = frozenset({Outcome.UNCHANGED, Outcome.NOTHING, Outcome.WAITS})
_CHANGED = frozenset({Outcome.CHANGED})
_STEPS = (
    (_MADE, Level.NAMED),
    (_SAME, Level.NAMED),
    (_MADE, Level.COUNTED),
    (_SAME, Level.COUNTED),
    (_CHANGED, Level.NAMED),
    (_CHANGED, Level.COUNTED),
)


@dataclass(frozen=True)
class Shortened:
    """How much is said of which thing; whole where nothing is said here."""

    levels: Mapping[Place, Level] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        return bool(self.levels)

    @property
    def named(self) -> int:
        return sum(level is Level.NAMED for level in self.levels.values())

    @property
    def counted(self) -> int:
        return sum(level is Level.COUNTED for level in self.levels.values())


def shorten(fusions: tuple[Fusion, ...], write: Callable[[Shortened], str], budget: int) -> str | None:
    """The text that says most and has at most `budget` bytes; None where not even the shortest has.

    In each step the things at the end are shortened first: as few as will do.
    """

    def fits(shortened: Shortened) -> bool:
        return len(write(shortened).encode()) <= budget

    if fits(Shortened()):
        return write(Shortened())
    levels: dict[Place, Level] = {}
    for outcomes, level in _STEPS:
        places = [place for place, entry in entries_of(fusions) if _may(entry, outcomes, level)]
        places.reverse()
        everything = levels | dict.fromkeys(places, level)
        if fits(Shortened(everything)):
            fewest, most = 0, len(places)
            while fewest < most:
                middle = (fewest + most) // 2
                if fits(Shortened(levels | dict.fromkeys(places[:middle], level))):
                    most = middle
                else:
                    fewest = middle + 1
            chosen = Shortened(levels | dict.fromkeys(places[:most], level))
            return write(chosen if fits(chosen) else Shortened(everything))
        levels = everything
    return None


def entries_of(fusions: tuple[Fusion, ...]) -> Iterator[tuple[Place, Entry]]:
    for one, fusion in enumerate(fusions):
        for two, centre in enumerate(fusion.centres):
            for three, section in enumerate(centre.sections):
                for four, entry in enumerate(section.entries):
                    yield (one, two, three, four), entry


def _may(entry: Entry, outcomes: frozenset[Outcome], level: Level) -> bool:
    return entry.outcome in outcomes and not (level is Level.COUNTED and _is_weighty(entry))


def _is_weighty(entry: Entry) -> bool:
    """Whether somebody or something loses by it."""
    return any(note.weighty for note in entry.notes)


def fusion_blocks(place: int, fusion: Fusion, shortened: Shortened, words: Words) -> Iterator[str]:
    """A fusion of a comment, as blocks of Markdown."""
    yield f"### {inline(fusion.stack)}"
    yield "\n".join(f"- {inline(line)}" for line in (*fusion.head, *fusion.failed))
    if fusion.notices:
        yield "\n".join(line for notice in fusion.notices for line in notice_lines(notice))
    for two, centre in enumerate(fusion.centres):
        yield f"#### {inline(centre.name)} — {inline(centre.what)}"
        for three, section in enumerate(centre.sections):
            lines = [*_section_lines((place, two, three), section, shortened, words)]
            yield from section_blocks(section, lines)


def _section_lines(
    at: tuple[int, int, int], section: Section, shortened: Shortened, words: Words
) -> Iterator[str]:
    counted: Counter[Text] = Counter()
    for four, entry in enumerate(section.entries):
        level = shortened.levels.get((*at, four), Level.WHOLE)
        if level is Level.COUNTED:
            counted[entry.what] += 1
            continue
        weighty = tuple(note for note in entry.notes if note.weighty)
        yield from entry_lines(entry if level is Level.WHOLE else replace(entry, rows=(), notes=weighty))
    if counted:
        more = words.say("not shown here: {count}", count=(str(counted.total()),))
        each = words.several(words.labelled(what, (str(count),)) for what, count in counted.items())
        yield f"- *{inline(more)}* ({inline(each)})"
