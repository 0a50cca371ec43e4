"""Work that people and others still have to do for a merger. It *waits* where all else waits, and is never written.

A provider class reads, and answers whom the work waits for and until when; it has no way to write. The resource stands for
nothing at the portal: it is made, looked at and let go of without a writing call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from providers import first_look, session
from providers.base import KeepingProvider, KeptResource, Props, without_provider
from providers.waiting import Waiting, as_output, keep_wording
from schemas.errors import PortalError, about

if TYPE_CHECKING:
    from providers.portal import ReadingPortal


class PendingWorkProvider(KeepingProvider):
    """Base of all kinds of pending work. A subclass must give `title`, `name` and `waiting`; it may give `keys`."""

    title: ClassVar[str]
    """What people call it."""
    name: ClassVar[str]
    """Its word in the engine's id."""
    keys: ClassVar[tuple[str, ...]] = ("organization",)
    """A change of one is a replacement; of another property, a new look."""

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        """What waits now; None when nothing does."""
        raise NotImplementedError

    def check(self, olds: Props, news: Props) -> CheckResult:
        return CheckResult(news | ({} if without_provider(olds) else self._look_first(news)), [])

    def identity(self, props: Props) -> str:
        number, *others = (str(props[key]) for key in self.keys)
        return "/".join([number, self.name, *others])

    def create(self, props: Props) -> CreateResult:
        return CreateResult(self.identity(props), self._look(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = keep_wording(self._look(props), props)
        return ReadResult(id_, outs, {name: value for name, value in outs.items() if name != "waiting"})

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        declared = without_provider(news).keys() - {"waiting"}
        changed = [name for name in sorted(declared) if olds.get(name) != news[name]]
        return DiffResult(changes=bool(changed), replaces=[name for name in changed if name in self.keys])

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(self._look(news))

    def _look_first(self, props: Props) -> Props:
        try:
            waiting = Waiting.from_props(self._look(props)["waiting"])
        except PortalError as error:
            return first_look.unseen(error)
        return first_look.waits(waiting) if waiting else first_look.nothing("nothing waits here")

    def _look(self, props: Props) -> Props:
        names = " ".join([self.title, *(str(props[key]) for key in self.keys[1:])])
        with about(f"{names} of {props['organization']}"):
            waiting = self.waiting(session.looking(props["organization"]), props)
        return without_provider(props) | {"waiting": as_output(waiting)}


class PendingWork(KeptResource):
    """Pending work in the program."""

    provider_class: ClassVar[type[PendingWorkProvider]]
