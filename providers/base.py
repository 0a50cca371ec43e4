"""What all provider classes and resources of this project share, whatever they stand for at the portal.

Every provider class gets the portal's settings in the same way, and pickles to its name alone. A class that never takes
anything away, and its resource, also *keep*: the provider's `delete` does nothing, and the engine forgets the resource
without calling it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import ConfigureRequest, Resource, ResourceProvider

from providers import ledger, session
from providers.people import read_known_people
from providers.settings import settings_from

Props = dict[str, Any]
"""A resource's properties as the engine passes them. Each resource's own are a `TypedDict` beside its provider class, those
of ChaMan in `chaman_inputs`."""
HOOKS = ("check", "diff", "create", "read", "update", "delete")
"""What the engine calls of a provider, for one thing."""
PROVIDER_KEY = "__provider"
"""The property in which the engine keeps the pickled provider class."""
FOUND, LOSES = "found", "loses"
"""What `check` says beside what is declared: what the portal has of something new (`providers.first_look`), and what people
lose (`providers.losses`)."""


class BaseProvider(ResourceProvider):
    """Base of all provider classes. A subclass must say what `create`, `read`, `diff`, `update` and `delete` do, which are
    the engine's own hooks, and give the `identity` of a thing; it may say what `check` does. It must not have state: the
    engine pickles it by reference. Where a hook fails, the run's ledger says so."""

    secrets: ClassVar[frozenset[str]] = frozenset()
    """Inputs that nobody may see."""
    serialize_as_secret_always = False  # nothing in a provider is secret: smaller state, less encryption

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name in HOOKS:
            if name in vars(cls):
                setattr(cls, name, ledger.noted(vars(cls)[name]))

    def identity(self, props: Props) -> str:
        """The engine's id of a thing: without an INSZ, since plans, states and ledgers show it."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        session.configure(settings_from(req.config.get), partial(read_known_people, req.config.get))


class KeepingProvider(BaseProvider):
    """Base of those that never take anything away."""

    def delete(self, _id: str, _props: Props) -> None:
        """Leaves everything as it is."""


class KeptResource(Resource):
    """A resource that the engine forgets without a call to its provider. A subclass must give the provider, the inputs and
    the outputs that the program reads, and `module` and `name` of its type, which are in every URN: chosen once."""

    provider_class: ClassVar[type[KeepingProvider]]
    inputs: ClassVar[type]
    """The `TypedDict` of what the program declares."""
    reported: ClassVar[tuple[str, ...]] = ("waiting",)
    """Outputs that the program reads."""
    waiting: pulumi.Output[dict[str, str]]
    found: pulumi.Output[Props]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(retain_on_delete=True)
        inputs = {**dict.fromkeys((*self.reported, FOUND)), **props}
        super().__init__(self.provider_class(), name, inputs, pulumi.ResourceOptions.merge(opts, own))


def without_provider(props: Mapping[str, Any]) -> Props:
    """What is a resource's own: without the engine's part, and without what `check` said."""
    return {name: value for name, value in props.items() if name not in (PROVIDER_KEY, FOUND, LOSES)}
