"""The retry table (providers/retry.py), row by row, without a real clock or network."""

import re

import pytest

from providers import deadline
from providers.retry import Failed, explain_end, repeating, retry_after_seconds, worth_repeating


class Call:
    """Fails with the given failures in turn, then answers."""

    def __init__(self, *failures: Failed) -> None:
        self.failures = list(failures)
        self.attempts = 0

    def __call__(self) -> str:
        self.attempts += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answered"


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    return slept


@pytest.mark.parametrize("status", [408, 423, 425, 429, 502, 503, 504, 520, 524, None])
def test_passing_trouble_is_repeated_until_it_passes(status: int | None, sleeps: list[float]) -> None:
    call = Call(*[Failed(status, "busy", 0.01)] * 6)
    assert repeating(call, deadline_seconds=60) == "answered"
    assert call.attempts == 7


@pytest.mark.parametrize("status", [421, 500, 501, 507, 511, 525, 527, 599])
def test_an_internal_error_is_tried_three_times_in_all(status: int, sleeps: list[float]) -> None:
    call = Call(*[Failed(status, "broken")] * 9)
    with pytest.raises(Failed, match="broken"):
        repeating(call, deadline_seconds=60)
    assert call.attempts == 3


def test_a_refused_token_gets_one_new_sign_in_without_a_wait(sleeps: list[float]) -> None:
    call = Call(*[Failed(401, "expired")] * 9)
    with pytest.raises(Failed):
        repeating(call, deadline_seconds=60)
    assert (call.attempts, sleeps) == (2, [0.0])


def test_a_token_that_is_refused_after_other_trouble_gets_its_new_sign_in_too(sleeps: list[float]) -> None:
    call = Call(Failed(503, "later", 0.01), Failed(500, "broken"), Failed(401, "expired"))
    assert repeating(call, deadline_seconds=60) == "answered"
    assert call.attempts == 4


def test_what_the_portal_refuses_is_not_repeated() -> None:
    assert not worth_repeating(Failed(400, "no"), times=1)


def test_the_wait_is_what_the_portal_asks_for(sleeps: list[float]) -> None:
    repeating(Call(Failed(429, "slow down", 7.0), Failed(503, "later", 3.0)), deadline_seconds=60)
    assert sleeps == [7.0, 3.0]


def test_no_time_at_all_is_a_wait_all_the_same(sleeps: list[float]) -> None:
    """`Retry-After: 0`, or a date that has passed: 680 calls in 5 s once."""
    repeating(Call(*[Failed(503, "later", 0.0)] * 8), deadline_seconds=60)
    assert min(sleeps) >= 0.1
    assert len(set(sleeps)) > 1


def test_a_wait_beyond_the_deadline_is_told_with_its_time() -> None:
    with deadline.within(5):
        said = explain_end(Failed(503, "busy", 3600.0), 5)
    assert re.fullmatch(
        r"busy; it asks to wait 3600 s \(until \d{4}-\d\d-\d\d \d\d:\d\d\), beyond the deadline of 5 s", said
    )


def test_without_retry_after_the_wait_grows_with_jitter(sleeps: list[float]) -> None:
    repeating(Call(*[Failed(503, "later")] * 4), deadline_seconds=60)
    assert all(0 <= wait <= limit for wait, limit in zip(sleeps, [0.2, 0.4, 0.8, 1.6], strict=True))
    assert len(set(sleeps)) > 1


def test_a_wait_beyond_the_deadline_is_not_begun(sleeps: list[float]) -> None:
    call = Call(*[Failed(503, "come back in an hour", 3600.0)] * 2)
    with pytest.raises(Failed, match="come back"):
        repeating(call, deadline_seconds=60)
    assert (call.attempts, sleeps) == (1, [])


def test_a_mistake_of_ours_is_not_repeated() -> None:
    def wrong() -> str:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        repeating(wrong, deadline_seconds=60)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (None, None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("nan", None),
        ("inf", None),
        ("-5", None),
        ("1_0", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds
