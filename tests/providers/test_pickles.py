"""The names by which existing stacks find their provider classes. They are in every stack's state: chosen once.

The engine keeps a provider as a pickle by reference, `__provider`, and the resource's type in every URN.
"""

from __future__ import annotations

import base64
import importlib
import pickle
import pkgutil
from collections.abc import Iterator

import pytest
from pulumi.dynamic import Resource, ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

import providers

# Never edit a line of this table, and never move a class: only add.
PROVIDERS = {
    "providers.access.AccessManagersProvider",
    "providers.access.ChiefAccessManagersProvider",
    "providers.access.UserProvider",
    "providers.chaman.CertificateProvider",
    "providers.chaman.FtpAccountProvider",
    "providers.chaman.RestAccountProvider",
    "providers.chaman.SenderContactProvider",
    "providers.cleanup.CleanedUpProvider",
    "providers.configuration.ContactDetailsProvider",
    "providers.configuration.MutationsProvider",
    "providers.configuration.OcmwOnlineProvider",
    "providers.configuration.TechnicalProvidersProvider",
    "providers.lockout.OperatorAccessProvider",
    "providers.retained.RetainedProvider",
    "providers.dossiers.DossiersProvider",
    "providers.review.ReviewProvider",
    "providers.unique_report.UniqueReportProvider",
    "providers.access_copy.AccessCopyProvider",
    "providers.online_requests.OnlineRequestsProvider",
    "providers.removal.RemovedProvider",
    "providers.declared_people.DeclaredPeopleProvider",
}
TYPES = {
    "dynamic/access:AccessManagers",
    "dynamic/access:ChiefAccessManagers",
    "dynamic/access:CleanedUp",
    "dynamic/access:OperatorAccess",
    "dynamic/access:User",
    "dynamic/chaman:Certificate",
    "dynamic/chaman:FtpAccount",
    "dynamic/chaman:RestAccount",
    "dynamic/chaman:SenderContact",
    "dynamic/configuration:ContactDetails",
    "dynamic/configuration:Mutations",
    "dynamic/configuration:OcmwOnline",
    "dynamic/configuration:TechnicalProviders",
    "dynamic/retained:AccessManagers",
    "dynamic/retained:Certificates",
    "dynamic/retained:ChiefAccessManagers",
    "dynamic/retained:ContactDetails",
    "dynamic/retained:DelegationRequests",
    "dynamic/retained:EBox",
    "dynamic/integrations:Attestations",
    "dynamic/integrations:RunningForms",
    "dynamic/retained:Review",
    "dynamic/retained:UniqueReport",
    "dynamic/retained:FtpAccounts",
    "dynamic/retained:Mutations",
    "dynamic/retained:OcmwOnline",
    "dynamic/retained:RestAccounts",
    "dynamic/retained:SenderContact",
    "dynamic/retained:TechnicalProviders",
    "dynamic/retained:Users",
    "dynamic/access:AccessCopy",
    "dynamic/online:Requests",
    "dynamic/access:Removed",
    "dynamic/access:DeclaredPeople",
}
WHY = (
    "{name} is gone from its place, and the state of existing stacks names it there: preview and up would look fine, "
    "refresh and destroy would fail. Put it back, or leave a module at the old path that imports it."
)


def _subclasses(base: type) -> Iterator[type]:
    subclass: type
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _ours(base: type) -> list[type]:
    for module in pkgutil.iter_modules(providers.__path__, "providers."):
        importlib.import_module(module.name)
    return [found for found in _subclasses(base) if found.__module__.startswith("providers.")]


def _class(name: str) -> type[ResourceProvider]:
    module, _, class_name = name.rpartition(".")
    try:
        found: type[ResourceProvider] = getattr(importlib.import_module(module), class_name)
    except (ImportError, AttributeError):
        pytest.fail(WHY.format(name=name))
    return found


def _pickled(name: str) -> bytes:
    return base64.b64decode(serialize_provider(_class(name)()))


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_state_names_the_class_and_holds_nothing_else(name: str) -> None:
    """By reference: module and class name, no bytecode, nothing of this process."""
    module, _, class_name = name.rpartition(".")
    pickled = _pickled(name)
    assert module.encode() in pickled, WHY.format(name=name)
    assert class_name.encode() in pickled, WHY.format(name=name)
    rest = pickled.replace(module.encode(), b"").replace(class_name.encode(), b"")
    assert len(rest) < 30
    assert len(pickled) < 100


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_the_same_class_is_the_same_text_every_time(name: str) -> None:
    """Another text would show as a change of every resource."""
    assert serialize_provider(_class(name)()) == serialize_provider(_class(name)())


def test_one_text_is_pinned_to_the_byte() -> None:
    """What stands in the state of stacks that were made with this version."""
    protocol = bytes([pickle.DEFAULT_PROTOCOL])  # Python's own, which may rise
    reference = b"\x8c\x10providers.chaman\x94\x8c\x12FtpAccountProvider\x94\x93\x94)\x81\x94."
    head = b"\x80" + protocol + b"\x95" + len(reference).to_bytes(8, "little")
    assert _pickled("providers.chaman.FtpAccountProvider") == head + reference


def test_every_provider_class_is_pinned() -> None:
    """A class that a resource uses; what they share (`PortalProvider`) never stands in a state by itself."""
    bases = {
        "providers.base.BaseProvider",
        "providers.base.KeepingProvider",
        "providers.losses.LosingProvider",
        "providers.resource.PortalProvider",
        "providers.configuration.ScreenProvider",
        "providers.pending_work.PendingWorkProvider",
    }
    found = {f"{cls.__module__}.{cls.__qualname__}" for cls in _ours(ResourceProvider)}
    assert found - bases == PROVIDERS


def test_no_provider_class_is_a_secret_or_has_state() -> None:
    for cls in _ours(ResourceProvider):
        assert cls.serialize_as_secret_always is False  # type: ignore[attr-defined]
        assert vars(cls()) == {}


def test_every_type_name_is_pinned() -> None:
    """A renamed type would plan to replace every existing resource."""
    abstract = {
        "providers.base.KeptResource",
        "providers.resource.PortalResource",
        "providers.retained.Retained",
        "providers.dossiers.Dossiers",
        "providers.pending_work.PendingWork",
    }
    found = [cls for cls in _ours(Resource) if f"{cls.__module__}.{cls.__qualname__}" not in abstract]
    assert {cls._resource_type_name for cls in found if issubclass(cls, Resource)} == TYPES
