"""That a host is told in any case: how a review went, or that it failed, or that it is too much for the host."""

from __future__ import annotations

from types import TracebackType

from operations.plans.preview import Say
from operations.reviews.comment import Place, write_failure, write_refused
from operations.reviews.hosts import Host
from operations.reviews.posting import NoComment, put_comment
from schemas.errors import FusionError


class Teller:
    """Around a review; without a host it tells nobody."""

    def __init__(self, host: Host | None, head: str, language: str, place: Place, say: Say) -> None:
        self._host, self._head, self._language, self._place, self._say = host, head, language, place, say

    def __enter__(self) -> Teller:
        return self

    def tell(self, comment: str) -> None:
        """This is the comment. Raises `NoComment` where the host does not take it, after one that says so."""
        if self._host is None:
            return
        try:
            put_comment(self._host, comment)
        except NoComment as error:
            if error.is_about_text:
                put_comment(self._host, write_refused(self._head, error.what, self._language, self._place))
                error.afterwards = "The comment there says so"
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A review that failed is told too; why it failed is the error that goes on."""
        if self._host is None or not isinstance(error, Exception) or isinstance(error, NoComment):
            return
        why = (
            str(error) if isinstance(error, FusionError) else f"{type(error).__name__}, in the program itself"
        )
        try:
            put_comment(self._host, write_failure(self._head, why, self._language, self._place))
        except NoComment as failure:
            # Why the review failed says more, and decides how the command ends.
            self._say(str(failure))
