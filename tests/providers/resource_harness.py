"""One resource's life as the engine leads it, without the engine: what a provider class gets and what is kept of it.

Everything passes the engine's own wire format: there are no integers and no nulls on it (2 arrives as 2.0), and
`__provider` stands among the properties. State is what the engine keeps: inputs and outputs.
"""

from __future__ import annotations

import asyncio
from typing import Any

from pulumi.dynamic import DiffResult, ResourceProvider
from pulumi.runtime import rpc

from providers import session
from providers.base import PROVIDER_KEY

Props = dict[str, Any]
PICKLE = "a pickle"


def on_the_wire(props: Props) -> Props:
    """Properties as they arrive at the other side."""
    sent = asyncio.run(rpc.serialize_properties(props, {}))
    arrived: Props = rpc.deserialize_properties(sent)
    return arrived


def to_provider(props: Props) -> Props:
    return on_the_wire({**props, PROVIDER_KEY: PICKLE})


def kept(props: Props) -> Props:
    """What comes back into the state; the host adds the pickle, which no test asks for."""
    return {name: value for name, value in on_the_wire(props).items() if name != PROVIDER_KEY}


def begin_operation() -> None:
    """As in a new provider host: no resource of the program has claimed anything yet."""
    session.forget()


class ResourceHarness:
    """A resource from its first `up` to its `destroy`.

    Somebody may have been at the portal before each step, so each step looks anew; not where `in_run`: there the caller says
    with `begin_operation` when a run begins, within which resources share what was seen.
    """

    def __init__(self, provider: ResourceProvider, *, in_run: bool = False) -> None:
        self.provider = provider
        self._in_run = in_run
        self.id = ""
        self.inputs: Props = {}
        self.outs: Props = {}

    def create(self, declared: Props) -> Props:
        inputs = self._checked({}, declared)
        result = self.provider.create(to_provider(inputs))
        self.id, self.inputs, self.outs = result.id, kept(inputs), kept(result.outs or {})
        return self.outs

    def refresh(self) -> Props:
        """What `read` answers becomes the state; `gone` afterwards when it said that there is nothing."""
        self._look_anew()
        result = self.provider.read(self.id, to_provider(self.outs))
        self.id, self.outs = result.id or "", kept(result.outs or {})
        if (
            self.id
        ):  # the engine asks what has changed since the state's inputs, which may be those of a refresh
            self.provider.diff(self.id, to_provider(self.outs), to_provider(self.inputs))
        self.inputs = kept(result.inputs or {})
        return self.outs

    @property
    def gone(self) -> bool:
        return not self.id

    def diff(self, declared: Props) -> DiffResult:
        news = self._checked(self.inputs, declared)
        return self.provider.diff(self.id, to_provider(self.outs), to_provider(news))

    def changes(self, declared: Props) -> bool:
        """Whether a preview without a look at the portal shows a change."""
        return bool(self.diff(declared).changes)

    def preview(self, declared: Props) -> str:
        """What a preview shows after its refresh: `create`, `same`, `update` or `replace`.

        It may come after another refresh, as of a run that was killed: the same is seen then.
        """
        self.refresh()
        if not self.gone:
            self.refresh()
        return self.plan(declared)[0]

    def plan(self, declared: Props) -> tuple[str, Props]:
        """The step that a preview shows after a look, and the inputs that it shows with it."""
        news = self._checked(self.inputs, declared)
        if self.gone:
            return "create", news
        result = self.provider.diff(self.id, to_provider(self.outs), to_provider(news))
        if result.replaces:
            return "replace", self._checked({}, declared)  # the engine checks it once more, as if it were new
        return "update" if result.changes else "same", news

    def update(self, declared: Props) -> Props:
        news = self._checked(self.inputs, declared)
        result = self.provider.update(self.id, to_provider(self.outs), to_provider(news))
        self.inputs, self.outs = kept(news), kept(result.outs or {})
        return self.outs

    def up(self, declared: Props) -> str:
        """Preview, and do what it shows; a replacement in the order that the provider asks for."""
        step = self.preview(declared)
        if step == "create":
            self.create(declared)
        elif step == "update":
            self.update(declared)
        elif step == "replace":
            old = ResourceHarness(self.provider)
            old.id, old.outs = self.id, self.outs
            first = bool(self.diff(declared).delete_before_replace)
            if first:
                old.delete()
            self.create(declared)
            if not first:
                old.delete()
        return step

    def delete(self, *, same_operation: bool = False) -> None:
        """As a destroy, which is an operation of its own and has a host of its own; or in the operation before it."""
        if not same_operation:
            begin_operation()
        self.provider.delete(self.id, to_provider(self.outs))

    def _look_anew(self) -> None:
        if not self._in_run:
            session.look_anew()

    def _checked(self, olds: Props, declared: Props) -> Props:
        self._look_anew()
        result = self.provider.check(to_provider(olds), to_provider(declared))
        assert not result.failures
        return {name: value for name, value in result.inputs.items() if name != PROVIDER_KEY}
