"""What is watched without ever being written: work of people and of others, which *waits* where all else waits.

A provider class reads and answers whom it waits for and until when; it has no way to write. The resource stands for nothing
at the portal: it is made, looked at and let go of without a writing call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pulumi
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from providers import session
from providers.resource import without_provider
from providers.settings import settings_from
from providers.waiting import Waiting, as_output
from schemas.errors import about

if TYPE_CHECKING:
    from providers.portal import ReadingPortal

Props = dict[str, Any]


class WatchingProvider(ResourceProvider):
    """Base of those that watch; a subclass says what of."""

    serialize_as_secret_always = False

    title: ClassVar[str]
    """What people call it."""
    name: ClassVar[str]
    """Its word in the engine's id."""
    keys: ClassVar[tuple[str, ...]] = ("organization",)
    """A change of one is a replacement; of another property, a new look."""

    def waiting(self, portal: ReadingPortal, props: Props) -> Waiting | None:
        """What waits now; None when nothing does."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get))

    def create(self, props: Props) -> CreateResult:
        number, *others = (str(props[key]) for key in self.keys)
        return CreateResult("/".join([number, self.name, *others]), self._seen(props))

    def read(self, id_: str, props: Props) -> ReadResult:
        outs = self._seen(props)
        return ReadResult(id_, outs, {name: value for name, value in outs.items() if name != "waiting"})

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        declared = without_provider(news).keys() - {"waiting"}
        changed = [name for name in sorted(declared) if olds.get(name) != news[name]]
        return DiffResult(changes=bool(changed), replaces=[name for name in changed if name in self.keys])

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        return UpdateResult(self._seen(news))

    def delete(self, _id: str, _props: Props) -> None:
        """There is nothing to take away."""

    def _seen(self, props: Props) -> Props:
        names = " ".join([self.title, *(str(props[key]) for key in self.keys[1:])])
        with about(f"{names} of {props['organization']}"):
            waiting = self.waiting(session.reading(props["organization"]), props)
        return without_provider(props) | {"waiting": as_output(waiting)}


class Watched(Resource):
    """Something watched in the program; a subclass names its provider, and `module` and `name` of its type for ever."""

    provider_class: ClassVar[type[WatchingProvider]]
    waiting: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        super().__init__(
            self.provider_class(), name, {"waiting": None, **props}, pulumi.ResourceOptions.merge(opts, own)
        )
