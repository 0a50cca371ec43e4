"""Which pull requests a host has, and of which commit each is: the host's word, not that of who starts a job."""

from __future__ import annotations

from operations.reviews.calls import NoAnswer, calling
from operations.reviews.hosts import Host, Request
from schemas.errors import GuardRefused


def read_request(host: Host) -> Request:
    """The host's pull request, as it is now. Raises `NoAnswer`."""
    with calling(host) as called:
        found = host.read_request(called.read(host.request))
    if found is None:
        raise NoAnswer(f"{host.api}{host.request} does not say of which commit it is")
    return found


def list_open(host: Host, branch: str) -> list[str]:
    """The numbers of the open ones to a branch, the oldest first. Raises `NoAnswer`."""
    with calling(host) as called:
        numbers = [host.number_of(one) for one in called.pages(host.open_requests(branch))]
    return list(dict.fromkeys(number for number in numbers if number))


def require_head(host: Host, head: str) -> None:
    """This commit is the pull request's last: a comment of another one would stand there as if it were.

    :raises GuardRefused: where it is not. :raises NoAnswer: where the host does not say.
    """
    found = read_request(host).head
    if found != head:
        raise GuardRefused(
            f"{head} is not the last commit of pull request {host.number}, which is {found}: nothing is posted",
            "Review the last commit; where it is a newer one, its own job does",
        )
