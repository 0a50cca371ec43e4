"""Whether running dossiers went over, asked of the portal: what ended, what goes on, once, and that nothing is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.embedded import open_portal
from operations.stories.portal_state import Form, forms, forms_left
from schemas.declaration import Fusion
from schemas.loading import load_declaration

FUSIONS = Path(__file__).parents[3] / "fusions"
EVE, DAY = "2024-12-31", "2025-01-01"
HASSELT, KORTESSEM = "0212216402", "0212189577"
All = dict[str, Form]


@pytest.fixture(scope="module")
def hasselt() -> Fusion:
    return load_declaration(FUSIONS / "hasselt.yaml")


def form(key: str, organization: str = KORTESSEM, **fields: str | None) -> Form:
    values: dict[str, Any] = {
        **dict.fromkeys(("end", "predecessor", "successor", "planned_end", "stopped_for")),
        "kind": "form",
        "person": "p1",
        "quality": "1",
        "reference": "D1",
        "start": "2023-05-01",
    }
    return Form(key, organization, **(values | fields))


def by_id(*those: Form) -> All:
    return {one.id: one for one in those}


BEFORE = by_id(
    form("a"),
    form("b", HASSELT, person="p2", end="2025-06-30"),
    form("over", end="2024-10-31", reference="D2"),
    form("eve", end=EVE, reference="D3"),
    form("new", start="2025-01-06", reference="D4"),
)


def moved() -> All:
    """As it is when all has gone over, the keeper's own forms too."""
    return BEFORE | by_id(
        replace(BEFORE["a"], end=EVE, successor="a2", stopped_for=DAY),
        form("a2", HASSELT, start=DAY, predecessor="a"),
        replace(BEFORE["b"], end=EVE, successor="b2", planned_end="2025-06-30"),
        form("b2", HASSELT, person="p2", start=DAY, end="2025-06-30", predecessor="b"),
    )


def changed(key: str, **fields: Any) -> Callable[[All], All]:
    return lambda now: now | {key: replace(now[key], **fields)}


def without(key: str) -> Callable[[All], All]:
    return lambda now: {name: one for name, one in now.items() if name != key}


def also(*those: Form) -> Callable[[All], All]:
    return lambda now: now | by_id(*those)


def left_behind(now: All, fusion: Fusion) -> list[str]:
    return [line.partition("seen: ")[2] for line in forms_left(BEFORE, now, fusion)]


def test_what_went_over_says_nothing(hasselt: Fusion) -> None:
    """R06-R09. What had ended before, what ended by itself on the eve, and what began later stays as it is."""
    assert left_behind(moved(), hasselt) == []


def test_of_one_dossier_two_forms_go_on_as_one(hasselt: Fusion) -> None:
    """R10: it was opened again, or was there twice; the successor says of one that it continues it."""
    twin = form("twin", end=EVE, successor="a2", stopped_for=DAY)
    assert left_behind(also(twin)(moved()), hasselt) == []
    assert left_behind(also(replace(twin, reference="D9"))(moved()), hasselt) == ["1 without successor"]
    assert left_behind(also(replace(twin, organization=HASSELT))(moved()), hasselt) == ["1 without successor"]


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (changed("a", end=None), "1 run on"),
        (changed("a", end="2025-12-31"), "1 run on"),
        (changed("a", end="2024-11-30"), "1 ended on another day"),
        (changed("b", end="2025-06-30"), "1 run on"),
        (changed("a", successor="nowhere"), "1 that say another one continues them"),
        (changed("a", successor=None), "1 that say another one continues them"),
        (without("a2"), "1 without successor"),
        (changed("a2", predecessor=None), "1 without successor"),
        (also(form("a3", HASSELT, start=DAY, predecessor="a")), "1 entered again more than once"),
        (changed("a2", organization=KORTESSEM), "1 whose successor is of another number, day or dossier"),
        (changed("a2", start="2025-01-02"), "1 whose successor is of another number, day or dossier"),
        (changed("a2", person="p2"), "1 whose successor is of another number, day or dossier"),
        (changed("a2", end="2025-03-31"), "1 whose successor ends on another day"),
        (changed("b2", end=None), "1 whose successor ends on another day"),
        (without("a"), "1 gone"),
        (without("over"), "1 gone"),
        (changed("eve", stopped_for=DAY), "1 without successor"),
        (also(form("late", reference="D8")), "1 run on"),
    ],
)
def test_what_did_not_go_over_is_told(hasselt: Fusion, plant: Callable[[All], All], seen: str) -> None:
    """R06-R09."""
    (line,) = forms_left(BEFORE, plant(moved()), hasselt)
    assert line.endswith(f"seen: {seen}")
    assert line.startswith("expected: every form of ")


def test_what_people_stopped_without_a_word_goes_on_all_the_same(hasselt: Fusion) -> None:
    """R70: it ran at the story's start, so it did not end by itself."""
    now = without("a2")(changed("a", stopped_for=None, successor=None)(moved()))
    assert left_behind(now, hasselt) == ["1 without successor"]


def test_at_the_start_of_a_story_nothing_has_gone_over_and_all_may_be_lost(
    hasselt: Fusion, tmp_path: Path
) -> None:
    """With the portal's own forms, of which a story begins with 38 at each centre."""
    open_portal(tmp_path / "portal.db")
    before = forms(tmp_path / "portal.db")
    assert told_of(before, before, hasselt) == {"run on"}
    assert told_of(before, {}, hasselt) == {"gone"}


def told_of(before: Mapping[str, Form], now: Mapping[str, Form], fusion: Fusion) -> set[str]:
    return {line.partition("seen: ")[2].split(" ", 1)[1] for line in forms_left(before, now, fusion)}
