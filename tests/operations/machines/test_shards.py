"""Six hundred stacks on ten machines: each stack once, no machine with two more than another, the same way each time."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from operations.machines.shards import Shard, deal

STACKS = st.lists(st.text("abc-.", min_size=1, max_size=6), unique=True, max_size=40)


@given(STACKS, st.integers(1, 50), st.randoms())
def test_each_stack_is_dealt_once_evenly_and_the_same_way_each_time(
    stacks: list[str], count: int, chance: Random
) -> None:
    shards = deal(stacks, count)
    assert sorted(stack for shard in shards for stack in shard.stacks) == sorted(stacks)
    assert len(shards) == min(count, len(stacks))
    sizes = {len(shard.stacks) for shard in shards}
    assert not sizes or max(sizes) - min(sizes) <= 1
    chance.shuffle(stacks)
    assert deal(stacks, count) == shards


def test_a_shard_says_which_it_is_of_how_many() -> None:
    assert deal(["tielt", "hasselt", "lokeren"], 2) == [
        Shard(1, 2, ["hasselt", "tielt"]),
        Shard(2, 2, ["lokeren"]),
    ]
    assert [shard.name for shard in deal(["tielt", "hasselt"], 9)] == ["1 of 2", "2 of 2"]


def test_the_stacks_of_one_fusion_are_not_left_to_one_machine() -> None:
    """They ask the same portal's client of the same centres."""
    first, second = deal(["tielt", "tielt.production"], 2)
    assert [first.stacks, second.stacks] == [["tielt"], ["tielt.production"]]
