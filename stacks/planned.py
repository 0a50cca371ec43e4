"""One resource of a fusion's plan, and the centre that it is at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers import dossiers, retained
from providers.declared_people import DeclaredPeople
from providers.pending_work import PendingWork
from providers.resource import PortalResource
from schemas.declaration import slug
from schemas.systems import Application, System

AnyResource = PortalResource | retained.Retained | PendingWork | dossiers.Dossiers | DeclaredPeople
"""A resource of the program, of whichever base."""


@dataclass(frozen=True)
class Centre:
    """A centre of the fusion: `role` is `merged`, `keeping` (the merged centre under a kept number) or `disappearing`."""

    name: str
    kbo: str
    role: str

    @property
    def slug(self) -> str:
        return slug(self.name)


@dataclass(frozen=True)
class Planned:
    """One resource to register: where it stands, what it is, its inputs, which of these are secret, what comes first.

    :param kept_on_destroy: the engine forgets it without a call to its provider; for what the class does not keep anyway
        (`providers.base.KeptResource`).
    :param shown_under: the group in a preview, where it is another than the system's own application.
    """

    name: str
    centre: Centre
    system: System
    resource: type[AnyResource]
    props: Mapping[str, Any]
    secrets: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    kept_on_destroy: bool = False
    shown_under: Application | None = None

    @property
    def group(self) -> Application:
        """The application that it stands under in a preview."""
        return self.shown_under or self.system.application

    @property
    def title(self) -> str:
        """What people call it: `user maatschappelijkWelzijn tom.maes`, `REST account OCMW Online`."""
        if issubclass(self.resource, retained.Retained):
            return self.resource.kind.title
        if issubclass(self.resource, dossiers.Dossiers):
            return dossiers.TITLES[self.props["kind"]]
        if issubclass(self.resource, PendingWork | DeclaredPeople):
            return self.resource.provider_class.title
        provider = self.resource.provider_class
        return " ".join([provider.title, *(str(self.props[key]) for key in provider.keys[1:])])

    @property
    def thing(self) -> str:
        """The centre and the title: `Gooik, user maatschappelijkWelzijn tom.maes`."""
        return f"{self.centre.name}, {self.title}"
