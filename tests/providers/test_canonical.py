"""Drift is what differs to the portal, not what merely looks different."""

from typing import Any

import pytest

from providers.canonical import same
from providers.differences import differences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["address", "death"], ["death", "address"]),
        (None, []),
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
        ("Ocmw@2025", "ocmw@2025"),
        ({"delayDays": 2}, {"delayDays": 3}),
    ],
)
def test_another_value_is_drift(one: object, other: object) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("address", "one", "other"),
    [
        ("email", {"email": "ICT@Ocmw.Example"}, {"email": "ict@ocmw.example"}),
        ("contacts.email", {"contacts": [{"email": "A@b.be"}]}, {"contacts": [{"email": "a@B.be"}]}),
        (
            "people.*.email",
            {"people": {"els": {"email": "A@b.be"}}},
            {"people": {"els": {"email": "a@b.be"}}},
        ),
    ],
)
def test_case_is_no_drift_where_a_field_is_an_email_address(address: str, one: Any, other: Any) -> None:
    assert same(one, other, [address])
    assert differences(one, other, None, [address]) == []
    assert not same(one, other)
    assert not same(one, other, ["name"])


def test_case_counts_in_every_other_field() -> None:
    """A name may have an "@" too."""
    one, other = ({"name": name, "email": "ict@ocmw.example"} for name in ("ICT@Pajot", "ict@pajot"))
    assert not same(one, other, ["email"])
    assert differences(one, other, None, ["email"]) == ["name was ICT@Pajot, is ict@pajot"]
