"""Fields as rows: of a list that changes, what goes and what comes."""

from __future__ import annotations

import pytest

from operations.plans.forms import render
from operations.plans.model import Plan
from operations.plans.reading import read_plan
from tests.operations.plans.conftest import preview_of, step

LISTS = step(
    "access:User", "an", "update",
    old={"domain": "d", "person": "an.claes", "applications": ["A", "B", "C"]},
    new={"domain": "d", "person": "an.claes", "applications": ["A", "D", "C"]},
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", "applications: goes: B; comes: D; stays: A, C"),
        ("markdown", "  - applications: goes: `B`; comes: `D`; stays: `A`, `C`"),
        (
            "html",
            "− <del><bdi>B</bdi></del>, + <ins><bdi>D</bdi></ins>, <bdi>A</bdi>, <bdi>C</bdi></td>",
        ),
    ],
)
def test_of_a_list_that_changes_it_is_said_what_goes_and_what_comes(form: str, said: str) -> None:
    assert said in render(Plan(fusions=(read_plan("pajottegem", preview_of(LISTS)),)), form, "en")


def test_a_list_in_another_order_shows_both() -> None:
    turned = step(
        "access:User", "an", "update", old={"applications": ["A", "B"]}, new={"applications": ["B", "A"]}
    )
    shown = render(Plan(fusions=(read_plan("pajottegem", preview_of(turned)),)), "text", "en")
    assert "applications: A, B → B, A" in shown
