"""What a stack is called in Kubernetes: at most 42 characters, as Kubernetes allows it, no two alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.machines.names import LONGEST, name_stacks

LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)


def name(stack: str) -> str:
    return name_stacks([stack])[stack]


@pytest.mark.parametrize(
    ("stack", "called"),
    [
        ("pajottegem", "pajottegem"),
        ("pajottegem.production", "pajottegem-production"),
        ("beveren-kruibeke-zwijndrecht.production", "beveren-kruibeke-zwijndrecht-production"),
        ("Test_1", "test-1"),
        ("2031.production", "stack-2031-production"),
    ],
)
def test_a_name_that_will_do_is_kept_as_far_as_it_goes(stack: str, called: str) -> None:
    assert name(stack) == called
    assert len(called) <= LONGEST == 42


def test_one_that_is_too_long_is_shortened_with_a_hash() -> None:
    two = [f"beveren-kruibeke-zwijndrecht-melsele.{place}" for place in ("production", "productie")]
    first, second = name_stacks(two).values()
    assert first != second
    assert first.startswith("beveren-kruibeke-zwijndrecht-mels")
    assert name(two[0]) == first, "in whatever company it is"


def test_two_that_would_be_called_the_same_are_not() -> None:
    names = name_stacks(["tielt.production", "tielt-production"])
    assert names["tielt-production"] == "tielt-production"
    assert re.fullmatch(r"tielt-production-[0-9a-f]{8}", names["tielt.production"])


@given(st.lists(NAMES, unique=True, max_size=12))
def test_whatever_stacks_are_called_kubernetes_takes_it(stacks: list[str]) -> None:
    names = name_stacks(stacks)
    assert [*names] == stacks
    assert len({*names.values()}) == len(stacks)
    assert all(LABEL.fullmatch(one) and len(one) <= LONGEST for one in names.values()), names
