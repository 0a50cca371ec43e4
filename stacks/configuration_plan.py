"""What the screens of OCMW-configuratie hold, in the portal's words: from a declaration to the inputs of their resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from providers import configuration
from providers.resource import PortalResource
from schemas.configuration import ContactDetails, Mutations, Notifications, TechnicalProviders
from schemas.declaration import Fusion
from schemas.fields import Section
from schemas.reference import reference
from schemas.safety import UNTICKED_TYPE
from schemas.systems import System

Screen = tuple[str, System, type[PortalResource], Mapping[str, Any]]
"""The resource's name behind its centre's, its system, its class, its inputs."""


def screens(number: str, fusion: Fusion) -> Iterator[Screen]:
    """The declared screens of one centre.

    :param number: the centre's enterprise number.
    """
    if fusion.mutations:
        yield (
            "mutations",
            System.MUTATIONS,
            configuration.Mutations,
            _mutations(number, fusion, fusion.mutations),
        )
    if fusion.technical_providers:
        inputs = _technical_providers(number, fusion.technical_providers)
        yield "technical-providers", System.TECHNICAL_PROVIDERS, configuration.TechnicalProviders, inputs
    if fusion.contact:
        details = _contact_details(number, fusion.contact)
        yield "contact-details", System.CONTACT_DETAILS, configuration.ContactDetails, details
    if fusion.notifications:
        online = _ocmw_online(number, fusion.notifications)
        yield "ocmw-online", System.NOTIFICATIONS, configuration.OcmwOnline, online


def _mutations(number: str, fusion: Fusion, declared: Mutations) -> configuration.MutationsInputs:
    """As ticks, not as a list: one that changes shows by its name."""
    codes = [*reference().codes("mutationTypes"), *declared.receive]
    allowed = fusion.allowed(UNTICKED_TYPE, fusion.name)
    return {
        "organization": number,
        "ticked": {code: code in declared.receive for code in codes},
        "centre": fusion.name,
        "exceptions": {code: one.until.isoformat() for code, one in allowed.items()} or None,
    }


def _technical_providers(number: str, declared: TechnicalProviders) -> configuration.TechnicalProvidersInputs:
    social_file, contacts = declared.social_file, declared.contacts
    return {
        "organization": number,
        "network": declared.network,
        "socialFile": {"supplier": social_file.supplier, "product": social_file.product},
        "contacts": [{"name": one.name, "phone": one.phone, "email": one.email} for one in contacts],
    }


def _contact_details(number: str, declared: ContactDetails) -> configuration.ContactDetailsInputs:
    return {
        "organization": number,
        "street": declared.street.as_dict(),
        "city": declared.city.as_dict(),
        "postcode": declared.postcode,
        "phone": declared.phone,
        "email": declared.email,
        "website": declared.website,
    }


def _ocmw_online(number: str, declared: Notifications) -> configuration.OcmwOnlineInputs:
    return {
        "organization": number,
        "newRequests": cast("configuration.NewRequests", _as_portal(declared.new_requests)),
        "unreadReminders": cast("configuration.UnreadReminders", _as_portal(declared.unread_reminders)),
    }


def _as_portal(declared: Section) -> dict[str, Any]:
    """In the portal's words, without what is not declared: within a property the engine would keep it as a null."""
    return declared.model_dump(by_alias=True, exclude_none=True)
