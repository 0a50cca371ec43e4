"""One pull request from its commits to its comment: reviewed, kept, shown and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from operations.approvals import store
from operations.plans.preview import Say
from operations.reviews.comment import Place, write_comment
from operations.reviews.files import IN_SUMMARY, write_files
from operations.reviews.hosts import GitHub, Host
from operations.reviews.repository import find_commit
from operations.reviews.requests import require_head
from operations.reviews.review import Review, make_review
from operations.reviews.telling import Teller


@dataclass(frozen=True)
class Job:
    """What is the same for each pull request.

    :param run: where its files are, "" outside of a host's job.
    :param planning: False for who must not see what the portal has.
    """

    root: Path
    base: str
    language: str
    run: str
    say: Say
    planning: bool = True

    def review(
        self,
        head: str,
        host: Host | None,
        out: Path | None,
        show: Callable[[Review, str, str], None],
    ) -> Review:
        """Review a commit.

        :param host: where the comment goes; None: nowhere.
        :param show: is given the review, its comment and its summary before the host is told.
        :raises GuardRefused: where the host's pull request is of another commit.
        """
        if host:
            require_head(host, find_commit(self.root, head) or head)
        place = Place(host.marker if host else "", self.run, host.budget if host else GitHub.budget)
        with Teller(host, head, self.language, place, self.say) as teller:
            made = make_review(self.root, self.base, head, self.say, planning=self.planning)
            store.keep(self.root, made.plan)
            marker = host.mark(made.merge.head) if host and made.is_final else place.marker
            comment = write_comment(made, self.language, Place(marker, self.run, place.budget))
            if out:
                write_files(out, made, comment, self.root, self.language)
            show(made, comment, write_comment(made, self.language, Place("", self.run, IN_SUMMARY)))
            teller.tell(comment)
        return made
