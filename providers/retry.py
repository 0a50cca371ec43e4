"""The one retry table: which answers of the portal are worth a repeat, how often and after what wait.

Every operation that passes here is safe to repeat. GET changes nothing. PUT and DELETE carry a precondition
(`If-None-Match: *` or `If-Match`), so a repeat of a write that did happen answers 412 and the caller reads again. POST
of a user is refused as `alreadyExists` when it did happen; POST of deletions, stops and successions does nothing twice.
A token request carries a new `jti` each time.

| what happened | attempts | wait before the next |
|---|---|---|
| 408, 423, 425, 429, 503: not now | until the deadline | `Retry-After` where sent, else backoff with jitter |
| 502, 504, 520 to 524, no answer or one cut off | until the deadline | the same |
| 421, 500 and every other 5xx | 3 | the same |
| an answer that does not fit the contract (`providers.answers`); a member that is missing only at sign-in | 3 | the same |
| 401 the token is refused | 2 | none: a new sign-in comes first |
| anything else; a certificate that is not trusted, a port without TLS (`network`) | 1 | |

Each line is counted by itself: a token that is refused after a 503 is still worth a new sign-in.

What is more than a call, or less, is decided where it happens:

| what happened | what is done | where |
|---|---|---|
| an API failed until a deadline | in the rest of the run each call once, within 2 s | `portal`, `outages` |
| 412, or it is there already | look again, 5 rounds; an error at once if the ETag is the same | `resource` |
| a batch of forms refused as a whole | again in halves | `batches` |
| users who go, and the list changed meanwhile | the list again, 5 rounds and one for each 500 | `cleanup` |
| a host name with several addresses, and one does not answer | the next, within the same call | `sockets` |

`Retry-After: 0`, or a date that has passed, is no reason for a flood: at least `_LEAST` and the backoff go by.

The deadline is over one whole operation, waits included (`fusion:deadlineSeconds`). A wait that would end after the
deadline is not begun. A sleeping retry holds one of the provider host's four threads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import time
from typing import TypeVar

from tenacity import RetryCallState, Retrying, wait_random_exponential

from providers import deadline
from providers.contract import BELGIUM

T = TypeVar("T")

UNTIL_DEADLINE = 10_000
_THRICE = 3
_ATTEMPTS: Mapping[int, int] = {
    401: 2,
    421: _THRICE,
    **dict.fromkeys((408, 423, 425, 429, 502, 503, 504, *range(520, 525)), UNTIL_DEADLINE),
    **dict.fromkeys((500, 501, *range(505, 520), *range(525, 600)), _THRICE),
}
_BACKOFF = wait_random_exponential(multiplier=0.2, max=10)
_LEAST = 0.1
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass
class Failed(Exception):
    """One attempt that got no usable answer.

    :param status: the answer's; None where no answer came.
    :param retry_after: the wait in seconds that it asked for.
    :param method: of the call that failed, which may be the sign-in; so is `path`.
    :param unfit: it came whole and does not fit the contract; `reason` names the field.
    """

    status: int | None
    reason: str
    retry_after: float | None = None
    method: str = ""
    path: str = ""
    unfit: bool = False


def attempts_allowed(status: int | None) -> int:
    """How often a call is made in all that ends with this status, None for no answer."""
    return UNTIL_DEADLINE if status is None else _ATTEMPTS.get(status, 1)


def retry_after_seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds: a number or an HTTP date (RFC 9110, 10.2.3); None where absent or unreadable."""
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time())
    except (ValueError, OverflowError):
        return None


def worth_repeating(failure: Failed, times: int) -> bool:
    """Whether the table allows another attempt after it failed like this for the `times`-th time (from 1)."""
    return times < (_THRICE if failure.unfit else attempts_allowed(failure.status))


def repeating(operation: Callable[[], T], deadline_seconds: float) -> T:
    """Run `operation` by the table. Raises the last `Failed` when its attempts or the deadline are used up."""
    failures: Counter[tuple[int | None, bool]] = Counter()

    def worth_it(state: RetryCallState) -> bool:
        failure = _failure(state)
        if failure is None:
            return False
        failures[failure.status, failure.unfit] += 1
        return worth_repeating(failure, failures[failure.status, failure.unfit])

    return Retrying(
        retry=worth_it,
        wait=_wait,
        stop=lambda state: _ends_too_late(state, deadline_seconds),
        reraise=True,
    )(operation)


def explain_end(failure: Failed, seconds: float) -> str:
    """The reason, and why it was not tried again; asked within the deadline."""
    if failure.unfit or attempts_allowed(failure.status) < UNTIL_DEADLINE:
        return failure.reason
    if failure.retry_after is not None and failure.retry_after > deadline.left():
        return f"{failure.reason}; it asks to wait {_span(failure.retry_after)}, beyond the deadline of {seconds:g} s"
    return (
        f"{failure.reason}; the deadline of {seconds:g} s has passed"
        if deadline.left() <= 0
        else failure.reason
    )


def _span(seconds: float) -> str:
    """A wait, and when it ends by this machine's clock."""
    try:
        until = f" (until {datetime.fromtimestamp(time() + seconds, BELGIUM):%Y-%m-%d %H:%M})"
    except (OverflowError, ValueError, OSError):
        until = ""
    return f"{seconds:.0f} s{until}"


def _failure(state: RetryCallState) -> Failed | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, Failed) else None


def _wait(state: RetryCallState) -> float:
    failure = _failure(state)
    if failure is not None and failure.retry_after is not None:
        return max(failure.retry_after, _LEAST + _BACKOFF(state))
    if failure is not None and failure.status == 401:
        return 0.0
    return _BACKOFF(state)


def _ends_too_late(state: RetryCallState, deadline_seconds: float) -> bool:
    elapsed = state.seconds_since_start or 0.0
    return state.upcoming_sleep > min(deadline_seconds - elapsed, deadline.left())
