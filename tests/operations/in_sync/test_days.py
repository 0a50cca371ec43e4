"""The next day on which something could change by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from operations.in_sync.days import find_next

TODAY = date(2025, 2, 3)


def resource(kind: str = "access:User", **state: Any) -> dict[str, Any]:
    return {"type": f"a$pulumi-python:dynamic/{kind}", **state}


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        ({}, {}, None),
        ({"on": "2026-01-01"}, {}, date(2025, 11, 2)),  # 60 days before: it may be the end of a certificate
        ({}, {"waiting": {"reason": "waits", "until": "2025-02-28"}}, date(2025, 2, 28)),
        (
            {},
            {"waiting": {"reason": "waits for the screen to open", "whom": "", "until": ""}},
            date(2025, 2, 4),
        ),
        (
            {},
            {"waiting": {"reason": "waits for the supplier", "rule": "R35", "whom": "socius", "until": ""}},
            None,
        ),
        (
            {},
            {"waiting": {"reason": "waits for people", "rule": "R70", "whom": "the centre", "until": ""}},
            None,
        ),
        (
            {},
            {"waiting": {"reason": "waits", "until": "2025-02-03"}},
            date(2025, 2, 4),
        ),  # it holds through its day
        ({}, {"waiting": {"reason": "due by 2025-02-20", "whom": "the centre"}}, date(2025, 2, 20)),
        ({"items": [{"notAfter": "2025-02-10T23:59:59Z"}]}, {}, date(2025, 2, 10)),
        ({"on": "2024-01-01"}, {}, None),
        ({"number": "12025-02-100"}, {}, None),
        ({"on": "2025-02-31"}, {}, None),
        ({"on": "0001-01-01"}, {"on": "9999-12-31"}, None),
    ],
)
def test_each_date_of_the_state_counts(inputs: Any, outputs: Any, expected: date | None) -> None:
    assert find_next(TODAY, [resource(inputs=inputs, outputs=outputs)], "") == expected


def test_the_dates_of_the_declaration_count() -> None:
    assert find_next(TODAY, [], "exceptions:\n- {rule: r, until: 2025-02-14}\n") == date(2025, 2, 14)


@pytest.mark.parametrize("kind", ["integrations:RunningForms", "integrations:Attestations"])
def test_r06_of_forms_that_are_handled_any_day_may_free_some(kind: str) -> None:
    waits = {"waiting": {"reason": "waits for 2 still being handled", "until": "2025-02-17"}}
    assert find_next(TODAY, [resource(kind, outputs=waits)], "") == date(2025, 2, 4)
    assert find_next(TODAY, [resource(kind, outputs={})], "") is None
