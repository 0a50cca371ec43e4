"""Drift is what differs to the portal, not what merely looks different."""

import pytest

from providers.canonical import same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["address", "death"], ["death", "address"]),
        (None, []),
        ({"email": "ICT@Ocmw.Example"}, {"email": "ict@ocmw.example"}),
        ({"nl": "Dorp 1", "fr": None}, {"nl": "Dorp 1"}),
        (
            [{"name": "A", "phone": "1"}, {"name": "B", "phone": "2"}],
            [{"phone": "2", "name": "B"}, {"name": "A", "phone": "1"}],
        ),
        ({"delayDays": 2}, {"delayDays": 2.0}),
    ],
)
def test_order_case_and_absence_are_no_drift(one: object, other: object) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["address"], ["address", "death"]),
        ("Dorpsstraat 1", "dorpsstraat 1"),
        ({"enabled": True}, {"enabled": False}),
        (False, None),
        ("pajot2025", "pajot2026"),
        ({"delayDays": 2}, {"delayDays": 3}),
    ],
)
def test_another_value_is_drift(one: object, other: object) -> None:
    assert not same(one, other)
