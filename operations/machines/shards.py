"""Stacks dealt out to machines, as cards are: none gets two more than another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """What one machine does.

    :param number: from 1 on, of so many. :param stacks: by name; at least one.
    """

    number: int
    of: int
    stacks: Sequence[str]

    @property
    def name(self) -> str:
        """`3 of 10`."""
        return f"{self.number} of {self.of}"


def deal(stacks: Iterable[str], count: int) -> list[Shard]:
    """At most so many shards, none of them empty. The same stacks give the same shards, in whatever order they come.

    A preview takes about as long for a small fusion as for a large one, so only how many there are counts.
    """
    names = sorted(set(stacks))
    of = min(count, len(names))
    return [Shard(number, of, names[number - 1 :: of]) for number in range(1, of + 1)]
