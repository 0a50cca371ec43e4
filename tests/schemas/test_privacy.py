"""What a message never repeats, however people write it."""

from __future__ import annotations

import pytest

from emulator.controls import rehearsal_ssin
from schemas.privacy import masked, masked_url, ssin_columns

NUMBER = rehearsal_ssin("els.peeters")
GROUPS = (NUMBER[:2], NUMBER[2:4], NUMBER[4:6], NUMBER[6:9], NUMBER[9:])
WRITTEN = [
    "{}{}{}{}{}",
    "{}.{}.{}-{}.{}",
    "{}{}{}-{}.{}",
    "{} {} {} {} {}",
    "{}.{}.{} - {}.{}",
    "{}_{}_{}_{}_{}",
]
# What word processors make of a hyphen and of a space.
BY_WORD_PROCESSORS = ["{}.{}.{}\u2013{}.{}", "{}.{}.{}\u00a0{}\u00a0{}"]


@pytest.mark.parametrize("form", WRITTEN + BY_WORD_PROCESSORS)
def test_a_number_of_the_national_register_is_seen_in_any_writing(form: str) -> None:
    line = f"user: {form.format(*GROUPS)} of Halle"
    assert masked(line) == "user: (number not shown) of Halle"
    assert list(ssin_columns(line)) == [6]


def test_one_with_a_slip_in_it_is_not_repeated_either() -> None:
    slip = f"{int(NUMBER) ^ 1:011d}"
    assert masked(slip) == "(number not shown)"
    assert not list(ssin_columns(slip))


@pytest.mark.parametrize(
    "other",
    [
        "0207.461.983",
        "011 23 90 00",
        "+32 479 12 34 56",
        "2025-01-01 2025-02-03",
        "{}.{}.{}\n{}.{}".format(*GROUPS),
    ],
)
def test_what_is_no_such_number_stays(other: str) -> None:
    assert masked(other) == other


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://us:secret@evil.example/a?token=secret#b", "https://…@evil.example/a"),
        ("HTTP://secret@portal.example", "HTTP://…@portal.example"),
        ("us:secret@portal.example", "…@portal.example"),
        ("https://us:sec/ret?@portal.example", "https://…@portal.example"),
        ("https://us:sec\nret@portal.example", "https://…@portal.example"),
        ("https://portal.example/a#token=secret", "https://portal.example/a"),
        ("https://portal.example", "https://portal.example"),
        ("", ""),
    ],
)
def test_what_is_told_of_a_url_has_no_login_and_no_query(url: str, told: str) -> None:
    assert masked_url(url) == told
