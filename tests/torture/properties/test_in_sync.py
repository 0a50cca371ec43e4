"""Whatever was edited, done by others, brought by time or lost: a stack that is said to be in sync has nothing to do, and a
full look at it says what it said before. Without the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from operations.in_sync import judging, tags
from operations.in_sync.compared import ALL
from operations.in_sync.evidence import CentreTags
from operations.in_sync.tags import NotTold, Question, Told
from tests.torture.properties.actions import Action, Tick, Up
from tests.torture.properties.calendar import Days, Until
from tests.torture.properties.conftest import Templates
from tests.torture.properties.held_verdicts import Follower
from tests.torture.properties.local_changes import LostState
from tests.torture.properties.manual_changes import ByHand
from tests.torture.properties.search import ANTWERPEN, HASSELT_BEYOND, PAJOTTEGEM, Subject, search

DAY_BY_DAY: Sequence[Action] = (Until("2025-01-30"), Up(), *[Days(1)] * 20)
"""The Uniek verslag opens, and what was being handled is free again."""


@pytest.mark.parametrize(
    ("subject", "moment", "examples"),
    [
        (PAJOTTEGEM, "2024-11-01", 5),
        (PAJOTTEGEM, "2025-02-03", 3),
        (HASSELT_BEYOND, "2024-11-01", 5),
        (ANTWERPEN, "2024-11-01", 5),
    ],
    ids=["pajottegem-november", "pajottegem-february", "hasselt-beyond", "antwerpen"],
)
def test_who_is_said_to_be_in_sync_has_nothing_to_do(
    template: Templates, subject: Subject, moment: str, examples: int
) -> None:
    follower = Follower()
    start = template(subject.fusion, moment, beyond=subject.beyond)
    search(subject, start.open_copy, examples, lengths=(1, 5), apply=follower.apply)
    print(dict(follower.counts))  # noqa: T201 - shown when it fails
    assert follower.counts["in sync"] > examples
    assert follower.counts["not in sync"] > examples


def live_through(template: Templates, subject: Subject, actions: Sequence[Action]) -> None:
    follower = Follower()
    with template(subject.fusion, "2025-01-02").open_copy() as world:
        for action in actions:
            follower.apply(action, world)
    assert follower.counts["in sync"], "nothing was held"


def _no_day_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judging, "find_next", lambda *_: None)


def _the_portal_always_says_no(patch: pytest.MonkeyPatch) -> None:
    original = tags.ask

    def ask(questions: Any) -> dict[Question, Told | NotTold]:
        same = CentreTags(etag='"1"', systems=dict.fromkeys(ALL, "1"))
        answers = original(questions)
        return {one: Told(same, told.today) for one, told in answers.items() if isinstance(told, Told)}

    patch.setattr(tags, "ask", ask)


def _the_state_does_not_count(patch: pytest.MonkeyPatch) -> None:
    patch.delitem(judging.CHANGED, "state")


def _the_declaration_does_not_count(patch: pytest.MonkeyPatch) -> None:
    patch.delitem(judging.CHANGED, "declaration")


@pytest.mark.parametrize(
    ("plant", "subject", "actions"),
    [
        (_no_day_counts, ANTWERPEN, DAY_BY_DAY),
        (_the_portal_always_says_no, PAJOTTEGEM, [ByHand("sender", {"name": "Somebody else"})]),
        (_the_state_does_not_count, PAJOTTEGEM, [LostState()]),
        (_the_declaration_does_not_count, PAJOTTEGEM, [Tick("death", wanted=False)]),
    ],
)
def test_planted_staleness_is_noticed(
    template: Templates,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
    subject: Subject,
    actions: Sequence[Action],
) -> None:
    live_through(template, subject, actions)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        live_through(template, subject, actions)
