"""R31: the rules of an FTP password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.passwords import SPECIAL, password_problems

PRINTED_IN_THE_MANUAL = ",;:=?./+*$%<>&@#\u2019(!{})-_"


@pytest.mark.parametrize("password", ["Aa1!b-2c", "!!", "a" * 13 + "!?", "it\u2019s-me", "it's-me"])
def test_a_good_password(password: str) -> None:
    assert password_problems(password) == []


@pytest.mark.parametrize("sign", PRINTED_IN_THE_MANUAL + "'")
def test_every_sign_of_the_manual_is_taken(sign: str) -> None:
    assert password_problems(f"abc{sign}{sign}") == []


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "not empty"),
        ("Abcdefgh1!", "at least 2"),
        ("a" * 14 + "!?", "at most 15"),
        ("Ab c!?", "no spaces"),
        ("Ab\tc!?", "no spaces"),
        ('Abc!?"', "only"),
        ("Abc!?é", "only"),
        ("Abc!?^", "only"),
        ("Abc!?[", "only"),
        ("Abc!?\\", "only"),
    ],
)
def test_a_bad_password(password: str, words: str) -> None:
    assert any(words in problem for problem in password_problems(password))


@given(st.text(st.characters(codec="utf-8"), min_size=3, max_size=30))
def test_no_problem_repeats_the_password(password: str) -> None:
    listed = f"only {SPECIAL} ("
    assert not any(
        password in problem.replace(listed, "") for problem in password_problems(f"{password}\x00\x00")
    )


@given(st.text(alphabet="abcXYZ019" + SPECIAL, max_size=15))
def test_of_allowed_signs_only_the_count_of_special_ones_matters(password: str) -> None:
    special = sum(sign in SPECIAL for sign in password)
    assert (password_problems(password) == []) == (special >= 2)
