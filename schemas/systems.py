"""The systems of the manual that a fusion touches, and the applications of the portal that they are screens of.

Whoever sets, checks or changes something names its system by one of these. Nothing recognises a system by its texts.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Self


class Application(StrEnum):
    """An application of the portal: a group in a preview, a heading of `fusion check`. The names are in every URN."""

    ACCESS = "Toegangsbeheer"
    CHAMAN = "ChaMan"
    CONFIGURATION = "OCMW-configuratie"
    INTEGRATIONS = "Integraties"
    E_BOX = "E-Box"
    REPORTS = "Uniek verslag"
    ONLINE = "OCMW Online"
    RETAINED = "Behouden"


class System(Enum):
    """A system of the manual, in the manual's order.

    :param title: what reports call it.
    """

    CHIEF_ACCESS_MANAGERS = "Hoofdtoegangsbeheerders", Application.ACCESS
    SIGNING_IN = "Aanmelden", Application.ACCESS
    ACCESS = "Toegangsbeheer", Application.ACCESS
    SENDER = "ChaMan verzender", Application.CHAMAN
    FTP_ACCOUNT = "FTP-account", Application.CHAMAN
    REST_ACCOUNT = "REST-account en delegatie", Application.CHAMAN
    CERTIFICATES = "Certificaten", Application.CHAMAN
    MUTATIONS = "Mutaties", Application.CONFIGURATION
    TECHNICAL_PROVIDERS = "Technische dienstverleners", Application.CONFIGURATION
    CONTACT_DETAILS = "Contactgegevens", Application.CONFIGURATION
    NOTIFICATIONS = "OCMW Online notificaties", Application.CONFIGURATION
    RUNNING_DOSSIERS = "Lopende dossiers", Application.INTEGRATIONS
    ATTESTATIONS = "A036", Application.INTEGRATIONS
    E_BOX = "E-Box", Application.E_BOX
    UNIQUE_REPORT = "Uniek verslag", Application.REPORTS
    ONLINE_REQUESTS = "OCMW Online aanvragen", Application.ONLINE
    RETAINED = "Wat behouden blijft", Application.RETAINED

    def __init__(self, title: str, application: Application) -> None:
        self.title = title
        self.application = application

    @classmethod
    def named(cls, title: str) -> Self:
        """The system of a title. Raises `KeyError` where there is none."""
        return {system.title: system for system in cls}[title]
