"""A long run says ever more rarely that it goes on."""

from __future__ import annotations

from itertools import islice

from operations import heartbeat


def test_each_pause_is_twice_the_one_before_and_none_longer_than_a_minute() -> None:
    assert list(islice(heartbeat.pauses(), 6)) == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
