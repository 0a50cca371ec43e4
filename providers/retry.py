"""The one retry table: which answers of the portal are worth a repeat, how often and after what wait.

Every operation that passes here is safe to repeat. GET changes nothing. PUT and DELETE carry a precondition
(`If-None-Match: *` or `If-Match`), so a repeat of a write that did happen answers 412 and the caller reads again. POST
of a user is refused as `alreadyExists` when it did happen; POST of deletions, stops and successions does nothing twice.
A token request carries a new `jti` each time.

| what happened | attempts | wait before the next |
|---|---|---|
| 429 too many requests, 503 unavailable | until the deadline | `Retry-After` where sent, else backoff with jitter |
| 502, 504, no or broken answer | until the deadline | backoff with jitter |
| 500 internal error | 3 | backoff with jitter |
| 401 the token is refused | 2 | none: a new sign-in comes first |
| anything else | 1 | |

The deadline is over one whole operation, waits included (`fusion:deadlineSeconds`). A wait that would end after the
deadline is not begun. A sleeping retry holds one of the provider host's four threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import TypeVar

from tenacity import RetryCallState, Retrying, wait_random_exponential

T = TypeVar("T")

UNTIL_DEADLINE = 10_000
ATTEMPTS: Mapping[int, int] = {
    401: 2,
    429: UNTIL_DEADLINE,
    500: 3,
    502: UNTIL_DEADLINE,
    503: UNTIL_DEADLINE,
    504: UNTIL_DEADLINE,
}
NO_ANSWER = UNTIL_DEADLINE
_BACKOFF = wait_random_exponential(multiplier=0.2, max=10)


@dataclass
class Failed(Exception):
    """One attempt that got no usable answer: its status (None: no answer at all), the wait that it asked for, and the path
    that failed, which may be the sign-in's."""

    status: int | None
    reason: str
    retry_after: float | None = None
    path: str = ""


def retry_after_seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds: a number or an HTTP date (RFC 9110, 10.2.3); None where absent or unreadable."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time())
    except ValueError:
        return None


def worth_repeating(failure: Failed, attempt: int) -> bool:
    """Whether the table allows another attempt after attempt number `attempt` (from 1) failed like this."""
    allowed = NO_ANSWER if failure.status is None else ATTEMPTS.get(failure.status, 1)
    return attempt < allowed


def repeating(operation: Callable[[], T], deadline_seconds: float) -> T:
    """Run `operation` by the table. Raises the last `Failed` when its attempts or the deadline are used up."""
    return Retrying(
        retry=_retry,
        wait=_wait,
        stop=lambda state: _ends_too_late(state, deadline_seconds),
        reraise=True,
    )(operation)


def _failure(state: RetryCallState) -> Failed | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, Failed) else None


def _retry(state: RetryCallState) -> bool:
    failure = _failure(state)
    return failure is not None and worth_repeating(failure, state.attempt_number)


def _wait(state: RetryCallState) -> float:
    failure = _failure(state)
    if failure is not None and failure.retry_after is not None:
        return failure.retry_after
    if failure is not None and failure.status == 401:
        return 0.0
    return _BACKOFF(state)


def _ends_too_late(state: RetryCallState, deadline_seconds: float) -> bool:
    elapsed = state.seconds_since_start or 0.0
    return elapsed + state.upcoming_sleep > deadline_seconds
