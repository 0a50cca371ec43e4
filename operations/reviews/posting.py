"""One comment, found again on whichever page it is, edited in place; made where there is none.

A comment that may have been made although the answer got lost is looked for before it is made again. What a host refuses for
good is an error, after a short comment that says so: a job never succeeds without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from operations.reviews import calls
from operations.reviews.calls import Calls, NoAnswer, calling
from operations.reviews.hosts import Host
from providers.retry import Failed, repeating

_REFUSED = frozenset({400, 413, 422})
"""What a host answers to a text that it does not take."""


class NoComment(NoAnswer):
    """The host did not take the comment, or gave no usable answer."""

    afterwards = "The comment there may be of an earlier commit"
    way_out = "Run the job again; the review itself is in its files"

    @property
    def is_about_text(self) -> bool:
        """Whether another text might do."""
        return self.status in _REFUSED


def put_comment(host: Host, body: str) -> None:
    """Make this the comment. Raises `NoComment`."""
    try:
        with calling(host) as called:
            repeating(lambda: _put(host, called, body), calls.SECONDS)
    except NoAnswer as error:
        raise NoComment(error.what, error.status) from None


def find_reviewed(host: Host) -> str:
    """The commit that the comment there is a whole review of, "" where there is none. Raises `NoAnswer`."""
    with calling(host) as called:
        own = _find(host, called)
        return host.reviewed_in(own[0]) if own else ""


def _put(host: Host, called: Calls, body: str) -> None:
    own = _find(host, called)
    if not own:
        called.once("POST", host.comments, body)
    elif own[0]["body"] != body:
        _edit(host, called, own[0], body)
    for other in own[1:]:
        # Two runs at once, or a host that lost an answer: only one may look as if it were the latest.
        _edit(host, called, other, f"{host.marker}\n*The review stands in an earlier comment.*\n")


def _edit(host: Host, called: Calls, comment: Mapping[str, Any], body: str) -> None:
    called.again(host.edit_method, host.comment(int(comment["id"])), body)


def _find(host: Host, called: Calls) -> list[dict[str, Any]]:
    """Our own, the oldest first."""
    user = _user(host, called)
    found = {int(one["id"]): one for one in called.pages(host.comments) if host.is_own(one, user)}
    return [found[key] for key in sorted(found)]


def _user(host: Host, called: Calls) -> int | None:
    """Who we are; None where a job's own token may not ask."""
    try:
        user = called.read("/user").get("id")
    except Failed as failure:
        if failure.status in {403, 404} and host.account:
            return None
        raise
    return user if isinstance(user, int) else None
