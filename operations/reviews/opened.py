"""Which open pull requests get a review now: those whose comment is no whole review of their last commit.

For a host that gives a job with credentials only to what is merged (docs/pull-requests.md): such a job looks now and then,
and no pull request starts it or tells it anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from operations.plans.preview import Say
from operations.reviews.hosts import Host, Request
from operations.reviews.posting import find_reviewed
from operations.reviews.repository import fetch
from operations.reviews.requests import list_open, read_request
from schemas.errors import FusionError


def review_open(
    root: Path, host: Host, branch: str, review: Callable[[Host, Request], object], say: Say
) -> list[bool]:
    """Review them, one after another; of each that was to be reviewed, whether it was, and the host told.

    :raises NoAnswer: where the host does not say which there are.
    """
    passed = []
    for number in list_open(host, branch):
        try:
            one = host.of(number)
            request = read_request(one)
            if find_reviewed(one) == request.head:
                continue
            fetch(root, one.head_ref)
            review(one, request)
        except FusionError as error:
            say(f"pull request {number}: {error}")
            passed.append(False)
        except Exception as error:
            # Whatever one of them does to the program, the others are reviewed.
            say(f"pull request {number}: {type(error).__name__}, in the program itself")
            passed.append(False)
        else:
            say(f"pull request {number}: reviewed")
            passed.append(True)
    return passed
